package io.github.bn4j.engine.onednn;

import static io.github.bn4j.TensorAssert.assertTensor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.Bits;
import io.github.bn4j.Network;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.engine.InferenceProgram;
import io.github.bn4j.engine.NeedsOneDnn;
import io.github.bn4j.engine.OneDnnOptions;
import io.github.bn4j.engine.Shard;
import io.github.bn4j.engine.TrainingProgram;
import io.github.bn4j.engine.onednn.internal.binding.Native;
import io.github.bn4j.engine.onednn.internal.binding.Threads;
import io.github.bn4j.engine.onednn.internal.choice.ProgramSettings;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.layer.DepthwiseConv2d;
import io.github.bn4j.layer.Padding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

@NeedsOneDnn
class OneDnnOptionsTest {

    private static final double BOUND = 4e-5;

    private static final int BATCH = 6;

    private final Network net = Network.input(3, 12, 12)
            .conv2d(32, 3, Padding.SAME)
            .batchNorm2d()
            .relu()
            .residual(b -> b.conv2d(32, 3, Padding.SAME).batchNorm2d().relu())
            .then(DepthwiseConv2d.of(3))
            .batchNorm2d()
            .maxPool2d(2)
            .flatten()
            .dense(300)
            .batchNorm1d()
            .relu()
            .dense(5)
            .build(1);
    private final INDArray images =
            Nd4j.linspace(DataType.FLOAT, -1, 0.001, BATCH * 432).reshape('c', BATCH, 3, 12, 12);

    @Test
    void saysWhatItRunsOn() {
        String set = Native.instructionSet().orElseThrow();
        OneDnnOptions options = OneDnnOptions.defaults().threads(3);
        assertThat(Engine.oneDnn(options)).hasToString("oneDNN with " + set + " on 3 threads");
        assertThat(Engine.oneDnn(options.threads(1).tune())).hasToString("oneDNN with " + set + " on 1 thread, tuned");
        assertThat(Engine.oneDnn(OneDnnOptions.defaults())).isSameAs(Engine.oneDnn());
        assertThat(net.on(Engine.oneDnn(options)).summary()).endsWith("engine oneDNN with " + set + " on 3 threads");
    }

