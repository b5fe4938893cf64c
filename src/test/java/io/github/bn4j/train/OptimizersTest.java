package io.github.bn4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.bn4j.Network;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.data.Digits;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.internal.Floats;
import io.github.bn4j.layer.Padding;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.ops.transforms.Transforms;

/** What optimisers do on whole networks, and what they refuse. */
class OptimizersTest {

    private static final Dataset DATA = Digits.load().slice(0, 160);

    private static Network network() {
        return Network.input(1, 8, 8)
                .conv2d(6, 3, Padding.SAME)
                .batchNorm2d()
                .relu()
                .flatten()
                .dense(20)
                .batchNorm1d()
                .relu()
                .dense(10)
                .build(7);
    }

    /** Of somebody else, with nothing but what everybody can see. */
    private record SignDescent(double learningRate) implements Optimizer {

        @Override
        public void step(Update update) {
            update.parameters().subi(Transforms.sign(update.gradients()).muli(update.rate()));
        }
    }

    /** Of somebody else: needs names and shapes, a slot, and a rule for elements. */
    private record RowMomentum(double learningRate, double weightDecay) implements DecayingOptimizer {

        @Override
        public List<String> slots() {
            return List.of("mean");
        }

        @Override
        public boolean oneByOne() {
            return true;
        }

        @Override
        public void step(Update update) {
            double rate = update.rate() / Math.sqrt(update.parameter().shape().dim(0));
            double decay = update.weightDecay();
            update.elements((w, g, slots, count) -> {
                for (int i = 0; i < count; i++) {
                    slots[0][i] = 0.9 * slots[0][i] + g[i] + decay * w[i];
                    w[i] -= rate * slots[0][i];
                }
            });
        }
    }

    static List<Optimizer> optimizers() {
        return List.of(
                Sgd.of(0.05).momentum(0.9).dampening(0.1).weightDecay(1e-4),
                Adam.of(1e-2),
                AdamW.of(1e-2).weightDecay(0.05),
                AmsGrad.of(1e-2),
                NAdam.of(1e-2),
                RmsProp.of(1e-3).centred(true).momentum(0.5),
                AdaGrad.of(0.05),
                Adadelta.of(),
                Lion.of(3e-3).weightDecay(0.1),
                Lamb.of(1e-2).weightDecay(0.01),
                Lars.of(10).weightDecay(1e-4),
                Muon.of(0.02).convolutions(true).except("dense_2").others(AdamW.of(1e-2)),
                new SignDescent(3e-3),
                new RowMomentum(0.1, 1e-4));
    }

    @ParameterizedTest
    @MethodSource("optimizers")
    void trainsANetworkOnBothEngines(Optimizer optimizer) {
        for (Engine engine : List.of(Engine.nd4j(), Engine.fastest(DataType.FLOAT))) {
            Network net = network().on(engine);
            History history = net.trainer()
                    .optimizer(optimizer)
                    .loss(Loss.softmaxCrossEntropy())
                    .epochs(4)
                    .fit(DATA);
            // Equal probabilities have 2.3.
            assertThat(history.last().trainLoss())
                    .as("%s on %s", optimizer, engine)
                    .isLessThan(1.6);
        }
    }

