package io.github.bn4j.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.Network;
import io.github.bn4j.check.GradientCheck;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.ShapeException;
import io.github.bn4j.graph.Shift;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.layer.Embedding;
import io.github.bn4j.layer.Sequence;
import io.github.bn4j.op.function.Line;
import io.github.bn4j.op.function.StandardFunction;
import io.github.bn4j.train.Loss;
import io.github.bn4j.train.Sgd;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class GatheringTest {

    /** 0, 1 or 2, whatever comes in. */
    private static final Layer FEW_NUMBERS = (scope, x) ->
            scope.apply(new Elementwise(new Line(1, 1)), scope.apply(new Elementwise(StandardFunction.SIGN), x));

    private static final String EXPECTED = "layer \"embedding_1\" expects whole numbers from 0 to 4 but got ";

    private static Network network() {
        return Network.input(3).then(Embedding.of(5, 11)).flatten().dense(2).build(1);
    }

    private static INDArray numbers(double... values) {
        return Tensors.of(DataType.FLOAT, values, 2, 3);
    }

    @Test
    void yieldsTheRowsThatAreAskedFor() {
        INDArray weight = OpRun.random(new Random(1), 5, 3);
        INDArray x = Tensors.of(DataType.DOUBLE, new double[] {4, 0, 0, 1, 4, 3}, 2, 3);
        OpRun.assertElements(
                OpRun.predict(new Gathering(), List.of(x), weight),
                index -> weight.getDouble((long) x.getDouble(index[0], index[1]), index[2]));
        assertThat(new Gathering().outputShape(List.of(Shape.of()), List.of(Shape.of(5, 3))))
                .isEqualTo(Shape.of(3));
    }

    /** A step of gradient descent with rate 1 changes each row by the sum of the gradients of its places. */
    @Test
    void addsUpTheGradientsOfARow() {
        for (Engine engine : List.of(Engine.nd4j(), Engine.fastest(DataType.FLOAT))) {
            Network net = Network.input(3).then(Embedding.of(5, 2)).build(1).on(engine);
            INDArray before = net.parameters().get("embedding_1.weight").dup();
            INDArray x = numbers(4, 0, 0, 1, 4, 4);
            INDArray target = Tensors.zeros(DataType.FLOAT, 2, 3, 2);
            net.trainer()
                    .optimizer(Sgd.of(1))
                    .loss(Loss.meanSquaredError())
                    .batchSize(2)
                    .epochs(1)
                    .fit(Dataset.of(x, target));
            // The mean over 2 examples of the mean over 6 elements of the square.
            double[] places = {2, 1, 0, 0, 3};
            INDArray after = net.parameters().get("embedding_1.weight");
            OpRun.assertElements(
                    after, 1e-6, index -> before.getDouble(index) * (1 - places[(int) index[0]] * 2.0 / 6 / 2));
        }
    }

    @Test
    void hasTheGradientOfCentralDifferences() {
        Sequence layer = Sequence.of().then(FEW_NUMBERS).then(Embedding.of(3, 4));
        assertThat(GradientCheck.largestError(layer, Shape.of(2, 3), 3, 1)).isLessThan(1e-6);
    }

    @Test
    void refusesNumbersThatAreNoRows() {
        for (Engine engine : List.of(Engine.nd4j(), Engine.fastest(DataType.FLOAT))) {
            Network net = network().on(engine);
            net.predict(numbers(0, 1, 2, 3, 4, 0));
            assertThatExceptionOfType(IllegalArgumentException.class)
                    .isThrownBy(() -> net.predict(numbers(0, 1, 2, 3, 5, 0)))
                    .withMessage(EXPECTED + "5.0 in example 1 of the batch");
            assertThatThrownBy(() -> net.predict(numbers(-1, 1, 2, 3, 5, 0)))
                    .hasMessage(EXPECTED + "-1.0 in example 0 of the batch");
            assertThatThrownBy(() -> net.predict(numbers(0, 1, 2, 3, 0.5, 0)))
                    .hasMessage(EXPECTED + "0.5 in example 1 of the batch");
        }
    }

    @Test
    void refusesWhatDoesNotFit() {
        assertThatThrownBy(() -> new Gathering().outputShape(List.of(Shape.of(3)), List.of(Shape.of(5))))
                .isInstanceOf(ShapeException.class)
                .hasMessage("expects weight [rows, width] of at most 16777216 rows but got [5]");
        assertThatThrownBy(() -> new Gathering().outputShape(List.of(Shape.of(3)), List.of(Shape.of(16777217, 1))))
                .hasMessage("expects weight [rows, width] of at most 16777216 rows but got [16777217, 1]");
        assertThatThrownBy(() -> Embedding.of(0, 1)).hasMessage("Embedding expects a count of at least 1 but got 0");
        assertThatThrownBy(() -> Embedding.of(1, 0)).hasMessage("Embedding expects a width of at least 1 but got 0");
    }

    @Test
    void blocksShifts() {
        assertThat(new Gathering()
                        .shiftEffect(0, Shift.UNIFORM, List.of(Shape.of(3)), List.of(Shape.of(5, 2)))
                        .result())
                .isEqualTo(Shift.ANY);
    }
}
