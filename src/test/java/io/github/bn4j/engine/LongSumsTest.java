package io.github.bn4j.engine;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.bn4j.Network;
import io.github.bn4j.graph.Initializer;
import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Tracer;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.layer.BatchNorm2d;
import io.github.bn4j.layer.Conv2d;
import io.github.bn4j.layer.GroupNorm;
import io.github.bn4j.layer.InstanceNorm2d;
import io.github.bn4j.layer.LayerNorm;
import io.github.bn4j.op.MeanSquaredError;
import io.github.bn4j.op.Reduction;
import io.github.bn4j.op.Scaling;
import io.github.bn4j.op.Shifting;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Sums of tens of thousands of numbers in float32, with and without a mean behind them whose gradients are all alike. */
class LongSumsTest {

    private static final int BATCH = 4;

    static Stream<Layer> layers() {
        return Stream.of(
                Conv2d.of(3, 1).useBias(true),
                BatchNorm2d.of(),
                GroupNorm.of(1),
                InstanceNorm2d.of(),
                LayerNorm.of(),
                (scope, x) -> scope.apply(
                        new Scaling(true), x, scope.weight("factor", Shape.of(3, 1, 1), Initializer.constant(1))),
                (scope, x) -> scope.apply(
                        new Shifting(true), x, scope.weight("offset", Shape.of(3), Initializer.constant(1))),
                (scope, x) -> scope.apply(new Reduction(Reduction.Kind.MEAN, List.of(0, 2, 1), true), x));
    }

    @ParameterizedTest
    @MethodSource("layers")
    void agreesWithFloat64OnNd4j(Layer layer) {
        assertAgrees(Network.input(3, 112, 112).then(layer).build(1));
        assertAgrees(Network.input(3, 112, 112).then(layer).globalAvgPool2d().build(1));
    }

    private static void assertAgrees(Network net) {
        Tracer tracer = new Tracer(net.graph());
        Value output = net.graph().outputs().values().iterator().next();
        Value target = tracer.input("target", output.shape());
        tracer.output("loss", tracer.scope().apply(new MeanSquaredError(), output, target));
        Random random = new Random(1);
        Parameters parameters = net.parameters();
        parameters.names().forEach(name -> parameters.get(name).addi(0.2));
        List<INDArray> examples = List.of(
                normal(random, BATCH, 3, 112, 112),
                normal(random, output.shape().batched(BATCH)));

        Map<String, double[]> actual = Results.training(Engine.nd4j(), tracer.graph(), parameters, BATCH, examples);

        Parameters exact = parameters.to(DataType.DOUBLE);
        Results.training(Engine.nd4j(), tracer.graph(), exact, BATCH, examples).forEach((name, expected) -> {
            double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
            double[] values = requireNonNull(actual.get(name));
            for (int i = 0; i < expected.length; i++) {
                assertThat(Math.abs(values[i] - expected[i]))
                        .as("%s %s", name, i)
                        .isLessThanOrEqualTo(5e-6 * Math.max(largest, 0.01));
            }
        });
    }

    private static INDArray normal(Random random, long... shape) {
        double[] values = new double[(int) Arrays.stream(shape).reduce(1, Math::multiplyExact)];
        Arrays.setAll(values, i -> 0.5 + random.nextGaussian());
        return Tensors.of(DataType.FLOAT, values, shape);
    }
}
