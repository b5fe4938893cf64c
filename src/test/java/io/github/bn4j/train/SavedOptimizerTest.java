package io.github.bn4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.Bits;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.internal.Tensors;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What an optimiser remembers can be taken away and brought back. */
class SavedOptimizerTest {

    static Stream<OptimizerReferenceTest.Case> cases() {
        return OptimizerReferenceTest.cases();
    }

    private static void run(OptimizerState state, Parameters parameters, int from, int to) {
        for (int t = from; t <= to; t++) {
            OptimizerReferenceTest.setGradients(parameters, "layer.weight", "layer.bias", t);
            assertThat(state.step(1)).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void goesOnBitForBitFromWhatWasSaved(OptimizerReferenceTest.Case given) {
        for (DataType type : List.of(DataType.FLOAT, DataType.DOUBLE)) {
            Parameters whole = OptimizerReferenceTest.parameters(type);
            OptimizerState state = new OptimizerState(given.optimizer(), whole, given.rules());
            run(state, whole, 1, 7);
            INDArray then = whole.trainable().dup();
            long steps = state.steps();
            Map<String, INDArray> saved = new LinkedHashMap<>();
            state.remembered().forEach((name, tensor) -> saved.put(name, tensor.dup('c')));
            run(state, whole, 8, 20);

            Parameters again = OptimizerReferenceTest.parameters(type);
            again.trainable().assign(then);
            OptimizerState restored = new OptimizerState(given.optimizer(), again, given.rules());
            restored.restore(steps, saved);
            run(restored, again, 8, 20);

            Bits.assertSame(again.trainable(), whole.trainable());
            assertThat(restored.steps()).isEqualTo(20);
            List<String> names = new ArrayList<>();
            for (String parameter : List.of("layer.weight", "layer.bias")) {
                given.optimizer().slots().forEach(slot -> names.add(parameter + " " + slot));
            }
            assertThat(restored.remembered()).containsOnlyKeys(names);
            restored.remembered()
                    .forEach((name, tensor) ->
                            Bits.assertSame(tensor, state.remembered().get(name)));
        }
    }

    @Test
    void refusesWhatAnotherOptimizerOrNetworkLeft() {
        Parameters parameters = OptimizerReferenceTest.parameters(DataType.FLOAT);
        OptimizerState momentum = new OptimizerState(Sgd.of(0.1).momentum(0.9), parameters, ParameterRules.NONE);
        assertThatThrownBy(() -> momentum.restore(3, Map.of("layer.weight firstMoment", parameters.trainable())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("optimizer Sgd[learningRate=0.1, momentum=0.9, dampening=0.0, nesterov=false,"
                        + " weightDecay=0.0] expects its state to have \"layer.weight velocity\" but got"
                        + " [layer.weight firstMoment]; restore what this optimizer left");
        INDArray ones = Tensors.zeros(DataType.FLOAT, 2, 3).addi(1);
        Map<String, INDArray> wrong = Map.of("layer.weight velocity", ones, "layer.bias velocity", ones);
        assertThatThrownBy(() -> momentum.restore(3, wrong))
                .hasMessage("optimizer Sgd[learningRate=0.1, momentum=0.9, dampening=0.0, nesterov=false,"
                        + " weightDecay=0.0] expects \"layer.bias velocity\" of its state in shape [3] but got [2, 3];"
                        + " restore what this network left");
        assertThat(momentum.steps()).isZero();
        momentum.remembered()
                .values()
                .forEach(tensor -> assertThat(tensor.amaxNumber().doubleValue()).isZero());
    }
}
