package io.github.bn4j.op;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bn4j.check.GradientCheck;
import io.github.bn4j.check.OpCheck;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Shape;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Gradients and shift claims of the ops that no single layer stands for. */
class OpContractTest {

    static Stream<Arguments> ops() {
        Shape image = Shape.of(2, 3, 4);
        Shape gate = Shape.of(2, 1, 1);
        return Stream.of(
                Arguments.of(new Addition(), List.of(image, image)),
                Arguments.of(new Subtraction(), List.of(image, image)),
                Arguments.of(new Subtraction(), List.of(image, gate)),
                Arguments.of(new Multiplication(), List.of(image, image)),
                Arguments.of(new Multiplication(), List.of(image, gate)),
                Arguments.of(
                        new Concatenation(0), List.of(image, gate.with(1, 3).with(2, 4))),
                Arguments.of(new Concatenation(1), List.of(image, image, image)),
                Arguments.of(new Concatenation(2), List.of(image)),
                Arguments.of(new Slicing(0, 1, 2), List.of(image)),
                Arguments.of(new Slicing(2, 1, 3), List.of(image)),
                Arguments.of(new SpatialPadding(1, 0, 2, 1, SpatialPadding.Mode.CONSTANT), List.of(image)),
                Arguments.of(new SpatialPadding(1, 0, 2, 1, SpatialPadding.Mode.REFLECT), List.of(image)),
                Arguments.of(new SpatialPadding(1, 0, 2, 1, SpatialPadding.Mode.EDGE), List.of(image)),
                Arguments.of(new SpatialPadding(1, 0, 2, 1, SpatialPadding.Mode.CONSTANT, -3), List.of(image)),
                Arguments.of(new Softmax(), List.of(Shape.of(5))),
                Arguments.of(new Softmax(), List.of(image)),
                Arguments.of(new LogSoftmax(), List.of(Shape.of(5))),
                Arguments.of(new LogSoftmax(), List.of(image)),
                Arguments.of(new SoftmaxCrossEntropy(), List.of(Shape.of(5), Shape.of(5))),
                Arguments.of(new SoftmaxCrossEntropy(), List.of(image, image)),
                Arguments.of(new OneHot(3), List.of(gate)),
                Arguments.of(new Weighting(List.of(0.0, 2.5)), List.of(image)),
                Arguments.of(new MeanSquaredError(), List.of(image, image)));
    }

    @ParameterizedTest(name = "{0} of {1}")
    @MethodSource("ops")
    void hasRightGradientsAndTellsTheTruthAboutShifts(Op op, List<Shape> inputs) {
        for (int seed = 0; seed < 3; seed++) {
            assertThat(GradientCheck.largestError(op, inputs, List.of(), 3, seed))
                    .isLessThan(1e-6);
            assertThat(OpCheck.violations(op, inputs, List.of(), 3, seed)).isEmpty();
        }
    }
}
