package io.github.bn4j.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bn4j.graph.Call;
import io.github.bn4j.graph.Gradients;
import io.github.bn4j.graph.LinearMap;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.ScaleEffect;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Shift;
import io.github.bn4j.graph.ShiftEffect;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What an op claims wrongly is found. */
class OpCheckTest {

    private static final Shape SQUARE = Shape.of(4, 4);

    private static List<String> violations(Liar op) {
        return OpCheck.violations(op, List.of(Shape.of(4)), List.of(SQUARE), 3, 1);
    }

    @Test
    void findsNothingInTheTruth() {
        assertThat(violations(new Liar(
                        Shift.PER_POSITION,
                        ScaleEffect.BLOCKED,
                        Optional.of(LinearMap.outputsFirst(SQUARE, 1)),
                        false)))
                .isEmpty();
    }

    @Test
    void findsWrongShifts() {
        assertThat(violations(new Liar(Shift.NONE, ScaleEffect.BLOCKED, Optional.empty(), false)))
                .containsExactly(
                        "op Liar claims that a shift UNIFORM at input 0 becomes NONE but the change of its output is not",
                        "op Liar claims that a shift PER_CHANNEL at input 0 becomes NONE but the change of its output is not",
                        "op Liar claims that a shift PER_POSITION at input 0 becomes NONE but the change of its output is"
                                + " not");
    }

    @Test
    void findsScalesThatDoNotPass() {
        assertThat(violations(new Liar(Shift.ANY, ScaleEffect.PASSES, Optional.empty(), false)))
                .containsExactly("op Liar claims that a scale at input 0 is PASSES but its output says otherwise");
    }

    @Test
    void findsScalesThatAreNotAbsorbed() {
        assertThat(violations(new Liar(Shift.ANY, ScaleEffect.ABSORBED, Optional.empty(), false)))
                .containsExactly("op Liar claims that a scale at input 0 is ABSORBED but its output says otherwise");
    }

    @Test
    void findsAWeightTheOtherWayRound() {
        assertThat(violations(
                        new Liar(Shift.ANY, ScaleEffect.BLOCKED, Optional.of(LinearMap.inputsFirst(SQUARE, 1)), false)))
                .containsExactly("op Liar claims to be linear by LinearMap[first=4, second=4, taps=1, groups=1,"
                        + " inputFirst=true] but its output says otherwise");
    }

    @Test
    void findsAWeightOfOtherChannels() {
        LinearMap wide = LinearMap.outputsFirst(Shape.of(4, 2), 2);
        assertThat(violations(new Liar(Shift.ANY, ScaleEffect.BLOCKED, Optional.of(wide), false)))
                .containsExactly("op Liar claims to be linear by LinearMap[first=4, second=2, taps=1, groups=2,"
                        + " inputFirst=false] but its output says otherwise");
    }

    @Test
    void findsWorkInPredictions() {
        assertThat(violations(new Liar(Shift.ANY, ScaleEffect.BLOCKED, Optional.empty(), true)))
                .containsExactly("op Liar claims to do nothing in a prediction but changes its input");
    }

    /** {@code y = x Wᵀ}, whatever it claims. */
    private record Liar(Shift shift, ScaleEffect scale, Optional<LinearMap> map, boolean trainingOnly) implements Op {

        @Override
        public Shape outputShape(List<Shape> inputs, List<Shape> parameters) {
            return inputs.get(0);
        }

        @Override
        public INDArray forward(Call call) {
            return call.input(0).mmul(call.parameter(0).transpose()).dup('c');
        }

        @Override
        public Gradients backward(Call call, INDArray dy) {
            return Gradients.of(dy.mmul(call.parameter(0)));
        }

        @Override
        public ShiftEffect shiftEffect(int input, Shift arriving, List<Shape> inputs, List<Shape> parameters) {
            return ShiftEffect.yields(shift, "says so");
        }

        @Override
        public ScaleEffect scaleEffect(int input) {
            return scale;
        }

        @Override
        public Optional<LinearMap> linearMap(List<Shape> parameters) {
            return map;
        }
    }
}