    @Test
    void decaysWhatAPatternFits() {
        // With a gradient of 0, decoupled decay alone moves parameters: w (1 − 0.1 · decay).
        Network net = network();
        Parameters parameters = net.parameters();
        parameters.trainable().assign(1);
        Trainer trainer = net.trainer()
                .optimizer(AdamW.of(0.1).weightDecay(0.5))
                .decay("dense_*", 0.25)
                .decay("batchnorm1d_1.gamma", 2)
                .decay("dense_1.*", 0);
        assertThat(trainer.toString())
                .contains(", decay [dense_* 0.25, batchnorm1d_1.gamma 2.0, dense_1.* 0.0], schedule");
        List<WeightDecay.Rule> rules = List.of(
                new WeightDecay.Rule(new ParameterPattern("dense_*"), 0.25),
                new WeightDecay.Rule(new ParameterPattern("batchnorm1d_1.gamma"), 2),
                new WeightDecay.Rule(new ParameterPattern("dense_1.*"), 0));
        OptimizerState state =
                new OptimizerState(AdamW.of(0.1).weightDecay(0.5), parameters, new ParameterRules(rules, List.of()));
        assertThat(state.step(1)).isTrue();
        assertAll(parameters, "conv2d_1.weight", 0.95);
        assertAll(parameters, "dense_1.weight", 1);
        assertAll(parameters, "dense_2.weight", 0.975);
        assertAll(parameters, "dense_2.bias", 0.975);
        assertAll(parameters, "batchnorm1d_1.gamma", 0.8);
        assertAll(parameters, "batchnorm1d_1.beta", 1);
        assertAll(parameters, "batchnorm2d_1.gamma", 1);
    }

    @Test
    void decaysByAPenaltyWhereTheOptimizerKnowsNoDecay() {
        Parameters parameters = network().parameters();
        parameters.trainable().assign(-3);
        List<WeightDecay.Rule> rules = List.of(new WeightDecay.Rule(new ParameterPattern("dense_1"), 0.5));
        assertThat(new OptimizerState(new SignDescent(0.25), parameters, new ParameterRules(rules, List.of())).step(1))
                .isTrue();
        assertAll(parameters, "dense_1.weight", -2.75);
        assertAll(parameters, "dense_2.weight", -3);
    }

    private static void assertAll(Parameters parameters, String name, double expected) {
        for (double value : Floats.values(parameters.get(name))) {
            assertThat(value).as(name).isCloseTo(expected, within(1e-6));
        }
    }

    /** By loops, from the formula: tall and wide matrices, flattened kernels, and AdamW for the rest. */
    @Test
    void makesStepsOnMatricesOfAnyShapeOrthogonal() {
        Parameters parameters = network().to(DataType.DOUBLE).parameters();
        Random random = new Random(3);
        INDArray before = parameters.trainable().dup();
        Floats.write(random.doubles(parameters.gradients().length(), -1, 1).toArray(), parameters.gradients());
        Muon muon = Muon.of(0.1).weightDecay(0.5).convolutions(true).except("dense_2.weight");
        assertThat(new OptimizerState(muon, parameters, ParameterRules.NONE).step(1))
                .isTrue();
        Parameters asBefore = network().to(DataType.DOUBLE).parameters();
        asBefore.trainable().assign(before);
        asBefore.gradients().assign(parameters.gradients());
        assertThat(new OptimizerState(muon.others(), asBefore, ParameterRules.NONE).step(1))
                .isTrue();
        List<String> matrices = new ArrayList<>();
        for (Parameter parameter : parameters.all()) {
            String name = parameter.name();
            if (name.equals("conv2d_1.weight") || name.equals("dense_1.weight")) {
                matrices.add(name);
                int rows = (int) parameter.shape().dim(0);
                double[] w = Floats.values(before.get(NDArrayIndex.interval(
                        parameters.start(name),
                        parameters.start(name) + parameter.shape().size())));
                double[] g = Floats.values(parameters.gradient(name));
                double[] expected = muonStep(w, g, rows);
                double[] got = Floats.values(parameters.get(name));
                for (int i = 0; i < got.length; i++) {
                    assertThat(got[i]).as(name).isCloseTo(expected[i], within(1e-12));
                }
            } else if (parameter.trainable()) {
                assertThat(parameters.get(name)).as(name).isEqualTo(asBefore.get(name));
            }
        }
        assertThat(matrices).hasSize(2);
    }

