package io.github.bn4j.train;

import static io.github.bn4j.TensorAssert.assertTensor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.Bits;
import io.github.bn4j.GraphBuilder;
import io.github.bn4j.Network;
import io.github.bn4j.bias.BiasFinding;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.engine.internal.TrainingPass;
import io.github.bn4j.graph.Call;
import io.github.bn4j.graph.Gradients;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Role;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Statistics;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.layer.BatchNorm1d;
import io.github.bn4j.layer.BatchNorm2d;
import io.github.bn4j.layer.Conv2d;
import io.github.bn4j.layer.Dense;
import io.github.bn4j.layer.Padding;
import io.github.bn4j.layer.Relu;
import io.github.bn4j.networks.Noise;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Networks of which training leaves a part as it is. */
class FreezeTest {

    private static final String[] BODY = {"conv2d_*", "*batchnorm2d_*", "residual_1"};

    /** Convolutions with and without a bias of their own, a residual branch, and a head of two layers. */
    private static Network net(DataType type) {
        return Network.input(3, 7, 5)
                .then(Conv2d.of(11, 3).padding(Padding.SAME).useBias(true))
                .batchNorm2d()
                .relu()
                .residual(b -> b.conv2d(11, 3, Padding.SAME).batchNorm2d().relu())
                .conv2d(6, 1)
                .relu()
                .flatten()
                .dense(9)
                .batchNorm1d()
                .relu()
                .dense(4)
                .build(3, type);
    }

    private static Dataset data(DataType type) {
        INDArray labels = Tensors.zeros(type, 22);
        for (int row = 0; row < 22; row++) {
            labels.putScalar(row, row % 4);
        }
        return Dataset.of(Noise.normal(type, 1, 22, 3, 7, 5), labels);
    }

    private static Trainer trainer(Network net) {
        return net.trainer()
                .optimizer(AdamW.of(1e-2).weightDecay(0.1))
                .loss(Loss.softmaxCrossEntropy())
                .batchSize(8)
                .epochs(2);
    }

    private static void fit(Network net, UnaryOperator<Trainer> settings) {
        settings.apply(trainer(net)).fit(data(net.parameters().type()));
    }

    private static Map<String, INDArray> values(Network net) {
        Map<String, INDArray> values = new LinkedHashMap<>();
        net.parameters()
                .names()
                .forEach(name -> values.put(name, Tensors.copy(net.parameters().get(name))));
        return values;
    }

    /** All that is frozen keeps its bits, and all else changes. */
    private static void assertTrained(Network frozen, Map<String, INDArray> before) {
        for (Parameter parameter : frozen.parameters().all()) {
            String name = parameter.name();
            if (parameter.frozen()) {
                Bits.assertSame(frozen.parameters().get(name), before.get(name));
            } else {
                assertTensor(frozen.parameters().get(name)).as(name).differsFrom(before.get(name), 0);
            }
        }
    }

