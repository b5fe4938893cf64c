package io.github.bn4j.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.graph.Initializer;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Operands;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Role;
import io.github.bn4j.graph.RunningAverages;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.ShapeException;
import io.github.bn4j.graph.Statistics;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every op refuses operands that it does not have, and shapes that cannot be counted. */
class OperandsTest {

    static Set<Class<? extends Op>> ops() {
        return RandomOps.GENERATORS.keySet();
    }

    private static List<Parameter> parameters(RandomOps.Problem problem) {
        List<Parameter> parameters = new ArrayList<>();
        for (Shape shape : problem.parameters()) {
            Role role = parameters.size() < problem.weights().size() ? Role.TRAINABLE : Role.STATE;
            parameters.add(parameter("p" + parameters.size(), shape, role));
        }
        return parameters;
    }

    private static Parameter parameter(String name, Shape shape, Role role) {
        return new Parameter(name, shape, Initializer.constant(0), role, false);
    }

    @ParameterizedTest
    @MethodSource("ops")
    void refusesMoreAndFewerThanItHas(Class<? extends Op> type) {
        Random random = new Random(5);
        for (int draw = 0; draw < 20; draw++) {
            RandomOps.Problem problem = RandomOps.draw(RandomOps.GENERATORS.get(type), random);
            Op op = problem.op();
            List<Shape> inputs = problem.inputs();
            List<Parameter> parameters = parameters(problem);
            Operands operands = op.operands().orElseThrow();
            assertThat(operands.trainable()).hasSameSizeAs(problem.weights());
            assertThat(operands.state()).hasSameSizeAs(problem.states());
            Shape shape = Operands.outputShape(op, inputs, parameters);
            assertThat(shape).isEqualTo(op.outputShape(inputs, problem.parameters()));
            Operands.requireRoles(op, parameters);

            List<Parameter> more = new ArrayList<>(parameters);
            more.add(parameter("more", inputs.get(0), Role.STATE));
            assertRefused(op, inputs, more, "parameters [");
            assertRefused(op, List.of(), parameters, " input");
            if (!parameters.isEmpty()) {
                assertRefused(op, inputs, parameters.subList(1, parameters.size()), "parameters [");
                List<Parameter> twice = new ArrayList<>(parameters);
                twice.add(parameters.get(0));
                assertRefused(op, inputs, twice, "distinct parameters [");
            }
            if (operands.most() < Integer.MAX_VALUE) {
                List<Shape> inputToo = new ArrayList<>(inputs);
                while (inputToo.size() <= operands.most()) {
                    inputToo.add(inputs.get(0));
                }
                assertRefused(op, inputToo, parameters, " input");
            }
        }
    }

    private static void assertRefused(Op op, List<Shape> inputs, List<Parameter> parameters, String expected) {
        assertThatThrownBy(() -> Operands.outputShape(op, inputs, parameters))
                .isInstanceOf(ShapeException.class)
                .hasMessageStartingWith("expects ")
                .hasMessageContaining(expected);
    }

    @Test
    void saysWhatAnOpTakes() {
        Parameter weight = parameter("w", Shape.of(3, 2), Role.TRAINABLE);
        Parameter state = parameter("s", Shape.of(3, 2), Role.STATE);
        List<Shape> x = List.of(Shape.of(2));
        assertThatThrownBy(() -> Operands.outputShape(new MatrixMultiply(), x, List.of()))
                .hasMessage("expects parameters [weight] but got []");
        assertThatThrownBy(() -> Operands.outputShape(new MatrixMultiply(), x, List.of(weight, weight)))
                .hasMessage("expects distinct parameters [weight] but got [w, w]");
        assertThatThrownBy(() -> Operands.outputShape(new MatrixMultiply(), List.of(), List.of(weight)))
                .hasMessage("expects 1 input but got []");
        assertThatThrownBy(() -> Operands.outputShape(new Addition(), x, List.of()))
                .hasMessage("expects 2 inputs but got [[2]]");
        assertThatThrownBy(() -> Operands.outputShape(new Concatenation(0), List.of(), List.of()))
                .hasMessage("expects at least 1 inputs but got []");
        assertThatThrownBy(() -> Operands.requireRoles(new MatrixMultiply(), List.of(state)))
                .hasMessage("expects weight of role TRAINABLE but got s of role STATE");
    }

    @Test
    void namesTheParametersOfABatchNormalisation() {
        BatchNormalization norm =
                new BatchNormalization(1e-5, true, true, Statistics.batch(), new RunningAverages(0, true, true), true);
        assertThat(norm.operands())
                .contains(
                        Operands.of(1, 2).trainable("gamma", "beta").state("runningMean", "runningVariance", "count"));
        assertThat(norm.normalization(
                                norm.normalization().orElseThrow().frozen().trainAffine(false))
                        .operands()
                        .orElseThrow()
                        .state())
                .startsWith("gamma", "beta", "runningMean", "runningVariance");
    }

    /** 2³¹ − 1 is the largest component, and two of 2⁶² are more than can be counted; no sum or product may wrap around. */
    @Test
    void refusesShapesThatCannotBeCounted() {
        int most = Integer.MAX_VALUE;
        long half = 1L << 62;
        Parameter one = parameter("w", Shape.of(1, 1, 1, 1), Role.TRAINABLE);
        Parameter wide = parameter("w", Shape.of(1, 1, 1, half), Role.TRAINABLE);
        Shape image = Shape.of(1, 1, half);
        Convolution padding = new Convolution(Sliding.BY_ONE.padded(most), Sliding.BY_ONE.padded(most), 1);
        assertUncountable(padding, Shape.of(1, 4, 4), one);
        assertUncountable(new Upsampling(most), image);
        assertUncountable(new Upsampling(most), Shape.of(1, half, 1));
        assertUncountable(new Upsampling(most), Shape.of(2, most, most));
        assertUncountable(new Concatenation(2), image, image);
        assertUncountable(new SpatialPadding(most, most, most, most, SpatialPadding.Mode.CONSTANT), image);
        assertUncountable(new Addition(), image, Shape.of(1, most, 1));
        assertUncountable(new Convolution(Sliding.BY_ONE.dilated(most), Sliding.BY_ONE.dilated(most), 1), image, wide);
        assertUncountable(new TransposedConvolution(Sliding.by(most), Sliding.by(most), 0, 0, 1), image, one);
        assertUncountable(
                new TransposedConvolution(Sliding.BY_ONE.dilated(most), Sliding.BY_ONE.dilated(most), 0, 0, 1),
                Shape.of(1, 1, 1),
                wide);
    }

    private static void assertUncountable(Op op, Object... operands) {
        List<Shape> inputs = new ArrayList<>();
        List<Parameter> parameters = new ArrayList<>();
        for (Object operand : operands) {
            if (operand instanceof Shape shape) {
                inputs.add(shape);
            } else if (operand instanceof Parameter parameter) {
                parameters.add(parameter);
            }
        }
        assertThatThrownBy(() -> Operands.outputShape(op, inputs, parameters))
                .as("%s", op)
                .isInstanceOf(ShapeException.class)
                .hasMessage("expects inputs that give an output of at most 9223372036854775807 elements but got "
                        + inputs + "; use smaller shapes");
    }
}
