package io.github.bn4j.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.github.bn4j.check.GradientCheck;
import io.github.bn4j.check.OpCheck;
import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.op.function.Clipping;
import io.github.bn4j.op.function.ElementwiseFunction;
import io.github.bn4j.op.function.Line;
import io.github.bn4j.op.function.StandardFunction;
import java.util.List;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Every function of the library against Java's own arithmetic. */
class ElementwiseTest {

    private static final double INFINITY = Double.POSITIVE_INFINITY;

    private static final double[] NUMBERS = {
        Double.NaN, INFINITY, -INFINITY, -40, -7, -3, -1.2, -0.7, -0.3, -0.0, 0, 0.1, 0.2, 0.45, 1, 2.6, 3, 6, 7, 50
    };

    static Set<ElementwiseFunction> functions() {
        return Functions.ALL.keySet();
    }

    @Test
    void knowsEveryFunction() {
        Set<String> all = new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages("io.github.bn4j")
                        .stream()
                        .filter(type -> type.isAssignableTo(ElementwiseFunction.class) && !type.isInterface())
                        .map(JavaClass::getName)
                        .collect(Collectors.toSet());

        assertThat(all).hasSizeGreaterThanOrEqualTo(7);
        assertThat(functions().stream().map(function -> function.getClass().getName()))
                .containsAll(all);
        assertThat(functions()).contains(StandardFunction.values());
    }

    @ParameterizedTest
    @MethodSource("functions")
    void isWhatJavaMakesOfEachNumber(ElementwiseFunction function) {
        for (DataType type : List.of(DataType.DOUBLE, DataType.FLOAT)) {
            INDArray x = Tensors.of(type, NUMBERS, 4, 5);
            INDArray y = function.value(x);
            assertThat(y.dataType()).isEqualTo(type);
            assertThat(y.shape()).containsExactly(4, 5);
            double[] actual = y.dup('c').data().asDouble();
            for (int i = 0; i < NUMBERS.length; i++) {
                double number = type == DataType.FLOAT ? (float) NUMBERS[i] : NUMBERS[i];
                double expected = Functions.ALL.get(function).applyAsDouble(number);
                assertSame(actual[i], expected, type == DataType.FLOAT ? 2e-6 : 1e-9, function + " of " + number);
            }
            assertThat(x.dup('c').data().asDouble())
                    .isEqualTo(Tensors.of(type, NUMBERS, 20).data().asDouble());
        }
    }

    /** Where the slopes on both sides are one. */
    @ParameterizedTest
    @MethodSource("functions")
    void hasTheSlopeOfCentralDifferences(ElementwiseFunction function) {
        INDArray x = Tensors.of(DataType.DOUBLE, NUMBERS, 2, 10);
        double[] actual = function.derivative(x).dup('c').data().asDouble();
        DoubleUnaryOperator java = Functions.ALL.get(function);
        for (int i = 3; i < NUMBERS.length; i++) {
            double h = 1e-6;
            double left = (java.applyAsDouble(NUMBERS[i]) - java.applyAsDouble(NUMBERS[i] - h)) / h;
            double right = (java.applyAsDouble(NUMBERS[i] + h) - java.applyAsDouble(NUMBERS[i])) / h;
            double size = 1 + Math.abs(left + right);
            boolean jumps = Math.abs(left * h) > 0.1 && Math.abs(java.applyAsDouble(NUMBERS[i])) <= 1;
            if (Math.abs(left - right) < 1e-3 * size && !jumps) {
                assertThat(Math.abs(actual[i] - (left + right) / 2) / size)
                        .as("slope of %s at %s: %s", function, NUMBERS[i], actual[i])
                        .isLessThan(1e-6);
            } else if (!Double.isNaN(left - right) && size < 1e3) {
                assertThat(actual[i])
                        .as("slope of %s at %s", function, NUMBERS[i])
                        .isBetween(Math.min(left, right) - 1e-6, Math.max(left, right) + 1e-6);
            }
        }
        assertThat(x.dup('c').data().asDouble()).isEqualTo(NUMBERS);
    }

    @ParameterizedTest
    @MethodSource("functions")
    void hasRightGradientsAndClaimsWhatHolds(ElementwiseFunction function) {
        Shape image = Shape.of(3, 2);
        Elementwise op = new Elementwise(function);
        Elementwise line = new Elementwise(new Line(1, 0.5));
        Elementwise square = new Elementwise(StandardFunction.SQUARE);
        Layer layer = (scope, x) ->
                scope.apply(op, Functions.isEverywhere(function) ? x : scope.apply(line, scope.apply(square, x)));
        assertThat(GradientCheck.largestError(layer, image, 2, 1)).isLessThan(1e-6);
        if (Functions.isEverywhere(function)) {
            assertThat(OpCheck.violations(op, List.of(image), List.of(), 3, 1)).isEmpty();
        }
    }

    private static void assertSame(double actual, double expected, double tolerance, String what) {
        boolean same = Double.isFinite(expected)
                ? Math.abs(actual - expected) <= tolerance * Math.max(1, Math.abs(expected))
                : Double.compare(actual, expected) == 0;
        assertThat(same).as("%s: %s for %s", what, actual, expected).isTrue();
    }

    @Test
    void isNamedAsTheFunction() {
        assertThat(new Elementwise(StandardFunction.HARD_SWISH).label()).isEqualTo("HardSwish");
        assertThat(new Elementwise(StandardFunction.RELU).label()).isEqualTo("Relu");
        assertThat(new Elementwise(new Clipping(0, 6)).label()).isEqualTo("Clipping");
    }

    @Test
    void refusesNoFunctionAndBoundsInTheWrongOrder() {
        assertThatThrownBy(() -> new Elementwise(null)).hasMessage("Elementwise expects a function but got null");
        assertThatThrownBy(() -> new Clipping(1, -1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Clipping expects a lower bound and an upper bound no less than it but got 1.0 and -1.0");
        assertThatThrownBy(() -> new Clipping(Double.NaN, 1))
                .hasMessage("Clipping expects a lower bound and an upper bound no less than it but got NaN and 1.0");
    }
}
