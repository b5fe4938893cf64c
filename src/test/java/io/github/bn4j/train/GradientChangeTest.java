package io.github.bn4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.bn4j.Network;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.UseBias;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.Floats;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.layer.Dense;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What stands between a network and its optimiser. */
class GradientChangeTest {

    /** A layer that adds a bias of its own. */
    private record Shifted() implements Layer {

        @Override
        public Value trace(Scope scope, Value x) {
            return scope.addBias(x, UseBias.ON);
        }
    }

    private static final String WEIGHT = "dense_1.weight";
    private static final String BIAS = "shifted_1.bias";

    /** With parameters like those of the reference: W [2, 3] and b [3]. */
    private static Network network(DataType type) {
        Network net = Network.input(3)
                .then(new Shifted())
                .then(Dense.of(2).useBias(false))
                .build(1, type);
        Floats.write(OptimizerReferenceTest.weights(), net.parameters().get(WEIGHT));
        return net;
    }

    private static Dataset batches(int count) {
        return Dataset.of(Tensors.zeros(DataType.FLOAT, 2L * count, 3), Tensors.zeros(DataType.FLOAT, 2L * count, 2));
    }

    /** The gradients of the reference in the stead of those of the network, and what the steps make of the parameters. */
    private static final class Given implements GradientChange, TrainingListener {

        private final Parameters parameters;
        private final List<double[]> after = new ArrayList<>();
        private int step;

        Given(Parameters parameters) {
            this.parameters = parameters;
        }

        @Override
        public void apply(Parameters changed) {
            step++;
            OptimizerReferenceTest.setGradients(changed, WEIGHT, BIAS, step);
        }

        @Override
        public void onStep(StepEvent event) {
            after.add(DoubleStream.concat(
                            DoubleStream.of(Floats.values(parameters.get(WEIGHT))),
                            DoubleStream.of(Floats.values(parameters.get(BIAS))))
                    .toArray());
        }
    }

    private static void assertTrains(
            Network net,
            Optimizer optimizer,
            List<WeightDecay.Rule> decays,
            double[][] expected,
            GradientChange... more) {
        Given given = new Given(net.parameters());
        Trainer trainer = net.trainer()
                .loss(Loss.meanSquaredError())
                .optimizer(optimizer)
                .batchSize(2)
                .changeGradients(given)
                .listener(given);
        for (WeightDecay.Rule rule : decays) {
            trainer = trainer.decay(rule.pattern().pattern(), rule.value());
        }
        for (GradientChange change : more) {
            trainer = trainer.changeGradients(change);
        }
        trainer.fit(batches(20));
        double tolerance = net.parameters().type() == DataType.DOUBLE ? 1e-12 : 5e-6;
        assertThat(given.after).hasSize(20);
        for (int t = 0; t < 20; t++) {
            for (int i = 0; i < expected[t].length; i++) {
                assertThat(given.after.get(t)[i])
                        .as("%s, step %s, element %s", optimizer, t + 1, i)
                        .isCloseTo(expected[t][i], within(tolerance));
            }
        }
    }

    private static List<Network> networks() {
        return List.of(
                network(DataType.DOUBLE),
                network(DataType.FLOAT).on(Engine.nd4j()),
                network(DataType.FLOAT).on(Engine.fastest(DataType.FLOAT)));
    }

    static Stream<OptimizerReferenceTest.Case> optimizers() {
        return OptimizerReferenceTest.cases();
    }

    @ParameterizedTest
    @MethodSource("optimizers")
    void takesTheStepsOfOthersInATrainingOnBothEngines(OptimizerReferenceTest.Case given) {
        double[][] expected = ReferenceValues.rows("optimizers.json", given.reference());
        for (Network net : networks()) {
            assertTrains(net, given.optimizer(), given.rules().decays(), expected);
        }
    }

    @Test
    void clipsByTheNormOfAllAsPyTorch() {
        double[][] expected = ReferenceValues.rows("optimizers.json", "torch.SGD clip_grad_norm 0.5");
        for (Network net : networks()) {
            assertTrains(net, Sgd.of(0.1), List.of(), expected, GradientChange.clipNorm(0.5));
        }
    }

    /** Plain descent by loops, with the formula of PyTorch's clip_grad_norm_ for each tensor, or of clip_grad_value_. */
    private static double[][] clipped(boolean byNorm) {
        double[] parameters = DoubleStream.concat(
                        DoubleStream.of(OptimizerReferenceTest.weights()), DoubleStream.of(0, 0, 0))
                .toArray();
        double[][] rows = new double[20][];
        for (int t = 1; t <= 20; t++) {
            double[] g = OptimizerReferenceTest.gradients(t);
            for (int[] part : new int[][] {{0, 6}, {6, 9}}) {
                double norm = 0;
                for (int i = part[0]; i < part[1]; i++) {
                    norm += g[i] * g[i];
                }
                for (int i = part[0]; i < part[1]; i++) {
                    double clipped = byNorm
                            ? g[i] * Math.min(1, 0.5 / (Math.sqrt(norm) + 1e-6))
                            : Math.min(0.3, Math.max(-0.3, g[i]));
                    parameters[i] -= 0.1 * clipped;
                }
            }
            rows[t - 1] = parameters.clone();
        }
        return rows;
    }

    @Test
    void clipsByTheNormOfEachParameterAndByValue() {
        for (Network net : networks()) {
            assertTrains(net, Sgd.of(0.1), List.of(), clipped(true), GradientChange.clipEachNorm(0.5));
        }
        for (Network net : networks()) {
            assertTrains(net, Sgd.of(0.1), List.of(), clipped(false), GradientChange.clipValue(0.3));
        }
    }

