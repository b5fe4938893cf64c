package io.github.bn4j.check;

import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.internal.Tensors;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Random examples: of any numbers, or of whole ones where an op asks for them. */
final class Draws {

    private Draws() {}

    /** A batch {@code [batch, shape]} in float64. */
    static INDArray of(
            OptionalLong wholeNumbers, Shape shape, int batch, Random random, ToDoubleFunction<Random> otherwise) {
        ToDoubleFunction<Random> draw = wholeNumbers.isPresent()
                ? source -> Math.floor(source.nextDouble() * wholeNumbers.getAsLong())
                : otherwise;
        double[] values = new double[Math.toIntExact(batch * shape.size())];
        for (int i = 0; i < values.length; i++) {
            values[i] = draw.applyAsDouble(random);
        }
        return Tensors.of(DataType.DOUBLE, values, shape.batched(batch));
    }

    /** What each input of an op asks for. */
    static List<OptionalLong> wholeNumbers(Op op, int inputs, List<Shape> parameters) {
        return IntStream.range(0, inputs)
                .mapToObj(input -> op.wholeNumbers(input, parameters))
                .toList();
    }

    /** How many whole numbers the inputs of a node may hold, for those that ask for whole ones. */
    static LongStream wholeNumbers(Node node) {
        return wholeNumbers(node.op(), node.inputs().size(), node.parameterShapes()).stream()
                .flatMapToLong(OptionalLong::stream);
    }
}