    private static double[] muonStep(double[] w, double[] g, int rows) {
        int columns = w.length / rows;
        double[][] x = new double[rows][columns];
        double norm = 0;
        for (int i = 0; i < w.length; i++) {
            double u = 0.95 * 0.05 * g[i] + 0.05 * g[i];
            x[i / columns][i % columns] = u;
            norm += u * u;
        }
        for (double[] row : x) {
            for (int j = 0; j < columns; j++) {
                row[j] /= Math.sqrt(norm);
            }
        }
        for (int iteration = 0; iteration < 5; iteration++) {
            double[][] a = product(x, transposed(x));
            double[][] square = product(a, a);
            double[][] mixed = new double[rows][rows];
            for (int i = 0; i < rows; i++) {
                for (int j = 0; j < rows; j++) {
                    mixed[i][j] = -4.7750 * a[i][j] + 2.0315 * square[i][j] + (i == j ? 3.4445 : 0);
                }
            }
            x = product(mixed, x);
        }
        double length = Math.sqrt(Math.max(1, rows / (double) columns));
        double[] after = new double[w.length];
        for (int i = 0; i < w.length; i++) {
            after[i] = w[i] * (1 - 0.1 * 0.5) - 0.1 * length * x[i / columns][i % columns];
        }
        return after;
    }

