package io.github.bn4j.engine.onednn;

import static io.github.bn4j.TensorAssert.assertTensor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.github.bn4j.GraphBuilder;
import io.github.bn4j.Network;
import io.github.bn4j.NetworkBuilder;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.engine.NeedsBfloat16;
import io.github.bn4j.engine.Precision;
import io.github.bn4j.graph.Call;
import io.github.bn4j.graph.Gradients;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.layer.Conv2d;
import io.github.bn4j.layer.ConvTranspose2d;
import io.github.bn4j.layer.Dense;
import io.github.bn4j.layer.Flatten;
import io.github.bn4j.layer.MaxPool2d;
import io.github.bn4j.layer.Padding;
import io.github.bn4j.layer.Relu;
import io.github.bn4j.networks.Noise;
import io.github.bn4j.op.Elementwise;
import io.github.bn4j.op.Functions;
import io.github.bn4j.op.LogSoftmax;
import io.github.bn4j.op.Softmax;
import io.github.bn4j.op.function.Power;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Numbers that float32 cannot hold come out as on ND4J, whatever is behind them; and nothing else leaves oneDNN. */
class ValueRangesTest {

    /** Weights of both signs that are so large that results overflow, many to ∞ − ∞. */
    private static void overflow(Network net) {
        Parameters parameters = net.parameters();
        for (String name : parameters.names()) {
            if (name.endsWith("weight")) {
                parameters.get(name).muli(1e30);
            }
        }
    }