    @Test
    void refusesNoThreads() {
        assertThatThrownBy(() -> OneDnnOptions.defaults().threads(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("OneDnnOptions expects at least 1 thread but got 0");
    }

    @Test
    void computesTheSameOnOneThreadAndOnTwo() {
        List<INDArray> results = new ArrayList<>();
        for (int threads = 1; threads <= 2; threads++) {
            results.addAll(results(Engine.oneDnn(OneDnnOptions.defaults().threads(threads))));
        }
        assertTensor(results.get(2)).isRelativelyCloseTo(results.get(0), BOUND);
        assertTensor(results.get(3)).isRelativelyCloseTo(results.get(1), BOUND);
    }

    @Test
    void leavesTheNumberOfThreadsOfTheCallerAlone() {
        int before = Threads.current();
        results(Engine.oneDnn(OneDnnOptions.defaults().threads(before + 1)));
        assertThat(Threads.current()).isEqualTo(before);
    }

    @Test
    void computesTheSameWithTunedAlgorithms() {
        List<INDArray> byRule = results(Engine.oneDnn());
        List<INDArray> tuned = results(Engine.oneDnn(OneDnnOptions.defaults().tune()));
        assertTensor(tuned.get(0)).isRelativelyCloseTo(byRule.get(0), BOUND);
        assertTensor(tuned.get(1)).isRelativelyCloseTo(byRule.get(1), BOUND);
    }

    @Test
    void givesTheSameBitsWithTheSameFile(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("tuning.txt");
        List<INDArray> first = results(Engine.oneDnn(OneDnnOptions.defaults().tune(file)));
        List<String> lines = Files.readAllLines(file);
        assertThat(lines.get(0)).isEqualTo("bn4j tuning 2");
        assertThat(lines.subList(1, lines.size()))
                .hasSizeGreaterThan(8)
                .allMatch(line -> line.matches(".* batch 8\\^1 threads \\d+ \\S+ = (direct|winograd)"));
        List<INDArray> second = results(Engine.oneDnn(OneDnnOptions.defaults().tune(file)));
        Bits.assertSame(second.get(0), first.get(0));
        Bits.assertSame(second.get(1), first.get(1));
        assertThat(Files.readAllLines(file)).isEqualTo(lines);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void goesByTheFile(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("tuning.txt");
        results(Engine.oneDnn(OneDnnOptions.defaults().tune(file)));
        List<String> direct = Files.readAllLines(file).stream()
                .map(line -> line.replaceAll("winograd$", "direct"))
                .toList();
        Files.write(file, direct);
        OneDnnEngine engine = OneDnnEngine.require(OneDnnOptions.defaults().tune(file));
        Graph graph = EngineComparison.withLoss(net.graph());
        try (OneDnnTraining program = new OneDnnTraining(
                graph, net.parameters(), Shard.whole(BATCH), 1, ProgramSettings.of(engine.options()))) {
            assertThat(program.program().used().toString()).doesNotContain("wino");
        }
    }

    @Test
    void refusesFilesThatAreNoTuning(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("mine.txt");
        Files.writeString(file, "my diary\n");
        assertRefused(
                file,
                "tuning expects a file that begins with \"bn4j tuning 2\" but got \"my diary\" in " + file
                        + "; name another file");
        assertThat(file).hasContent("my diary");
        Files.write(file, new byte[0]);
        assertRefused(
                file,
                "tuning expects a file that begins with \"bn4j tuning 2\" but got \"nothing\" in " + file
                        + "; name another file");
        Files.write(file, new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1});
        assertRefused(
                file,
                "tuning expects a file that begins with \"bn4j tuning 2\" but got \"bytes that are no text\" in " + file
                        + "; name another file");
        Files.writeString(file, "bn4j tuning 2\nkey = magic 3\n");
        assertRefused(
                file,
                "tuning expects lines that end with an algorithm but got \"key = magic 3\" in " + file
                        + "; delete the file");
        Path nowhere = folder.resolve("none").resolve("tuning.txt");
        assertRefused(
                nowhere,
                "tuning expects a file in an existing folder but got " + nowhere
                        + "; create the folder or name another file");
        assertRefused(
                folder,
                "tuning expects a file in an existing folder but got " + folder
                        + "; create the folder or name another file");
    }

    private static void assertRefused(Path file, String message) {
        assertThatThrownBy(() -> Engine.oneDnn(OneDnnOptions.defaults().tune(file)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void predictsInManyThreadsAtOnce() throws Exception {
        for (int threads = 1; threads <= 2; threads++) {
            Network shared = net.on(Engine.oneDnn(OneDnnOptions.defaults().threads(threads)));
            INDArray expected = shared.predict(images);
            ExecutorService pool = Executors.newFixedThreadPool(8);
            try {
                List<Future<?>> runs = new ArrayList<>();
                for (int thread = 0; thread < 8; thread++) {
                    runs.add(pool.submit(() -> {
                        for (int i = 0; i < 20; i++) {
                            Bits.assertSame(shared.predict(images), expected);
                        }
                    }));
                }
                for (Future<?> run : runs) {
                    run.get();
                }
            } finally {
                pool.shutdown();
            }
        }
    }

    @Test
    void seesParametersThatChangeBetweenPredictions() {
        Network shared = net.on(Engine.oneDnn(OneDnnOptions.defaults().threads(1)));
        INDArray before = shared.predict(images);
        net.parameters().get("dense_2.bias").addi(1);
        INDArray after = shared.predict(images);
        assertTensor(after).isRelativelyCloseTo(before.add(1), BOUND);
        net.parameters().get("batchnorm2d_1.runningMean").addi(1);
        assertThat(shared.predict(images).distance2(after)).isGreaterThan(0.01);
    }

    @Test
    void takesParametersInWhenItIsTold() {
        try (InferenceProgram program = Engine.oneDnn().inference(net.graph(), net.parameters(), BATCH)) {
            INDArray before = program.run(images).get(0);
            net.parameters().get("dense_2.bias").addi(1);
            Bits.assertSame(program.run(images).get(0), before);
            program.refresh();
            assertTensor(program.run(images).get(0)).isRelativelyCloseTo(before.add(1), BOUND);
            program.close();
            assertThatThrownBy(program::refresh)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("inference program expects to be open but got a run after close; compile a new one");
        }
    }

    private List<INDArray> results(Engine engine) {
        List<INDArray> results = new ArrayList<>();
        try (InferenceProgram program = engine.inference(net.graph(), net.parameters(), BATCH)) {
            results.add(program.run(images).get(0));
        }
        Graph graph = EngineComparison.withLoss(net.graph());
        try (TrainingProgram program = engine.training(graph, net.parameters(), BATCH, 1)) {
            program.step(1, images, Nd4j.ones(DataType.FLOAT, BATCH, 5));
            results.add(net.parameters().gradients().dup());
        }
        return results;
    }

    @Test
    void saysOnWhatThreadsItRuns() {
        assertThat(OneDnnEngine.onThreads(1, true)).isEqualTo("1 thread");
        assertThat(OneDnnEngine.onThreads(8, true)).isEqualTo("8 threads");
        assertThat(OneDnnEngine.onThreads(8, false)).isEqualTo("the threads of its own OpenMP");
    }
}
