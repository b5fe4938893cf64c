package io.github.bn4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.Network;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.internal.Tensors;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What an optimiser may write, and what is taken back. */
class OptimizerStateTest {

    private static final List<WeightDecay.Rule> DECAY = List.of(new WeightDecay.Rule(new ParameterPattern("*"), 0.01));

    private static Parameters parameters() {
        return Network.input(3).dense(5).batchNorm1d().dense(2).build(1).parameters();
    }

    @Test
    void boundsWhatTheOwnOptimizersWrite() {
        Random random = new Random(5);
        List<Optimizer> optimizers = List.of(
                Sgd.of(0.3),
                Sgd.of(0.3).momentum(0.95).dampening(0.2),
                Sgd.of(0.3).nesterov(0.9),
                Adam.of(0.1),
                Adam.of(0.1).betas(0.5, 0.3),
                Adam.of(0.1).epsilon(1e-3),
                AdamW.of(0.1),
                AmsGrad.of(0.1),
                NAdam.of(0.1),
                RmsProp.of(0.1).momentum(0.9),
                AdaGrad.of(0.1),
                Lion.of(0.1));
        Parameters parameters = parameters();
        for (Optimizer optimizer : optimizers) {
            for (double gradient : new double[] {1e-25, 1, 1e8}) {
                OptimizerState state = new OptimizerState(optimizer, parameters, new ParameterRules(DECAY, List.of()));
                parameters.trainable().assign(0);
                double bound = 0;
                for (int step = 1; step <= 200; step++) {
                    double size = step % 20 < 3 ? gradient : gradient * 1e-6;
                    double[] some = random.doubles(parameters.gradients().length(), -size, size)
                            .toArray();
                    parameters.gradients().assign(Tensors.of(DataType.FLOAT, some, some.length));
                    double decay = 0.01 * bound;
                    bound += optimizer.learningRate() * (optimizer.largestStep(gradient + decay) + decay);
                    assertThat(state.step(1)).isTrue();
                    assertThat(parameters.trainable().amaxNumber().doubleValue())
                            .as("%s, step %s, gradients up to %s", optimizer, step, gradient)
                            .isLessThanOrEqualTo(bound * (1 + 1e-6));
                }
                assertThat(bound).as("%s", optimizer).isLessThan(1e30);
                assertThat(state.isCareful()).as("%s", optimizer).isFalse();
            }
        }
    }

    /** Of somebody else: makes its mistake in the parameters without decay, which come last. */
    private record Stranger(double learningRate, double weightDecay, double written, boolean fails)
            implements DecayingOptimizer {

        @Override
        public List<String> slots() {
            return List.of("count");
        }

        @Override
        public void step(Update update) {
            update.parameters().addi(1);
            update.slot("count").addi(1);
            if (update.weightDecay() == 0) {
                (update.step() == 2 ? update.slot("count") : update.parameters()).putScalar(3, written);
                if (fails) {
                    throw new UnsupportedOperationException("not today");
                }
            }
        }
    }

    @Test
    void takesBackWhatAStrangersOptimizerWrites() {
        Parameters parameters = parameters();
        INDArray before = parameters.trainable().dup();
        assertThat(new OptimizerState(new Stranger(1, 1, Double.NaN, false), parameters, ParameterRules.NONE).step(1))
                .isFalse();
        assertThat(parameters.trainable()).isEqualTo(before);
        assertThatThrownBy(
                        () -> new OptimizerState(new Stranger(1, 1, 1, true), parameters, ParameterRules.NONE).step(1))
                .hasMessage("not today");
        assertThat(parameters.trainable()).isEqualTo(before);
        assertThat(new OptimizerState(new Stranger(1, 1, 1, false), parameters, ParameterRules.NONE).step(1))
                .isTrue();
        assertThat(parameters.trainable()).isNotEqualTo(before);
    }

    @Test
    void takesBackAStepThatOverflowsInWhatIsRemembered() {
        Parameters parameters = parameters();
        INDArray before = parameters.trainable().dup();
        OptimizerState adam = new OptimizerState(Adam.of(0.001), parameters, ParameterRules.NONE);
        parameters.gradients().assign(1e25);
        assertThat(adam.takesGradients()).isTrue();
        assertThat(adam.step(1)).isFalse();
        assertThat(parameters.trainable()).isEqualTo(before);
        parameters.gradients().putScalar(2, Double.NaN);
        assertThat(adam.takesGradients()).isFalse();
    }

    @Test
    void goesOnAsBeforeAfterLargeGradients() {
        Parameters parameters = parameters();
        OptimizerState state = new OptimizerState(Sgd.of(1e-20).momentum(0.5), parameters, ParameterRules.NONE);
        parameters.gradients().assign(1e15);
        assertThat(state.takesGradients()).isTrue();
        assertThat(state.step(1)).isTrue();
        for (int step = 0; step < 20; step++) {
            parameters.gradients().assign(1);
            assertThat(state.takesGradients()).isTrue();
            assertThat(state.step(1)).isTrue();
        }
        assertThat(state.isCareful()).isFalse();
    }
}