    private static double[][] transposed(double[][] a) {
        double[][] t = new double[a[0].length][a.length];
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < a[0].length; j++) {
                t[j][i] = a[i][j];
            }
        }
        return t;
    }

    private static double[][] product(double[][] a, double[][] b) {
        double[][] c = new double[a.length][b[0].length];
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < b[0].length; j++) {
                for (int k = 0; k < b.length; k++) {
                    c[i][j] += a[i][k] * b[k][j];
                }
            }
        }
        return c;
    }

    @Test
    void leavesAMatrixWithoutGradientAsItIs() {
        Parameters parameters = network().parameters();
        INDArray before = parameters.get("dense_1.weight").dup();
        assertThat(new OptimizerState(Muon.of(0.1).weightDecay(0), parameters, ParameterRules.NONE).step(1))
                .isTrue();
        assertThat(parameters.get("dense_1.weight")).isEqualTo(before);
    }

    /** Where a gradient never changes, rounding would make a variance negative, and its root NaN. */
    @Test
    void dividesByNoNegativeVariance() {
        Parameters parameters = OptimizerReferenceTest.parameters(DataType.FLOAT);
        OptimizerState state =
                new OptimizerState(RmsProp.of(1e-12).decay(0.5).centred(true), parameters, ParameterRules.NONE);
        for (int step = 0; step < 200; step++) {
            parameters.gradients().assign(0.1);
            assertThat(state.step(1)).isTrue();
        }
    }

    @Test
    void doesNotMeasureGammaBetaAndBiases() {
        Parameters parameters = OptimizerReferenceTest.parameters(DataType.DOUBLE);
        parameters.get("layer.bias").assign(1);
        parameters.gradients().assign(2);
        assertThat(new OptimizerState(Lars.of(0.5), parameters, ParameterRules.NONE).step(1))
                .isTrue();
        assertThat(parameters.get("layer.bias").getDouble(0)).isCloseTo(1 - 0.5 * 2, within(1e-12));
    }

    @Test
    void refusesSettingsThatMakeNoSense() {
        assertRefused(() -> Sgd.of(-0.1), "Sgd expects a learning rate above 0 but got -0.1");
        assertRefused(() -> Sgd.of(1).momentum(1), "Sgd expects momentum from 0 to below 1 but got 1.0");
        assertRefused(() -> Sgd.of(1).dampening(-1), "Sgd expects dampening from 0 to below 1 but got -1.0");
        assertRefused(
                () -> Sgd.of(1).nesterov(0.9).dampening(0.1),
                "Sgd expects no dampening with Nesterov's look-ahead but got 0.1; leave one of them out");
        assertRefused(() -> Sgd.of(1).weightDecay(-1), "Sgd expects weight decay of at least 0 but got -1.0");
        assertRefused(() -> Adam.of(Double.NaN), "Adam expects a learning rate above 0 but got NaN");
        assertRefused(() -> AdamW.of(1).betas(0.9, 1), "AdamW expects betas from 0 to below 1 but got 0.9 and 1.0");
        assertRefused(() -> AmsGrad.of(1).epsilon(0), "AmsGrad expects epsilon above 0 but got 0.0");
        assertRefused(() -> NAdam.of(0), "NAdam expects a learning rate above 0 but got 0.0");
        assertRefused(
                () -> RmsProp.of(1).decay(1), "RmsProp expects decay of the mean square from 0 to below 1 but got 1.0");
        assertRefused(
                () -> AdaGrad.of(1).rateDecay(-1), "AdaGrad expects decay of the rate of at least 0 but got -1.0");
        assertRefused(() -> AdaGrad.of(1).initialSum(-1), "AdaGrad expects an initial sum of at least 0 but got -1.0");
        assertRefused(
                () -> Adadelta.of().decay(2),
                "Adadelta expects decay of the mean squares from 0 to below 1 but got 2.0");
        assertRefused(() -> Lion.of(1).betas(-1, 0.9), "Lion expects betas from 0 to below 1 but got -1.0 and 0.9");
        assertRefused(() -> Lamb.of(-1), "Lamb expects a learning rate above 0 but got -1.0");
        assertRefused(() -> Lars.of(1).trust(0), "Lars expects trust above 0 but got 0.0");
        assertRefused(() -> Muon.of(1).iterations(0), "Muon expects at least 1 iteration but got 0");
        assertRefused(() -> Muon.of(1).others(null), "Muon expects an AdamW for other parameters but got null");
        Trainer trainer =
                Network.input(3).dense(4).batchNorm1d().dense(2).build(1).trainer();
        record Twins(double learningRate) implements Optimizer {

            @Override
            public List<String> slots() {
                return List.of("a", "b", "a");
            }

            @Override
            public void step(Update update) {}
        }
        assertRefused(
                () -> trainer.optimizer(new Twins(1)),
                "optimizer Twins[learningRate=1.0] expects slots of different names but got [a, b, a]; rename one");
        String all = "[dense_1.weight, batchnorm1d_1.gamma, batchnorm1d_1.beta, dense_2.weight, dense_2.bias]";
        assertRefused(
                () -> trainer.optimizer(Muon.of(0.02).except("head")),
                "except expects a pattern that fits trainable parameters but got \"head\"; this network has " + all);
        assertRefused(
                () -> trainer.decay("*.runningMean", 0.1),
                "decay expects a pattern that fits trainable parameters but got \"*.runningMean\"; this network has "
                        + all);
        assertRefused(() -> trainer.decay("*", -1), "decay expects a strength of at least 0 but got -1.0");
    }

    private static void assertRefused(ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
    }

    @Test
    void tellsAStrangerWhatAnUpdateHas() {
        Parameters parameters = OptimizerReferenceTest.parameters(DataType.FLOAT);
        List<Update> updates = new ArrayList<>();
        record Curious(double learningRate, List<Update> updates) implements Optimizer {

            @Override
            public void step(Update update) {
                updates.add(update);
            }

            @Override
            public String toString() {
                return "Curious";
            }
        }
        List<WeightDecay.Rule> alike = List.of(new WeightDecay.Rule(new ParameterPattern("*"), 0));
        assertThat(new OptimizerState(new Curious(1, updates), parameters, new ParameterRules(alike, List.of()))
                        .step(0.5))
                .isTrue();
        Update update = updates.get(0);
        assertThat(update.rate()).isEqualTo(0.5);
        assertThat(update).hasToString("Update[step 1 of Curious on [layer.weight [2, 3]]]");
        assertThat(update.parameter().name()).isEqualTo("layer.weight");
        assertThat(new OptimizerState(new Curious(1, updates), network().parameters(), ParameterRules.NONE).step(1))
                .isTrue();
        assertThatThrownBy(() -> updates.get(2).parameter())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("parameter expects an update of one parameter but got [conv2d_1.weight [6, 1, 3, 3],"
                        + " dense_1.weight [20, 384], dense_2.weight [10, 20]]; override oneByOne");
        assertThatThrownBy(() -> update.slot("velocity"))
                .hasMessage(
                        "slot expects one of the slots of the optimizer, [], but got \"velocity\"; name it in slots()");
    }
}