    static Stream<Arguments> large() {
        return Stream.of(Arguments.of(DataType.FLOAT, 1e20), Arguments.of(DataType.DOUBLE, 1e200));
    }

    /** PyTorch's norm overflows in float32 and sets all gradients to 0. */
    @ParameterizedTest
    @MethodSource("large")
    void doesNotLoseGradientsWhoseSquaresOverflow(DataType type, double size) {
        Parameters parameters = OptimizerReferenceTest.parameters(type);
        parameters.gradient("layer.weight").assign(size);
        GradientChange.clipNorm(1).apply(parameters);
        for (double g : Floats.values(parameters.gradient("layer.weight"))) {
            assertThat(g).isCloseTo(1 / Math.sqrt(6), within(1e-6));
        }
    }

    @Test
    void leavesSmallGradientsTheirBits() {
        Parameters parameters = OptimizerReferenceTest.parameters(DataType.FLOAT);
        OptimizerReferenceTest.setGradients(parameters, "layer.weight", "layer.bias", 1);
        INDArray before = parameters.gradients().dup();
        for (GradientChange change :
                List.of(GradientChange.clipNorm(10), GradientChange.clipEachNorm(10), GradientChange.clipValue(10))) {
            change.apply(parameters);
            assertThat(parameters.gradients()).as("%s", change).isEqualTo(before);
        }
    }

    @Test
    void doesAsItIsTold() {
        Trainer trainer =
                network(DataType.FLOAT).trainer().clipValue(0.5).clipEachNorm(2).clipNorm(1);
        assertThat(trainer.toString())
                .contains(", gradients [clipValue(0.5), clipEachNorm(2.0), clipNorm(1.0)], schedule");
        assertThatThrownBy(() -> trainer.clipNorm(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("clipNorm expects a norm above 0 but got 0.0");
        assertThatThrownBy(() -> trainer.clipEachNorm(Double.NaN))
                .hasMessage("clipEachNorm expects a norm above 0 but got NaN");
        assertThatThrownBy(() -> trainer.clipValue(-1)).hasMessage("clipValue expects a size above 0 but got -1.0");
    }

    /** Of somebody else: the mean of each row of a matrix is taken away (Yong et al. 2020, Gradient centralization). */
    private record Centralization() implements GradientChange {

        @Override
        public void apply(Parameters parameters) {
            for (Parameter parameter : parameters.all()) {
                if (parameter.trainable() && parameter.shape().rank() == 2) {
                    INDArray gradient = parameters.gradient(parameter.name());
                    gradient.subiColumnVector(gradient.mean(true, 1));
                }
            }
        }
    }

    @Test
    void trainsWithTheChangeOfAStranger() {
        Network net = Network.input(3).dense(4).build(1);
        INDArray before = net.parameters().get(WEIGHT).dup();
        Dataset data = Dataset.of(
                Tensors.of(DataType.FLOAT, new Random(1).doubles(96).toArray(), 32, 3),
                Tensors.zeros(DataType.FLOAT, 32, 4));
        net.trainer()
                .optimizer(Sgd.of(0.1))
                .loss(Loss.meanSquaredError())
                .changeGradients(new Centralization())
                .epochs(3)
                .fit(data);
        INDArray moved = net.parameters().get(WEIGHT).sub(before);
        assertThat(moved.amaxNumber().doubleValue()).isGreaterThan(1e-3);
        for (double sum : Floats.values(moved.sum(1))) {
            assertThat(sum).isCloseTo(0, within(1e-6));
        }
    }

    @Test
    void takesNothingThatAChangeMakesInfinite() {
        Network net = Network.input(3).dense(4).batchNorm1d().dense(2).build(1);
        INDArray before = net.parameters().trainable().dup();
        INDArray state = net.parameters().state().dup();
        GradientChange wrong = new GradientChange() {
            @Override
            public void apply(Parameters parameters) {
                parameters.gradients().assign(Double.NaN);
            }

            @Override
            public String toString() {
                return "Wrong";
            }
        };
        assertThatThrownBy(() -> net.trainer()
                        .loss(Loss.meanSquaredError())
                        .changeGradients(wrong)
                        .fit(batches(4)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("fit expects finite numbers but got NaN or infinity in epoch 1, step 1, first in what Wrong"
                        + " makes of the gradients; lower the learning rate or scale the data (the parameters are still"
                        + " those before this step)");
        assertThat(net.parameters().trainable()).isEqualTo(before);
        assertThat(net.parameters().state()).isEqualTo(state);
    }

    @Test
    void clipsWhatSeveralBatchesAddUpTo() {
        // The mean gradient of a step is clipped, once: two batches of 16 are one of 32.
        Dataset data = Dataset.of(
                Tensors.of(DataType.FLOAT, new Random(2).doubles(96).toArray(), 32, 3),
                Tensors.zeros(DataType.FLOAT, 32, 4));
        Network once = Network.input(3).dense(4).build(1);
        Network twice = Network.input(3).dense(4).build(1);
        once.trainer()
                .optimizer(Sgd.of(1))
                .loss(Loss.meanSquaredError())
                .batchSize(32)
                .clipNorm(0.01)
                .fit(data);
        twice.trainer()
                .optimizer(Sgd.of(1))
                .loss(Loss.meanSquaredError())
                .batchSize(16)
                .accumulate(2)
                .clipNorm(0.01)
                .fit(data);
        double[] expected = Floats.values(once.parameters().trainable());
        double[] got = Floats.values(twice.parameters().trainable());
        for (int i = 0; i < got.length; i++) {
            assertThat(got[i]).isCloseTo(expected[i], within(1e-6));
        }
    }
}
