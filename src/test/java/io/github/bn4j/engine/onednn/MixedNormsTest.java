package io.github.bn4j.engine.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.github.bn4j.Network;
import io.github.bn4j.engine.BatchStatistics;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.engine.NeedsBfloat16;
import io.github.bn4j.engine.OneDnnOptions;
import io.github.bn4j.engine.Precision;
import io.github.bn4j.engine.TrainingProgram;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.internal.Floats;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.networks.Noise;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Batch normalisation in mixed precision of channels far from 0, whose values bfloat16 has few of. */
@NeedsBfloat16
class MixedNormsTest {

    private static final int BATCH = 8;
    private static final int CHANNELS = 37;

    /** That of what is yielded, and some of what it was computed of. */
    private static final double ROUNDING = 1.01 * 0x1p-8;

    /** What a step computes. */
    private record Step(double[] outputs, double[] means, double[] variances) {}

    /**
     * Normal numbers some deviations from 0. What is normalised are the rounded values, and these as exactly as in PyTorch 2.13's
     * autocast; what rounding loses is the same there.
     *
     * @param distance of the mean from 0 in deviations
     * @param lost root of the mean square of what the outputs err by, in deviations
     */
    @ParameterizedTest
    @CsvSource({"0, 0.0024", "4, 0.007", "16, 0.029", "100, 0.14", "300, 0.52", "1000, 1"})
    void normalisesWhatRoundingLeaves(double distance, double lost) {
        INDArray x = Noise.normal(DataType.FLOAT, 3, BATCH, CHANNELS, 14, 14).addi(distance);
        Engine mixed = Engine.oneDnn(OneDnnOptions.defaults().precision(Precision.MIXED));
        Step actual = step(mixed, DataType.FLOAT, x);
        Step ofRounded = step(Engine.nd4j(), DataType.DOUBLE, rounded(x));
        Step exact = step(Engine.nd4j(), DataType.DOUBLE, x);
        double largest = Arrays.stream(ofRounded.outputs).map(Math::abs).max().orElseThrow();
        assertThat(distance(actual.outputs, ofRounded.outputs)).isLessThanOrEqualTo(ROUNDING * largest);
        assertThat(distance(actual.means, ofRounded.means)).isLessThanOrEqualTo(1e-7 * (1 + distance));
        assertThat(distance(actual.variances, ofRounded.variances)).isLessThanOrEqualTo(1e-5);
        assertThat(rootMeanSquare(actual.outputs, exact.outputs)).isCloseTo(lost, withinPercentage(25));
    }

    @Test
    void losesNothingBehindALayerThatIsLeftOut() {
        INDArray x = Noise.normal(DataType.FLOAT, 3, BATCH, CHANNELS, 14, 14).addi(100);
        Engine careful = Engine.oneDnn(OneDnnOptions.defaults().precision(Precision.MIXED.except("conv2d_1")));
        Step actual = step(careful, DataType.FLOAT, x);
        Step exact = step(Engine.nd4j(), DataType.DOUBLE, x);
        assertThat(distance(actual.outputs, exact.outputs)).isLessThanOrEqualTo(1e-4);
    }

    private static INDArray rounded(INDArray x) {
        double[] values =
                Arrays.stream(Floats.values(x)).map(MixedNormsTest::rounded).toArray();
        return Tensors.of(DataType.FLOAT, values, x.shape());
    }

    /* To the nearest, of two to the even one. */
    private static double rounded(double value) {
        int bits = Float.floatToRawIntBits((float) value);
        return Float.intBitsToFloat((bits + 0x7fff + (bits >>> 16 & 1)) & 0xffff0000);
    }

    private static Step step(Engine engine, DataType type, INDArray x) {
        Network net = Network.input(CHANNELS, 14, 14)
                .conv2d(CHANNELS, 1)
                .batchNorm2d()
                .build(1, type);
        INDArray same = net.parameters().get("conv2d_1.weight").assign(0);
        for (int c = 0; c < CHANNELS; c++) {
            same.putScalar(new int[] {c, c, 0, 0}, 1);
        }
        Graph graph = EngineComparison.withLoss(net.graph());
        INDArray target = Tensors.zeros(type, BATCH, (long) CHANNELS * 14 * 14);
        try (TrainingProgram program = engine.training(graph, net.parameters(), BATCH, 1)) {
            program.step(1, x.castTo(type), target);
            BatchStatistics measured = program.statistics().get(0);
            return new Step(
                    Floats.values(program.outputs().get(0)),
                    Floats.values(measured.mean()),
                    Floats.values(measured.variance()));
        }
    }

    private static double distance(double[] actual, double[] expected) {
        return IntStream.range(0, actual.length)
                .mapToDouble(i -> Math.abs(actual[i] - expected[i]))
                .max()
                .orElseThrow();
    }

    private static double rootMeanSquare(double[] actual, double[] expected) {
        return Math.sqrt(IntStream.range(0, actual.length)
                .mapToDouble(i -> Math.pow(actual[i] - expected[i], 2))
                .average()
                .orElseThrow());
    }
}
