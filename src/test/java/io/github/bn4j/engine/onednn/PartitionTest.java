package io.github.bn4j.engine.onednn;

import static io.github.bn4j.TensorAssert.assertTensor;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.bn4j.Bits;
import io.github.bn4j.GraphBuilder;
import io.github.bn4j.Network;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.engine.InferenceProgram;
import io.github.bn4j.engine.OneDnnOptions;
import io.github.bn4j.engine.onednn.internal.choice.ProgramSettings;
import io.github.bn4j.graph.Value;
import io.github.bn4j.layer.Conv2d;
import io.github.bn4j.layer.Dense;
import io.github.bn4j.layer.GlobalAvgPool2d;
import io.github.bn4j.layer.Padding;
import io.github.bn4j.networks.RandomNetwork;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Predictions in parts: each of one thread, all at once. */
class PartitionTest {

    /** The bound of this engine: elements differ by so much of the largest. */
    private static final double BOUND = 2e-5;

    @Test
    void cutsLargeBatches() {
        GraphBuilder g = new GraphBuilder();
        Value hidden = g.call(Conv2d.of(32, 3).padding(Padding.SAME), g.input("x", 8, 28, 28));
        Network wide = g.build(g.call(Dense.of(10), g.call(new GlobalAvgPool2d(), hidden)), hidden);
        assertThat(partition(wide, 60, 1).examples()).isEqualTo(30);
        assertThat(partition(wide, 60, 2).examples()).isEqualTo(30);
        assertThat(partition(wide, 60, 3).examples()).isEqualTo(20);
        assertThat(partition(wide, 60, 2).lanes(60)).isEqualTo(2);
        assertThat(partition(wide, 600, 3).lanes(600)).isEqualTo(3);
        assertThat(partition(wide, 60, 2).ofOneThread().lanes(60)).isEqualTo(1);
        INDArray rows = Nd4j.rand(DataType.FLOAT, 120, 8, 28, 28);
        try (InferenceProgram whole = engine(2).inference(wide.graph(), wide.parameters(), 120);
                InferenceProgram part = engine(1).inference(wide.graph(), wide.parameters(), 30)) {
            List<INDArray> results = whole.run(rows);
            List<INDArray> fromView = whole.run(rows.dup('f'));
            for (int i = 0; i < 4; i++) {
                INDArray some =
                        rows.get(NDArrayIndex.interval(30L * i, 30L * i + 30)).dup('c');
                List<INDArray> expected = part.run(some);
                for (int output = 0; output < 2; output++) {
                    INDArray rest = results.get(output).get(NDArrayIndex.interval(30L * i, 30L * i + 30));
                    assertTensor(rest).isCloseTo(expected.get(output), 0);
                    assertTensor(fromView.get(output)).isCloseTo(results.get(output), 0);
                }
            }
        }
    }

    /** No equal parts for two threads; few examples; weights that each part would read; little to do. */
    @Test
    void leavesOthersWhole() {
        Network wide = Network.input(8, 28, 28).conv2d(32, 3, Padding.SAME).build(1);
        Network heavy = Network.input(1024).dense(2048).build(1);
        Network tiny = Network.input(64).dense(100).build(1);
        Network large = Network.input(8, 128, 128).conv2d(32, 3, Padding.SAME).build(1);
        for (int batch : new int[] {61, 6}) {
            assertWhole(wide, batch);
        }
        assertWhole(heavy, 4096);
        assertWhole(tiny, 64);
        assertWhole(tiny, 1);
        assertWhole(large, 1);
        ProgramSettings tuned =
                ProgramSettings.of(OneDnnOptions.defaults().threads(2).tune());
        assertThat(Partition.of(wide.graph(), 1, tuned).settings()).isEqualTo(tuned);
    }

    private static void assertWhole(Network network, int batch) {
        ProgramSettings settings = settings(2);
        assertThat(Partition.of(network.graph(), batch, settings)).isEqualTo(new Partition(batch, settings));
    }

