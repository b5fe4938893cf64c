package io.github.bn4j.checkpoint;

import io.github.bn4j.AllocatedMemory;
import io.github.bn4j.Network;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.fuzz.FuzzedInputs;
import io.github.bn4j.fuzz.Fuzzer;
import io.github.bn4j.graph.Statistics;
import io.github.bn4j.graph.Value;
import io.github.bn4j.layer.BatchNorm2d;
import io.github.bn4j.layer.Padding;
import io.github.bn4j.op.Concatenation;
import io.github.bn4j.op.Multiplication;
import io.github.bn4j.op.Slicing;
import io.github.bn4j.op.Softmax;
import io.github.bn4j.train.Loss;
import io.github.bn4j.train.Trainer;
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
 * Makes files of networks that are nearly right: each is refused in a sentence, or loads, predicts on both engines, is saved and
 * loaded again, folds and trains a step. Loading takes memory in proportion to the file. The same file for the same seed.
 *
 * <p>The system property {@code bn4j.memory} is to be small, so that a wrong size is found by a refusal and not by the operating
 * system.
 */
final class NetworkFileFuzzer implements Fuzzer {

    /** Each save waits for the disk. */
    private static final int SAVES_ONE_OF = 8;

    private final Path file;
    private final Path again;
    private final List<byte[]> corpus = new ArrayList<>();
    private final Map<String, Integer> reached = new TreeMap<>();

    NetworkFileFuzzer(Path folder) throws IOException {
        file = folder.resolve("fuzzed.safetensors");
        again = folder.resolve("again.safetensors");
        for (Network net : networks()) {
            net.save(file);
            corpus.add(Files.readAllBytes(file));
            // The first of each kind loads classes.
            Network.load(file);
        }
    }

    private static List<Network> networks() {
        return List.of(
                Network.input(3).dense(4).batchNorm1d().relu().dense(2).build(1),
                Network.input(2, 5, 5)
                        .conv2d(3, 3, Padding.SAME)
                        .batchNorm2d()
                        .relu()
                        .residual(b -> b.conv2d(3, 1).batchNorm2d())
                        .relu()
                        .maxPool2d(2)
                        .flatten()
                        .dense(2)
                        .build(2),
                Network.input(2, 4, 4)
                        .depthwiseConv2d(3, Padding.SAME)
                        .then(BatchNorm2d.of().statistics(Statistics.renorm(3, 5)))
                        .upsample2d(2)
                        .avgPool2d(2)
                        .convTranspose2d(3, 2, 2)
                        .groupNorm(3)
                        .gelu()
                        .dropout(0.3)
                        .globalAvgPool2d()
                        .build(3),
                Network.input(4)
                        .then((scope, x) -> {
                            Value slice = scope.apply(new Slicing(0, 1, 3), x);
                            Value both = scope.apply(new Concatenation(0), x, slice);
                            return scope.apply(new Multiplication(), both, both);
                        })
                        .layerNorm()
                        .reshape(2, 3, 1)
                        .zeroPad2d(1)
                        .flatten()
                        .dense(3)
                        .then((scope, x) -> scope.apply(new Softmax(), x))
                        .build(4));
    }

    @Override
    public void run(long seed) throws IOException {
        Random random = new Random(seed);
        // Neighbouring seeds of Java's generator begin alike.
        random.nextLong();
        Files.write(file, new NetworkMutation(random).of(corpus.get(random.nextInt(corpus.size()))));
        String stage = "load";
        try {
            Network net = load();
            stage = "predict";
            Map<String, INDArray> x = FuzzedInputs.of(net, random, 1_000_000);
            net.on(Engine.nd4j()).forward(x);
            Map<String, INDArray> y = net.forward(x);
            stage = "save";
            if (random.nextInt(SAVES_ONE_OF) == 0) {
                net.save(again);
                Network.load(again).forward(x);
            }
            stage = "fold";
            net.fold(x);
            stage = "fit";
            fit(net, x, y);
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

    private Network load() throws IOException {
        long before = AllocatedMemory.now();
        try {
            return Network.load(file);
        } finally {
            AllocatedMemory.assertInProportion(before, Files.size(file));
        }
    }

    private static AssertionError failure(long seed, String stage, Throwable e) {
        return new AssertionError("network file with seed " + seed + " ends in " + stage + " in " + e, e);
    }

    private static boolean isDocumented(String stage, RuntimeException e) {
        String message = String.valueOf(e.getMessage());
        return message.contains(" expects ")
                && message.contains(" but got ")
                && (!stage.equals("load") || e instanceof CheckpointException || isTooLarge(e));
    }

    private static boolean isTooLarge(RuntimeException e) {
        return e.getMessage().contains(" MB of memory but got ");
    }

    private static void fit(Network net, Map<String, INDArray> x, Map<String, INDArray> y) {
        Trainer trainer = net.trainer();
        for (String output : y.keySet()) {
            trainer = trainer.loss(output, Loss.meanSquaredError());
        }
        trainer.fit(Dataset.of(x, y));
    }

    /** How many files came how far: the step that refused them, or "end". */
    Map<String, Integer> reached() {
        return reached;
    }
}