    static Stream<Arguments> networks() {
        Map<String, UnaryOperator<NetworkBuilder>> tails = new LinkedHashMap<>();
        tails.put("relu", net -> net.relu());
        tails.put("leaky relu", net -> net.leakyRelu());
        tails.put("elu", net -> net.elu());
        tails.put("sigmoid", net -> net.sigmoid());
        tails.put("tanh", net -> net.tanh());
        tails.put("softplus", net -> net.softplus());
        tails.put("max pooling", net -> net.maxPool2d(2));
        tails.put("norm and relu", net -> net.batchNorm2d().relu());
        tails.put("sum and relu", net -> net.residual(r -> r.conv2d(16, 3, Padding.SAME))
                .relu());
        tails.put("padding and relu", net -> net.zeroPad2d(1).relu());
        tails.put("concatenation and relu", net -> net.concat(c -> c.conv2d(4, 1), c -> c.conv2d(4, 1))
                .relu());
        Map<String, UnaryOperator<NetworkBuilder>> heads = new LinkedHashMap<>();
        heads.put("convolutions", net -> net.conv2d(16, 3, Padding.SAME).conv2d(16, 1));
        heads.put("transposed", net -> net.conv2d(16, 3).then(ConvTranspose2d.of(16, 3)));
        heads.put("depthwise", net -> net.conv2d(16, 1).depthwiseConv2d(3, Padding.SAME));
        heads.put(
                "one layer and pooling", net -> net.conv2d(16, 1).conv2d(16, 1).avgPool2d(2));
        List<Arguments> all = new ArrayList<>();
        heads.forEach((head, first) -> tails.forEach((tail, then) ->
                all.add(Arguments.of(head + ", " + tail, then.apply(first.apply(Network.input(6, 8, 8)))))));
        return all.stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("networks")
    void passesOnWhatOverflows(String name, NetworkBuilder builder) {
        Network net = builder.build(3);
        overflow(net);
        for (int batch : new int[] {1, 4}) {
            INDArray x = Noise.uniform(DataType.FLOAT, 5, batch, 6, 8, 8).muli(1e10);
            INDArray expected = net.on(Engine.nd4j()).predict(x);
            assertSame(net.on(Engine.oneDnn()).predict(x), expected);
        }
        assertSameTraining(net, Noise.uniform(DataType.FLOAT, 5, 4, 6, 8, 8).muli(1e10));
    }

    @NeedsBfloat16
    @ParameterizedTest(name = "{0}")
    @MethodSource("networks")
    void passesOnWhatOverflowsInMixedPrecision(String name, NetworkBuilder builder) {
        Network net = builder.build(3);
        overflow(net);
        INDArray x = Noise.uniform(DataType.FLOAT, 5, 4, 6, 8, 8).muli(1e10);
        assertSame(
                net.precision(Precision.MIXED).predict(x), net.on(Engine.nd4j()).predict(x));
    }

    /** Two large numbers between small ones, of which further convolutions make infinities of both signs and their sum. */
    @NeedsBfloat16
    @ParameterizedTest
    @CsvSource({"0, 2, 16", "1, 3, 16", "0, 2, 37", "34, 36, 37"})
    void looksAtEachNumberOfBfloat16(int plus, int minus, int channels) {
        Network net = Network.input(channels, 5, 5)
                .conv2d(channels, 1)
                .conv2d(channels, 1)
                .conv2d(channels, 1)
                .relu()
                .build(1);
        INDArray same = net.parameters().get("conv2d_1.weight").assign(0);
        INDArray larger = net.parameters().get("conv2d_2.weight").assign(0);
        net.parameters().get("conv2d_3.weight").assign(1);
        for (int c = 0; c < channels; c++) {
            same.putScalar(new int[] {c, c, 0, 0}, 1);
            larger.putScalar(new int[] {c, c, 0, 0}, c == minus ? -1e10 : 1e10);
        }
        INDArray x = Tensors.zeros(DataType.FLOAT, 2, channels, 5, 5).addi(1);
        x.putScalar(new int[] {1, plus, 2, 2}, 1e30);
        x.putScalar(new int[] {1, minus, 2, 2}, 1e30);
        assertPassesOnNan(net, x);
    }

    private static void assertPassesOnNan(Network net, INDArray x) {
        INDArray expected = net.on(Engine.nd4j()).predict(x);
        assertThat(expected.isNaN().any()).isTrue();
        assertSame(net.precision(Precision.MIXED).predict(x), expected);
    }

    /** The largest float32 numbers are nearer to 2¹²⁸ than to what bfloat16 has below, so they are rounded to infinity. */
    @Test
    @NeedsBfloat16
    void hidesNothingOfWhatIsRoundedToInfinity() {
        NetworkBuilder convolution = Network.input(16, 5, 5).conv2d(16, 1);
        Network net = convolution.build(1);
        Network rectified = convolution.relu().build(1);
        INDArray x = Noise.uniform(DataType.FLOAT, 5, 2, 16, 5, 5);
        for (INDArray weight : List.of(
                net.parameters().get("conv2d_1.weight"), rectified.parameters().get("conv2d_1.weight"))) {
            weight.assign(0.01);
            weight.putScalar(new int[] {4, 4, 0, 0}, -0.005);
        }
        x.putScalar(new int[] {1, 3, 2, 2}, 3.4e38);
        x.putScalar(new int[] {1, 4, 2, 2}, 3.4e38);
        INDArray exact = rectified.on(Engine.nd4j()).predict(x);
        assertThat(exact.getDouble(1, 4, 2, 2)).isCloseTo(1.7e36, withinPercentage(1));
        assertSame(rectified.precision(Precision.MIXED).predict(x), exact);
        INDArray shown = net.precision(Precision.MIXED).predict(x);
        assertThat(shown.getDouble(1, 3, 2, 2)).isInfinite();
        assertThat(shown.getDouble(1, 4, 2, 2)).isNaN();
    }

    /** Of somebody else: the logarithm, which is NaN below 0. */
    private record Logarithm() implements Op {

        @Override
        public Shape outputShape(List<Shape> inputs, List<Shape> parameters) {
            return inputs.get(0);
        }

        @Override
        public INDArray forward(Call call) {
            return Transforms.log(call.input(0), true);
        }

        @Override
        public Gradients backward(Call call, INDArray dy) {
            return Gradients.of(dy.div(call.input(0)));
        }
    }

    static Stream<Op> hidingOps() {
        return Stream.concat(
                Functions.ALL.keySet().stream()
                        .filter(function -> !function.equals(new Power(0)))
                        .map(Elementwise::new),
                Stream.of(new Softmax(), new LogSoftmax()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hidingOps")
    void passesOnWhatAStrangersOpYields(Op op) {
        GraphBuilder g = new GraphBuilder();
        Value x = g.input("x", 20);
        Network net = g.build(3, g.call(Dense.of(7), g.apply(op, g.apply(new Logarithm(), g.call(Dense.of(20), x)))));
        INDArray expected = net.on(Engine.nd4j()).predict(Noise.uniform(DataType.FLOAT, 5, 5, 20));
        assertThat(expected.isNaN().any()).isTrue();
        assertSame(net.on(Engine.oneDnn()).predict(Noise.uniform(DataType.FLOAT, 5, 5, 20)), expected);
        assertSameTraining(net, Noise.uniform(DataType.FLOAT, 5, 5, 20));
    }

    @Test
    void passesOnWhatAStrangersOpYieldsToAPool() {
        GraphBuilder g = new GraphBuilder();
        Value x = g.input("x", 3, 6, 6);
        Value logarithm = g.apply(new Logarithm(), g.call(Conv2d.of(20, 3), x));
        Network net =
                g.build(3, g.call(new Flatten(), g.call(MaxPool2d.of(2), logarithm)), g.call(new Relu(), logarithm));
        for (String output : net.graph().outputs().keySet()) {
            assertSame(
                    net.on(Engine.oneDnn())
                            .forward(Noise.uniform(DataType.FLOAT, 5, 5, 3, 6, 6))
                            .get(output),
                    net.on(Engine.nd4j())
                            .forward(Noise.uniform(DataType.FLOAT, 5, 5, 3, 6, 6))
                            .get(output));
        }
        assertSameTraining(net, Noise.uniform(DataType.FLOAT, 5, 5, 3, 6, 6));
    }

    private static void assertSameTraining(Network net, INDArray x) {
        Graph graph = EngineComparison.withLoss(net.graph());
        INDArray[] inputs = graph.inputs().values().stream()
                .map(value -> Tensors.zeros(DataType.FLOAT, value.shape().batched((int) x.size(0))))
                .toArray(INDArray[]::new);
        inputs[0] = x;
        Parameters parameters = net.parameters();
        Parameters others = parameters.to(DataType.FLOAT);
        try (OneDnnTraining program = (OneDnnTraining) Engine.oneDnn().training(graph, parameters, (int) x.size(0), 1);
                var reference = Engine.nd4j().training(graph, others, (int) x.size(0), 1)) {
            double loss = program.step(1, inputs);
            double expected = reference.step(1, inputs);
            assertThat(Double.isFinite(loss)).isEqualTo(Double.isFinite(expected));
            if (program.hasAskedReference()) {
                assertSame(parameters.gradients(), others.gradients());
                for (int i = 0; i < program.statistics().size(); i++) {
                    assertSame(
                            program.statistics().get(i).variance(),
                            reference.statistics().get(i).variance());
                }
                assertSame(program.outputs().get(0), reference.outputs().get(0));
            }
        }
    }

    private static void assertSame(INDArray actual, INDArray expected) {
        assertTensor(actual).isRelativelyCloseTo(expected, 2e-5);
    }

    @Test
    void leavesNothingOrdinaryToReferenceArithmetic() {
        NetworkBuilder plain = Network.input(3, 16, 16);
        NetworkBuilder normal = Network.input(3, 16, 16);
        for (int layer = 0; layer < 40; layer++) {
            plain = plain.conv2d(16, 3, Padding.SAME).relu();
            normal = normal.conv2d(16, 3, Padding.SAME).batchNorm2d().relu();
            if (layer % 5 == 4) {
                normal = normal.residual(r -> r.conv2d(16, 3, Padding.SAME).batchNorm2d())
                        .relu();
            }
        }
        for (NetworkBuilder builder : List.of(plain, normal)) {
            Network net =
                    builder.globalAvgPool2d().dense(20).softplus().dense(10).build(7);
            Graph graph = EngineComparison.withLoss(net.graph());
            INDArray target = Tensors.zeros(DataType.FLOAT, 4, 10);
            for (double size : new double[] {1e-3, 1, 255, 1e5}) {
                INDArray x = Noise.uniform(DataType.FLOAT, 5, 4, 3, 16, 16).muli(size);
                try (OneDnnInference program =
                        (OneDnnInference) Engine.oneDnn().inference(net.graph(), net.parameters(), 4)) {
                    program.run(x);
                    assertThat(program.hasAskedReference()).isFalse();
                }
                try (OneDnnTraining program =
                        (OneDnnTraining) Engine.oneDnn().training(graph, net.parameters(), 4, 1)) {
                    program.step(1, x, target);
                    assertThat(program.hasAskedReference()).isFalse();
                }
            }
        }
    }
}