    /** Strides, dilations, paddings, groups, kernels as high as a part; parts of unequal heights. */
    @Test
    void cutsSingleExamples() {
        Random random = new Random(7);
        for (int trial = 0; trial < 60; trial++) {
            int groups = random.nextInt(4) == 0 ? 16 : 1;
            int kernel = 1 + random.nextInt(5);
            Conv2d first = Conv2d.of(16 * (1 + random.nextInt(3)), kernel)
                    .stride(1 + random.nextInt(2))
                    .padding(random.nextBoolean() ? Padding.SAME : Padding.VALID)
                    .dilation(1 + random.nextInt(2));
            Conv2d second = Conv2d.of(48, 3).groups(groups).padding(Padding.SAME);
            long height = 17 + random.nextInt(20);
            Network network = Network.input(16, height, 20)
                    .conv2d(40, 3, Padding.SAME)
                    .relu()
                    .then(first)
                    .batchNorm2d()
                    .relu()
                    .then(second)
                    .flatten()
                    .dense(64)
                    .relu()
                    .dense(7)
                    .build(trial);
            int threads = 2 + random.nextInt(4);
            assertThat(partition(network, 1, threads).settings().parts()).isEqualTo(threads);
            INDArray x = Nd4j.randn(DataType.FLOAT, 1, 16, height, 20);
            try (OneDnnInference program =
                            new OneDnnInference(network.graph(), network.parameters(), 1, settings(threads));
                    InferenceProgram reference = Engine.nd4j().inference(network.graph(), network.parameters(), 1)) {
                INDArray expected = reference.run(x).get(0);
                INDArray result = program.run(x).get(0);
                assertTensor(result)
                        .as("trial %s: %s", trial, network.summary())
                        .isRelativelyCloseTo(expected, BOUND);
                assertThat(kernels(network, threads)).isGreaterThan(kernels(network, 1) + 2);
                try (InferenceProgram copy = program.copy().orElseThrow()) {
                    Bits.assertSame(copy.run(x).get(0), result);
                }
            }
        }
    }

    /** They have one thread where the first has two, and the same kernels. */
    @Test
    void copiesGiveTheSameBits() {
        Engine twoThreads = engine(2);
        int copied = 0;
        for (int seed = 0; seed < 100; seed++) {
            Network drawn = RandomNetwork.draw(seed);
            int batch = 1 + seed % 5;
            INDArray[] inputs = drawn.graph().inputs().values().stream()
                    .map(value -> Nd4j.rand(DataType.FLOAT, value.shape().batched(batch)))
                    .toArray(INDArray[]::new);
            try (InferenceProgram program = twoThreads.inference(drawn.graph(), drawn.parameters(), batch)) {
                List<INDArray> expected = program.run(inputs);
                Optional<InferenceProgram> made = program.copy();
                if (made.isPresent()) {
                    copied++;
                    try (InferenceProgram copy = made.get()) {
                        List<INDArray> results = copy.run(inputs);
                        for (int i = 0; i < results.size(); i++) {
                            Bits.assertSame(results.get(i), expected.get(i));
                        }
                    }
                }
            }
        }
        assertThat(copied).isGreaterThan(90);
    }

    @Test
    void copiesOfPartsGiveTheSameBits() {
        Network network = Network.input(8, 28, 28)
                .conv2d(32, 3, Padding.SAME)
                .batchNorm2d()
                .relu()
                .flatten()
                .dense(10)
                .build(1);
        for (int batch : new int[] {1, 8, 64}) {
            INDArray x = Nd4j.randn(DataType.FLOAT, batch, 8, 28, 28);
            try (InferenceProgram program = engine(2).inference(network.graph(), network.parameters(), batch);
                    InferenceProgram copy = program.copy().orElseThrow()) {
                Bits.assertSame(copy.run(x).get(0), program.run(x).get(0));
            }
        }
    }

    private static int kernels(Network network, int threads) {
        try (OneDnnInference program =
                new OneDnnInference(network.graph(), network.parameters(), 1, settings(threads))) {
            return program.program().implementations().size();
        }
    }

    private static ProgramSettings settings(int threads) {
        return ProgramSettings.of(OneDnnOptions.defaults().threads(threads));
    }

    private static Engine engine(int threads) {
        return Engine.oneDnn(OneDnnOptions.defaults().threads(threads));
    }

    private static Partition partition(Network network, int batch, int threads) {
        return Partition.of(network.graph(), batch, settings(threads));
    }
}
