package io.github.bn4j.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bn4j.engine.NeedsOneDnn;
import io.github.bn4j.graph.Call;
import io.github.bn4j.graph.Gradients;
import io.github.bn4j.graph.Initializer;
import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Value;
import io.github.bn4j.layer.Embedding;
import io.github.bn4j.layer.Sequence;
import io.github.bn4j.op.Gathering;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Layers of strangers that break the contract in one way, and are told which. */
class LayerCheckTest {

    /** An op of one input and no parameters. */
    private record Applied(Op op) implements Layer {

        @Override
        public Value trace(Scope scope, Value x) {
            return scope.apply(op, x);
        }
    }

    /** Yields its input, and blocks the analysis. */
    interface Identity extends Op {

        @Override
        default Shape outputShape(List<Shape> inputs, List<Shape> parameters) {
            return inputs.get(0);
        }

        @Override
        default INDArray forward(Call call) {
            return call.input(0).dup('c');
        }

        @Override
        default Gradients backward(Call call, INDArray dy) {
            return Gradients.of(dy.dup('c'));
        }
    }

    record Harmless(Mode mode) implements Identity {

        /** An interface that anybody may implement. */
        interface Mode {}

        record Loud(List<Colour> colours) implements Mode {}

        enum Colour {
            RED,
            BLUE
        }
    }

    /** Reading it back makes it again, and adds once more. */
    record Growing(double factor) implements Identity {

        Growing {
            factor += 0.5;
        }
    }

    private static final class NoRecord implements Identity {}

    /** Depends on where its input lies, which is the business of engines. */
    record OfPlace() implements Identity {

        @Override
        public INDArray forward(Call call) {
            return call.input(0).mul(call.input(0).isView() ? 2 : 1);
        }
    }

    /** Rows of a weight, like {@link Gathering}, whose gradient is twice what it should be. */
    record WrongRows(Gathering rows) implements Op {

        @Override
        public Shape outputShape(List<Shape> inputs, List<Shape> parameters) {
            return rows.outputShape(inputs, parameters);
        }

        @Override
        public OptionalLong wholeNumbers(int input, List<Shape> parameters) {
            return rows.wholeNumbers(input, parameters);
        }

        @Override
        public INDArray forward(Call call) {
            return rows.forward(call);
        }

        @Override
        public Gradients backward(Call call, INDArray dy) {
            return rows.backward(call, dy.mul(2));
        }
    }

    @Test
    void findsNothingWhereThereIsNothing() {
        Op op = new Harmless(new Harmless.Loud(List.of(Harmless.Colour.BLUE)));
        assertThat(LayerCheck.violations(new Applied(op), Shape.of(3, 5))).isEmpty();
        assertThat(LayerCheck.violations(new Applied(op), Shape.of())).isEmpty();
    }

    @Test
    void namesWhatComesBackFromAFileAsAnother() {
        assertThat(LayerCheck.violations(new Applied(new Growing(1)), Shape.of(7)))
                .containsExactly(
                        "Applied has an op Growing[factor=1.5] that comes back from a file as Growing[factor=2.0]");
    }

    @Test
    void namesWhatAFileCannotHold() {
        assertThat(LayerCheck.violations(new Applied(new NoRecord()), Shape.of(7)))
                .singleElement()
                .asString()
                .startsWith("Applied does not come back from a file: Network.save expects ");
    }

    @Test
    @NeedsOneDnn
    void namesWhatDependsOnTheEngine() {
        Layer layer = Sequence.of().dense(5).then(new Applied(new OfPlace()));
        assertThat(LayerCheck.violations(layer, Shape.of(7)))
                .isNotEmpty()
                .allSatisfy(
                        violation -> assertThat(violation)
                                .matches(
                                        "Sequence differs between ND4J and oneDNN.* by [0-9.]+ in (a prediction|training|the gradient by .+)"));
    }

    @Test
    void drawsWholeNumbersWhereTheyAreAskedFor() {
        assertThat(LayerCheck.violations(Embedding.of(5, 3), Shape.of(4))).isEmpty();
        assertThat(LayerCheck.violations(
                        Sequence.of()
                                .reshape(4, 2)
                                .embedding(11, 3)
                                .flatten()
                                .dense(2)
                                .relu(),
                        Shape.of(8)))
                .isEmpty();
        Layer wrong = (scope, x) -> scope.apply(
                new WrongRows(new Gathering()), x, scope.weight("weight", Shape.of(5, 3), Initializer.normal(1)));
        assertThat(LayerCheck.violations(wrong, Shape.of(4)))
                .singleElement()
                .asString()
                .contains("has a gradient that differs from central differences by 1.0");
    }
}