    static List<Arguments> trainings() {
        UnaryOperator<Network> fastest = net -> net;
        UnaryOperator<Network> nd4j = net -> net.on(Engine.nd4j());
        UnaryOperator<Network> replicas = net -> net.on(Engine.replicas(3));
        UnaryOperator<Trainer> plain = trainer -> trainer;
        return List.of(
                Arguments.of("fastest engine", fastest, plain),
                Arguments.of("ND4J", nd4j, plain),
                Arguments.of("replicas", replicas, plain),
                Arguments.of("accumulation", fastest, (UnaryOperator<Trainer>) trainer -> trainer.accumulate(2)),
                Arguments.of(
                        "one after another", fastest, (UnaryOperator<Trainer>) trainer -> trainer.accumulateAsOne(2)),
                Arguments.of("clipping", fastest, (UnaryOperator<Trainer>)
                        trainer -> trainer.clipNorm(0.5).clipEachNorm(0.3).clipValue(0.01)),
                Arguments.of("decay by pattern", fastest, (UnaryOperator<Trainer>)
                        trainer -> trainer.decay("dense_*", 0.3)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("trainings")
    void keepsTheBitsOfWhatIsFrozen(String name, UnaryOperator<Network> engine, UnaryOperator<Trainer> settings) {
        Network whole = engine.apply(net(DataType.FLOAT));
        fit(whole, UnaryOperator.identity());
        Map<String, INDArray> before = values(whole);
        INDArray features = data(DataType.FLOAT).features();
        INDArray outputs = whole.predict(features);

        Network frozen = whole.freeze(BODY);
        Bits.assertSame(frozen.predict(features), outputs);
        fit(frozen, settings);

        assertTrained(frozen, before);
        assertThat(frozen(frozen)).hasSize(13);
        Bits.assertSame(whole.predict(features), frozen.predict(features));
        assertTensor(whole.predict(features)).differsFrom(outputs, 1e-3);
    }

    /** PyTorch moves what gets a gradient of 0 instead of none: momentum and decay go on. */
    @ParameterizedTest
    @MethodSource("io.github.bn4j.train.FreezeTest#optimizers")
    void isNothingToAnyOptimizer(Optimizer optimizer) {
        Network whole = net(DataType.DOUBLE);
        fit(whole, trainer -> trainer.optimizer(optimizer));
        for (String[] layers : List.of(BODY, new String[] {"residual_1", "dense_1", "batchnorm1d_1"})) {
            Map<String, INDArray> before = values(whole);
            Network frozen = whole.freeze(layers);
            fit(frozen, trainer -> trainer.optimizer(optimizer));
            assertTrained(frozen, before);
        }
    }

    static List<Optimizer> optimizers() {
        return List.of(
                Sgd.of(0.01).nesterov(0.9),
                Adam.of(0.01),
                AmsGrad.of(0.01),
                AdamW.of(0.01).weightDecay(0.1),
                NAdam.of(0.01),
                RmsProp.of(0.01),
                AdaGrad.of(0.01),
                Adadelta.of(1),
                Lion.of(0.01).weightDecay(0.1),
                Lamb.of(0.01).weightDecay(0.1),
                Lars.of(0.01).weightDecay(0.1),
                Muon.of(0.01).weightDecay(0.1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"conv2d_1", "residual_1", "conv2d_*", "dense_2", "dense_*", "*batchnorm*", "*.gamma", "*.bias"})
    void hasTheGradientsOfTheWholeNetworkByWhatIsTrained(String pattern) {
        Network whole = net(DataType.DOUBLE);
        fit(whole, UnaryOperator.identity());
        Network frozen = whole.freeze(pattern);
        String[] norms = frozen.graph().nodes().stream()
                .filter(node -> node.op()
                        .normalization()
                        .filter(norm -> norm.statistics().areRunning())
                        .isPresent())
                .map(node -> node.layer())
                .toArray(String[]::new);
        Network like = norms.length == 0 ? whole : whole.freezeBatchNorm(norms);

        Map<String, INDArray> expected = gradients(like, Engine.nd4j());
        assertTrained(gradients(frozen, Engine.nd4j()), expected, frozen, 1e-12);

        Map<String, INDArray> fast = gradients(frozen.to(DataType.FLOAT), Engine.fastest(DataType.FLOAT));
        expected.replaceAll((name, gradient) -> gradient.castTo(DataType.FLOAT));
        assertTrained(fast, expected, frozen, 1e-4);
    }

    private static void assertTrained(
            Map<String, INDArray> actual, Map<String, INDArray> expected, Network frozen, double tolerance) {
        for (Parameter parameter : frozen.parameters().all()) {
            if (parameter.trainable()) {
                assertTensor(actual.get(parameter.name()))
                        .as(parameter.name())
                        .isCloseTo(expected.get(parameter.name()), tolerance);
            } else if (actual.containsKey(parameter.name())) {
                assertThat(actual.get(parameter.name()).amaxNumber().doubleValue())
                        .as(parameter.name())
                        .isZero();
            }
        }
    }

    /** Those of one step on all data. */
    private static Map<String, INDArray> gradients(Network net, Engine engine) {
        DataType type = net.parameters().type();
        Map<String, INDArray> gradients = new LinkedHashMap<>();
        GradientChange look = parameters -> parameters.all().stream()
                .filter(parameter -> parameter.role() == Role.TRAINABLE)
                .forEach(parameter ->
                        gradients.put(parameter.name(), Tensors.copy(parameters.gradient(parameter.name()))));
        Network copy = net.to(type).on(engine);
        copy.trainer()
                .loss(Loss.softmaxCrossEntropy())
                .batchSize(22)
                .changeGradients(look)
                .fit(data(type));
        return gradients;
    }

    /** The identity, which counts how often its gradient is asked for. */
    private record Counted(AtomicInteger asked) implements Op {

        @Override
        public Shape outputShape(List<Shape> inputs, List<Shape> parameters) {
            return inputs.get(0);
        }

        @Override
        public INDArray forward(Call call) {
            return call.input(0).dup();
        }

        @Override
        public Gradients backward(Call call, INDArray dy) {
            asked.incrementAndGet();
            return Gradients.of(dy.dup());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"oneDNN", "ND4J"})
    void runsNoGradientBelowTheFirstTrainedLayer(String name) {
        Engine engine = name.equals("ND4J") ? Engine.nd4j() : Engine.fastest(DataType.FLOAT);
        List<AtomicInteger> asked = new ArrayList<>();
        GraphBuilder g = new GraphBuilder();
        Value x = g.input("x", 6);
        for (int layer = 0; layer < 4; layer++) {
            AtomicInteger count = new AtomicInteger();
            asked.add(count);
            x = g.apply(new Counted(count), g.call(BatchNorm1d.of(), g.call(Dense.of(5), x)));
        }
        Network net = g.build(x).on(engine);
        assertThat(asked(net, asked)).containsExactly(1, 1, 1, 1);
        assertThat(asked(net.freeze("*_1", "*_2"), asked)).containsExactly(0, 0, 1, 1);
        assertThat(asked(net.freeze("dense_1", "dense_2"), asked))
                .as("gamma and beta")
                .containsExactly(1, 1, 1, 1);
        assertThat(asked(net.freeze("*_2", "*_4"), asked)).as("between").containsExactly(1, 1, 1, 1);
        assertThat(asked(net.freeze("*_1", "*_2", "*_3", "dense_4"), asked)).containsExactly(0, 0, 0, 1);
    }

    private static List<Integer> asked(Network net, List<AtomicInteger> counts) {
        counts.forEach(count -> count.set(0));
        net.trainer()
                .loss(Loss.meanSquaredError())
                .batchSize(8)
                .fit(Dataset.of(Noise.normal(DataType.FLOAT, 1, 8, 6), Noise.normal(DataType.FLOAT, 2, 8, 5)));
        return counts.stream().map(AtomicInteger::get).toList();
    }

    @Test
    void goesOnNormalisingIfOnlyParametersAreFrozen() {
        Network whole = net(DataType.FLOAT);
        Map<String, INDArray> before = values(whole);
        Network frozen = whole.freezeParameters(BODY);
        assertThat(frozen.graph().nodes().stream()
                        .flatMap(node -> node.op().normalization().stream())
                        .map(norm -> norm.statistics()))
                .containsOnly(Statistics.batch());
        fit(frozen, UnaryOperator.identity());
        before.forEach((name, value) -> {
            boolean moves = name.contains("running") || name.startsWith("dense_") || name.startsWith("batchnorm1d_");
            if (moves) {
                assertTensor(whole.parameters().get(name)).as(name).differsFrom(value, 0);
            } else {
                Bits.assertSame(whole.parameters().get(name), value);
            }
        });
    }

    @Test
    void letsRunningAveragesMoveAgainIfThatIsSaid() {
        Network whole = net(DataType.FLOAT);
        Map<String, INDArray> before = values(whole);
        fit(whole.freeze(BODY).updateRunning(true, "batchnorm2d_1"), UnaryOperator.identity());
        for (String name : List.of("runningMean", "runningVariance")) {
            assertTensor(whole.parameters().get("batchnorm2d_1." + name))
                    .differsFrom(before.get("batchnorm2d_1." + name), 0);
            String other = "residual_1.branch.batchnorm2d_1." + name;
            Bits.assertSame(whole.parameters().get(other), before.get(other));
        }
        for (String name : List.of("gamma", "beta")) {
            Bits.assertSame(whole.parameters().get("batchnorm2d_1." + name), before.get("batchnorm2d_1." + name));
        }
    }

    /** By their own op, which knows nothing of freezing. */
    @Test
    void keepsTheStateOfAStrangersOp() {
        Network net = Network.input(7)
                .then(new StrangersNorm())
                .dense(5)
                .relu()
                .dense(3)
                .build(1);
        Map<String, INDArray> before = values(net);
        Dataset data = Dataset.of(Noise.normal(DataType.FLOAT, 1, 16, 7), Noise.normal(DataType.FLOAT, 2, 16, 3));
        Trainer trainer = net.freeze("strangersnorm_1", "dense_1").trainer().loss(Loss.meanSquaredError());
        trainer.fit(data);
        for (String name : List.of("strangersnorm_1.mean", "strangersnorm_1.variance", "dense_1.weight")) {
            Bits.assertSame(net.parameters().get(name), before.get(name));
        }
        net.trainer().loss(Loss.meanSquaredError()).fit(data);
        assertTensor(net.parameters().get("strangersnorm_1.mean")).differsFrom(before.get("strangersnorm_1.mean"), 0);
    }

    /** As in Keras and PyTorch; DL4J switches it off. */
    @Test
    void drawsTheMasksOfDropoutAsBefore() {
        Network net = Network.input(6).dense(8).dropout(0.5).dense(3).build(1).freeze("dense_1");
        Network whole = net.unfreeze();
        try (TrainingPass frozen = TrainingPass.of(net.model(), 4);
                TrainingPass usual = TrainingPass.of(whole.model(), 4)) {
            INDArray x = Noise.normal(DataType.FLOAT, 1, 4, 6);
            assertThat(frozen.run(1, x).loss())
                    .isEqualTo(usual.run(1, x).loss())
                    .isNotEqualTo(frozen.run(2, x).loss());
        }
    }

    @TempDir
    Path folder;

    @Test
    void isInTheFileAndUndone() {
        Network net = Network.input(2, 5, 5)
                .conv2d(3, 3)
                .then(BatchNorm2d.of().statistics(Statistics.ghost(4)))
                .then(Conv2d.of(5, 3))
                .then(BatchNorm2d.of().statistics(Statistics.running()))
                .flatten()
                .dense(2)
                .build(1);
        Network frozen = net.freeze("conv2d_1", "batchnorm2d_?");
        frozen.save(folder.resolve("frozen.safetensors"));
        Network again = Network.load(folder.resolve("frozen.safetensors"));
        assertThat(frozen(again)).isEqualTo(frozen(frozen)).hasSize(9).doesNotContain("conv2d_2.weight");
        assertThat(statistics(again)).isEqualTo(statistics(frozen));
        assertThat(again.graph().nodes().stream().flatMap(node -> node.op().normalization().stream()))
                .allMatch(norm ->
                        norm.statistics().areRunning() && !norm.averages().update());

        Network thawed = again.unfreeze();
        assertThat(frozen(thawed)).isEmpty();
        assertThat(statistics(thawed))
                .isEqualTo(statistics(net))
                .containsExactly("ghost batches of 4, moving true", "running statistics, moving true");
        assertThat(frozen(again.unfreeze("batchnorm2d_1")))
                .containsExactly(
                        "conv2d_1.weight",
                        "batchnorm2d_2.gamma",
                        "batchnorm2d_2.beta",
                        "batchnorm2d_2.runningMean",
                        "batchnorm2d_2.runningVariance");
        assertThat(statistics(net.freezeBatchNorm().unfreeze())).isEqualTo(statistics(net));
        assertThat(statistics(net.freeze().freeze().unfreeze())).isEqualTo(statistics(net));
    }

    private static List<String> frozen(Network net) {
        return net.parameters().all().stream()
                .filter(Parameter::frozen)
                .map(Parameter::name)
                .toList();
    }

    private static List<String> statistics(Network net) {
        return net.graph().nodes().stream()
                .flatMap(node -> node.op().normalization().stream())
                .map(norm -> norm.statistics() + ", moving " + norm.averages().update())
                .toList();
    }

    @Test
    void takesLayersBlocksParametersAndPatterns() {
        Network net = net(DataType.FLOAT);
        assertThat(frozen(net.freeze("residual_1")))
                .containsExactlyElementsOf(net.parameters().names().stream()
                        .filter(name -> name.startsWith("residual_1."))
                        .toList())
                .hasSize(5);
        assertThat(frozen(net.freeze("conv2d_1"))).containsExactly("conv2d_1.weight", "conv2d_1.bias");
        assertThat(frozen(net.freeze("conv2d_1.weight"))).containsExactly("conv2d_1.weight");
        assertThat(frozen(net.freeze("batchnorm2d_1.gamma"))).containsExactly("batchnorm2d_1.gamma");
        assertThat(frozen(net.freeze("batchnorm2d_1.runningMean")))
                .containsExactly("batchnorm2d_1.runningMean", "batchnorm2d_1.runningVariance");
        assertThat(frozen(net.freeze("dense_?"))).containsExactly("dense_1.weight", "dense_2.weight", "dense_2.bias");
        assertThat(frozen(net.freeze())).isEqualTo(net.parameters().names());
    }

    @Test
    void listsTheLayersThereAreForAPatternThatFitsNone() {
        Network net = net(DataType.FLOAT);
        String there = "; this network has [conv2d_1, batchnorm2d_1, residual_1.branch.conv2d_1,"
                + " residual_1.branch.batchnorm2d_1, conv2d_2, dense_1, batchnorm1d_1, dense_2]";
        assertThatThrownBy(() -> net.freeze("conv2d_*", "convolution_*", "relu_1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "freeze expects names of layers with parameters, or patterns of them, but got [convolution_*,"
                                + " relu_1]" + there);
        assertThatThrownBy(() -> net.freezeParameters("head"))
                .hasMessage(
                        "freezeParameters expects names of layers with parameters, or patterns of them, but got [head]"
                                + there);
        assertThatThrownBy(() -> net.unfreeze(""))
                .hasMessage(
                        "unfreeze expects names of layers with parameters, or patterns of them, but got []" + there);
    }

    @Test
    void sharesOnlyWhatIsThereInItsShapeAndRole() {
        Network net = Network.input(3).dense(2).build(1);
        List<Parameter> all = net.parameters().all();
        assertThat(net.parameters().sharedBy(all)).isSameAs(net.parameters());
        assertThatThrownBy(() -> net.parameters().sharedBy(List.of(all.get(0).role(Role.STATE))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "parameters expect to be shared as dense_1.weight [2, 3] of role TRAINABLE but got dense_1.weight"
                                + " [2, 3] of role STATE; copy them instead");
        assertThatThrownBy(() -> net.parameters().sharedBy(List.of(all.get(0).named("head.weight"))))
                .hasMessage(
                        "parameters expects the name of one of its tensors but got \"head.weight\"; this network has"
                                + " [dense_1.weight, dense_1.bias]");
    }

    @Test
    void refusesToTrainNothing() {
        Network net = Network.input(3).dense(4).batchNorm1d().dense(2).build(1);
        Dataset data = Dataset.of(Noise.normal(DataType.FLOAT, 1, 8, 3), Noise.normal(DataType.FLOAT, 2, 8, 2));
        assertThatThrownBy(() ->
                        net.freeze().trainer().loss(Loss.meanSquaredError()).fit(data))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("fit expects a network of which something is trained but got one that is frozen as a whole;"
                        + " unfreeze what is to be trained, such as net.unfreeze(\"dense_2\")");
        assertThatThrownBy(() ->
                        net.freeze().trainer().loss(Loss.meanSquaredError()).loop(8))
                .hasMessageStartingWith(
                        "loop expects a network of which something is trained but got one that is frozen");
        Map<String, INDArray> before = values(net);
        net.freezeParameters().trainer().loss(Loss.meanSquaredError()).fit(data);
        assertTensor(net.parameters().get("batchnorm1d_1.runningMean"))
                .as("running averages on new data")
                .differsFrom(before.get("batchnorm1d_1.runningMean"), 0);
    }

    @Test
    void trainsOneAtATimeOfNetworksThatShareParameters() {
        Network whole = net(DataType.FLOAT);
        Network frozen = whole.freeze(BODY);
        Network other = whole.freeze("dense_2");
        List<String> refused = new ArrayList<>();
        trainer(frozen)
                .listener(new TrainingListener() {
                    @Override
                    public void onStep(StepEvent event) {
                        try {
                            fit(refused.size() % 2 == 0 ? whole : other, UnaryOperator.identity());
                        } catch (IllegalStateException claimed) {
                            refused.add(claimed.getMessage());
                        }
                    }
                })
                .fit(data(DataType.FLOAT));
        assertThat(refused)
                .hasSize(6)
                .containsOnly(
                        "fit expects a network that is not being trained but got one that is; wait for the other fit"
                                + " to end or use a copy");
        fit(whole, UnaryOperator.identity());
    }

    /** The gradients that the training of the whole network left are none of the frozen one. */
    @Test
    void clipsByTheNormOfWhatIsTrainedOnly() {
        Network once = net(DataType.DOUBLE);
        fit(once, UnaryOperator.identity());
        Network alone = once.to(DataType.DOUBLE);
        fit(once.freeze(BODY), trainer -> trainer.seed(5).clipNorm(1e-3));
        fit(alone.freeze(BODY), trainer -> trainer.seed(5).clipNorm(1e-3));
        once.parameters()
                .names()
                .forEach(name -> Bits.assertSame(
                        once.parameters().get(name), alone.parameters().get(name)));
    }

    /** Early stopping puts back what its training changes, and nothing that another one has changed meanwhile. */
    @Test
    void restoresTheBestOfWhatIsTrainedOnly() {
        Network whole = net(DataType.FLOAT);
        Dataset data = data(DataType.FLOAT);
        Trainer head =
                trainer(whole.freeze(BODY)).stopEarly(EarlyStopping.on("loss").patience(1));
        head.fit(data, data);
        fit(whole.freeze("dense_*", "batchnorm1d_*"), UnaryOperator.identity());
        Map<String, INDArray> before = values(whole);
        head.epochs(1).fit(data, data);
        before.forEach((name, value) -> {
            if (!name.startsWith("dense_") && !name.startsWith("batchnorm1d_")) {
                Bits.assertSame(whole.parameters().get(name), value);
            }
        });
    }

    @Test
    void showsWhatIsFrozen() {
        Network net = Network.input(1, 4, 4)
                .conv2d(2, 3)
                .batchNorm2d()
                .then(Relu.of())
                .flatten()
                .dense(3)
                .build(1);
        assertThat(net.freeze("conv2d_1", "batchnorm2d_1").summary().toString())
                .isEqualTo(
                        """
                name           layer                     output     trainable  frozen  state  bias
                features       input                     [1, 4, 4]
                conv2d_1       Conv2d(2, 3×3)            [2, 2, 2]                 18         dropped before
                batchnorm2d_1  BatchNorm2d() now frozen  [2, 2, 2]                  4      4
                relu_1         Relu()                    [2, 2, 2]
                flatten_1      Flatten()                 [8]
                dense_1        Dense(3)                  [3]               27                 kept
                27 trainable parameters, 22 frozen, 4 running statistics, 2 bias parameters saved, engine %s"""
                                .formatted(net.engine())
                                .replace("\n", System.lineSeparator()));
        assertThat(net.freeze("dense_1").parameters().toString())
                .endsWith(
                        """
                dense_1.weight [3, 8] (frozen)
                dense_1.bias [3] (frozen)"""
                                .replace("\n", System.lineSeparator()));
        assertThat(net.freeze("conv2d_1", "batchnorm2d_1").explainBias().findings())
                .extracting(finding -> finding.kind())
                .containsExactly(BiasFinding.NO_LONGER_CANCELLED);
        assertThat(Stream.of(net.freeze().unfreeze().summary().toString().split("\\R")))
                .anyMatch(line -> line.startsWith("batchnorm2d_1  BatchNorm2d() now by batch statistics"));
    }
}
