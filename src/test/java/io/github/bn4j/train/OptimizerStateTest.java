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

    private static Parameters parameters() {
        return Network.input(3).dense(5).batchNorm1d().dense(2).build(1).parameters();
    }

    @Test
    void boundsWhatTheOwnOptimizersWrite() {
        Random random = new Random(5);
        List<Optimizer> optimizers = List.of(
                Sgd.of(0.3),
                Sgd.of(0.3).momentum(0.95).weightDecay(1e-3),
                Sgd.of(0.3).nesterov(0.9).weightDecay(0.01),
                Adam.of(0.1),
                Adam.of(0.1).betas(0.5, 0.3).weightDecay(0.01),
                Adam.of(0.1).epsilon(1e-3),
                AdamW.of(0.1).weightDecay(15));
        for (Optimizer optimizer : optimizers) {
            for (double gradient : new double[] {1e-25, 1, 1e8}) {
                INDArray w = Tensors.zeros(DataType.FLOAT, 64);
                INDArray[] slots = new INDArray[optimizer.slots()];
                for (int i = 0; i < slots.length; i++) {
                    slots[i] = Tensors.zeros(DataType.FLOAT, 64);
                }
                double bound = 0;
                for (int step = 1; step <= 200; step++) {
                    double size = step % 20 < 3 ? gradient : gradient * 1e-6;
                    INDArray g = Tensors.of(
                            DataType.FLOAT, random.doubles(64, -size, size).toArray(), 64);
                    bound = optimizer.largestAfter(gradient, bound);
                    optimizer.step(step, w, g, slots, true);
                    assertThat(w.amaxNumber().doubleValue())
                            .as("%s, step %s, gradients up to %s", optimizer, step, gradient)
                            .isLessThanOrEqualTo(bound * (1 + 1e-6));
                }
                assertThat(bound).as("%s", optimizer).isLessThan(1e30);
            }
        }
    }

    /** Of somebody else: makes its mistake in the parameters without decay, which come last. */
    private record Stranger(double written, boolean fails) implements Optimizer {

        @Override
        public int slots() {
            return 1;
        }

        @Override
        public void step(long step, INDArray parameters, INDArray gradients, INDArray[] slots, boolean decays) {
            parameters.addi(1);
            slots[0].addi(1);
            if (!decays) {
                (step == 2 ? slots[0] : parameters).putScalar(3, written);
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
        assertThat(new OptimizerState(new Stranger(Double.NaN, false), parameters).step(1))
                .isFalse();
        assertThat(parameters.trainable()).isEqualTo(before);
        assertThatThrownBy(() -> new OptimizerState(new Stranger(1, true), parameters).step(1))
                .hasMessage("not today");
        assertThat(parameters.trainable()).isEqualTo(before);
        assertThat(new OptimizerState(new Stranger(1, false), parameters).step(1))
                .isTrue();
        assertThat(parameters.trainable()).isNotEqualTo(before);
    }

    @Test
    void takesBackAStepThatOverflowsInWhatIsRemembered() {
        Parameters parameters = parameters();
        INDArray before = parameters.trainable().dup();
        OptimizerState adam = new OptimizerState(Adam.of(0.001), parameters);
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
        OptimizerState state = new OptimizerState(Sgd.of(1e-20).momentum(0.5), parameters);
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
