package io.github.bn4j.onnx.internal;

import io.github.bn4j.Network;
import io.github.bn4j.checkpoint.CheckpointException;
import io.github.bn4j.fuzz.FuzzedInputs;
import io.github.bn4j.fuzz.Fuzzer;
import io.github.bn4j.layer.AvgPool2d;
import io.github.bn4j.layer.Conv2d;
import io.github.bn4j.layer.Padding;
import io.github.bn4j.onnx.OnnxOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Makes ONNX files that are nearly right: each is refused in a sentence, or becomes a network that predicts, and that is written and
 * read again as one. The same file for the same seed.
 *
 * <p>The system property {@code bn4j.memory} is to be small, so that a wrong size is found by a refusal and not by the operating
 * system.
 */
final class OnnxFileFuzzer implements Fuzzer {

    private static final int LARGEST = 100_000;

    private final Path file;
    private final Path again;
    private final List<byte[]> corpus = new ArrayList<>();
    private final Map<String, Integer> reached = new TreeMap<>();

    OnnxFileFuzzer(Path folder) throws IOException {
        file = folder.resolve("fuzzed.onnx");
        again = folder.resolve("again.onnx");
        for (Network net : networks()) {
            for (OnnxOptions options : List.of(
                    OnnxOptions.defaults().opset(13),
                    OnnxOptions.defaults().opset(20),
                    OnnxOptions.defaults().training(true))) {
                net.exportOnnx(file, options);
                corpus.add(Files.readAllBytes(file));
                Network.importOnnx(file);
            }
        }
        for (var computed : OnnxModels.computingShapes()) {
            corpus.add(computed.toByteArray());
        }
    }

    private static List<Network> networks() {
        return List.of(
                Network.input(3).dense(4).batchNorm1d().relu().dense(2).build(1),
                Network.input(2, 5, 5)
                        .conv2d(3, 3, Padding.SAME)
                        .batchNorm2d()
                        .silu()
                        .residual(b -> b.then(Conv2d.of(3, 1).useBias(true)).batchNorm2d())
                        .gelu()
                        .maxPool2d(2)
                        .flatten()
                        .dense(2)
                        .build(2),
                Network.input(2, 4, 4)
                        .depthwiseConv2d(3, Padding.SAME)
                        .batchNorm2d()
                        .upsample2d(2)
                        .then(AvgPool2d.of(2).countPadding(true).ceilMode(true))
                        .convTranspose2d(3, 2, 2)
                        .groupNorm(3)
                        .dropout(0.3)
                        .globalAvgPool2d()
                        .build(3),
                Network.input(4)
                        .layerNorm()
                        .reshape(2, 2, 1)
                        .zeroPad2d(1)
                        .flatten()
                        .dense(3)
                        .build(4));
    }

    @Override
    public void run(long seed) throws IOException {
        Random random = new Random(seed);
        // Neighbouring seeds of Java's generator begin alike.
        random.nextLong();
        Files.write(file, new OnnxMutation(random).of(corpus.get(random.nextInt(corpus.size()))));
        String stage = "import";
        try {
            Network net = Network.importOnnx(file);
            stage = "predict";
            Map<String, INDArray> x = FuzzedInputs.of(net, random, LARGEST);
            net.forward(x);
            stage = "export";
            if (random.nextInt(8) == 0) {
                net.exportOnnx(again);
                Network.importOnnx(again).forward(x);
            }
            stage = "end";
        } catch (IllegalArgumentException | IllegalStateException e) {
            if (!isDocumented(stage, e)) {
                throw failure(seed, stage, e);
            }
        } catch (RuntimeException | Error e) {
            throw failure(seed, stage, e);
        }
        reached.merge(stage, 1, Integer::sum);
    }

    private static AssertionError failure(long seed, String stage, Throwable e) {
        return new AssertionError("ONNX file with seed " + seed + " ends in " + stage + " in " + e, e);
    }

    private static boolean isDocumented(String stage, RuntimeException e) {
        String message = String.valueOf(e.getMessage());
        return message.contains(" expects ")
                && (!stage.equals("import")
                        || e instanceof CheckpointException
                        || message.contains(" MB of memory but got "));
    }

    /** How many files came how far: the step that refused them, or "end". */
    Map<String, Integer> reached() {
        return reached;
    }
}
