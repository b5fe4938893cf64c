package io.github.bn4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.bn4j.graph.Initializer;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.graph.Role;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.internal.Floats;
import io.github.bn4j.internal.Tensors;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Twenty steps of each optimiser on gradients that do not depend on the parameters, against PyTorch 2.13 and optax 0.2.8:
 * train/optimizers.json was made by train/optimizers.py.
 */
class OptimizerReferenceTest {

    /**
     * What others compute, and with which settings of ours.
     *
     * @param decay of all parameters, as others know no exceptions
     */
    record Case(String reference, Optimizer optimizer, OptionalDouble decay) {

        static Case of(String reference, Optimizer optimizer) {
            return new Case(reference, optimizer, OptionalDouble.empty());
        }

        static Case decaying(String reference, Optimizer optimizer) {
            return new Case(reference, optimizer, OptionalDouble.of(0.05));
        }

        ParameterRules rules() {
            return decay.isEmpty()
                    ? ParameterRules.NONE
                    : ParameterRules.NONE.plus(new WeightDecay.Rule(new ParameterPattern("*"), decay.getAsDouble()));
        }

        @Override
        public String toString() {
            return reference;
        }
    }

    static Stream<Case> cases() {
        return Stream.of(
                Case.of("torch.SGD", Sgd.of(0.1)),
                Case.of("torch.SGD momentum=.9", Sgd.of(0.1).momentum(0.9)),
                Case.of(
                        "torch.SGD momentum=.9 dampening=.1",
                        Sgd.of(0.1).momentum(0.9).dampening(0.1)),
                Case.of("torch.SGD momentum=.9 nesterov", Sgd.of(0.1).nesterov(0.9)),
                Case.decaying(
                        "torch.SGD momentum=.9 weight_decay=.05 (L2)",
                        Sgd.of(0.1).momentum(0.9)),
                Case.of("torch.Adam", Adam.of(0.1)),
                Case.decaying("torch.Adam weight_decay=.05 (L2)", Adam.of(0.1)),
                Case.of("torch.Adam amsgrad beta2=.5", AmsGrad.of(0.1).betas(0.9, 0.5)),
                Case.decaying("torch.AdamW weight_decay=.05", AdamW.of(0.1)),
                Case.of("torch.NAdam", NAdam.of(0.1)),
                Case.of("torch.RMSprop", RmsProp.of(0.1)),
                Case.of(
                        "torch.RMSprop alpha=.9 momentum=.9 centered",
                        RmsProp.of(0.1).decay(0.9).momentum(0.9).centred(true)),
                Case.of("torch.Adagrad", AdaGrad.of(0.1)),
                Case.of(
                        "torch.Adagrad lr_decay=.1 initial=.1",
                        AdaGrad.of(0.1).rateDecay(0.1).initialSum(0.1)),
                Case.of("torch.Adadelta lr=1", Adadelta.of()),
                Case.decaying("optax.lion lr=.01 weight_decay=.05", Lion.of(0.01)),
                Case.decaying("optax.lamb weight_decay=.05", Lamb.of(0.1).scaleAll(true)),
                Case.decaying("optax.lars weight_decay=.05", Lars.of(0.1).scaleAll(true)),
                Case.decaying("formula Muon float64 lr=.02 weight_decay=.05 (W only)", Muon.of(0.02)));
    }

    /** The parameters of the reference: W [2, 3] and b [3]. */
    static Parameters parameters(DataType type) {
        Initializer zero = Initializer.constant(0);
        Parameters parameters = new Parameters(
                List.of(
                        new Parameter("layer.weight", Shape.of(2, 3), zero, Role.TRAINABLE, true),
                        new Parameter("layer.bias", Shape.of(3), zero, Role.TRAINABLE, false)),
                type);
        parameters.get("layer.weight").assign(Tensors.of(type, weights(), 2, 3));
        return parameters;
    }

    static double[] weights() {
        return IntStream.range(0, 6).mapToDouble(i -> (5 * i % 7 - 3) / 4.0).toArray();
    }

    /** The gradients of step {@code t}, from 1: those of W, then those of b. */
    static double[] gradients(int t) {
        return IntStream.range(0, 9)
                .mapToDouble(i -> ((7 * i + 3 * t) % 11 - 5) / 8.0)
                .toArray();
    }

    static void setGradients(Parameters parameters, String weight, String bias, int t) {
        double[] gradients = gradients(t);
        Floats.write(DoubleStream.of(gradients).limit(6).toArray(), parameters.gradient(weight));
        Floats.write(DoubleStream.of(gradients).skip(6).toArray(), parameters.gradient(bias));
    }

    static void assertClose(Parameters parameters, String weight, String bias, double[] expected, double tolerance) {
        double[] got = DoubleStream.concat(
                        DoubleStream.of(Floats.values(parameters.get(weight))),
                        DoubleStream.of(Floats.values(parameters.get(bias))))
                .toArray();
        // Those of Muon are for W alone: what others do with the rest is no part of it.
        for (int i = 0; i < expected.length; i++) {
            assertThat(got[i]).as("element %s", i).isCloseTo(expected[i], within(tolerance));
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void takesTheStepsOfOthers(Case given) {
        double[][] expected = ReferenceValues.rows("optimizers.json", given.reference());
        for (DataType type : List.of(DataType.DOUBLE, DataType.FLOAT)) {
            Parameters parameters = parameters(type);
            OptimizerState state = new OptimizerState(given.optimizer(), parameters, given.rules());
            for (int t = 1; t <= 20; t++) {
                setGradients(parameters, "layer.weight", "layer.bias", t);
                assertThat(state.takesGradients()).isTrue();
                assertThat(state.step(1)).isTrue();
                assertClose(
                        parameters,
                        "layer.weight",
                        "layer.bias",
                        expected[t - 1],
                        type == DataType.DOUBLE ? 1e-12 : 5e-6);
            }
        }
    }
}
