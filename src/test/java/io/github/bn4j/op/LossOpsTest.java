package io.github.bn4j.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.bn4j.GraphBuilder;
import io.github.bn4j.Network;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.op.function.StandardFunction;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The ops that losses over classes are made of. */
class LossOpsTest {

    static Stream<Engine> engines() {
        return Stream.of(Engine.nd4j(), Engine.fastest(DataType.FLOAT));
    }

    private static INDArray array(double[] values, long... shape) {
        return Tensors.of(DataType.FLOAT, values, shape);
    }

    /** The logarithm of a share of 0 is a logit of −∞. */
    @ParameterizedTest
    @MethodSource("engines")
    void costsNothingWhereAnImpossibleClassIsNotWanted(Engine engine) {
        GraphBuilder g = new GraphBuilder();
        Value logits = g.apply(new Elementwise(StandardFunction.LOG), g.input("shares", 3, 2));
        Network net = g.build(g.apply(new SoftmaxCrossEntropy(), logits, g.input("labels", 2)))
                .on(engine);
        INDArray losses = net.predict(Map.of(
                "shares",
                array(new double[] {0, 1, 0.25, 0, 0.75, 0}, 1, 3, 2),
                "labels",
                array(new double[] {1, 0}, 1, 2)));
        assertThat(losses.data().asDouble()).containsExactly(new double[] {-Math.log(0.25), 0}, within(1e-6));
    }

    @ParameterizedTest
    @MethodSource("engines")
    void marksTheClassOfEachPosition(Engine engine) {
        GraphBuilder g = new GraphBuilder();
        Network net = g.build(g.apply(new OneHot(3), g.input("labels", 2))).on(engine);
        INDArray marks = net.predict(array(new double[] {2, 0, 1, -100, 3, 0.5}, 3, 2));
        assertThat(marks.shape()).containsExactly(3, 3, 2);
        assertThat(marks.data().asDouble())
                .containsExactly(0, 1, 0, 0, 1, 0, /**/ 0, 0, 1, 0, 0, 0, /**/ 0, 0, 0, 0, 0, 0);
    }

    @ParameterizedTest
    @MethodSource("engines")
    void multipliesEachChannelByItsWeight(Engine engine) {
        GraphBuilder g = new GraphBuilder();
        Network net = g.build(g.apply(new Weighting(List.of(2.0, -0.5)), g.input("x", 2, 2)))
                .on(engine);
        assertThat(net.predict(array(new double[] {1, 2, 3, 4, 5, 6, 7, 8}, 2, 2, 2))
                        .data()
                        .asDouble())
                .containsExactly(2, 4, -1.5, -2, 10, 12, -3.5, -4);
    }

    @Test
    void refusesNumbersThatMeanNothing() {
        assertThatThrownBy(() -> new OneHot(0)).hasMessage("OneHot expects at least 1 class but got 0");
        assertThatThrownBy(() -> new Weighting(List.of(1.0, Double.NaN)))
                .hasMessage("Weighting expects a finite weight per channel but got [1.0, NaN]");
        GraphBuilder g = new GraphBuilder();
        Value x = g.input("x", 3, 2);
        assertThatThrownBy(() -> g.apply(new Weighting(List.of(1.0)), x))
                .hasMessage(
                        "op Weighting expects input [1, …] for as many weights but got [3, 2]; give one weight per channel");
    }
}
