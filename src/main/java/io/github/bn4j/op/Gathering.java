package io.github.bn4j.op;

import static io.github.bn4j.internal.Checks.checkArgument;

import io.github.bn4j.graph.Call;
import io.github.bn4j.graph.Gradients;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Operands;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.ShapeException;
import io.github.bn4j.graph.Shift;
import io.github.bn4j.graph.ShiftEffect;
import io.github.bn4j.internal.Tensors;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Rows of a parameter {@code weight [rows, width]} by their numbers: a value of any shape, whose elements are whole numbers from 0 to
 * {@code rows − 1}, becomes {@code [shape, width]}. The gradient by a row is the sum over all places that ask for it; the
 * numbers have none.
 *
 * <p>Float32 holds every whole number up to 2²⁴, so a network in float32 tells no more rows apart.
 */
public record Gathering() implements Op {

    private static final int LARGEST_FLOAT32 = 1 << 24;

    @Override
    public Optional<Operands> operands() {
        return Optional.of(Operands.of(1).trainable("weight"));
    }

    @Override
    public Shape outputShape(List<Shape> inputs, List<Shape> parameters) {
        Shape weight = parameters.get(0);
        if (weight.rank() != 2 || weight.dim(0) > LARGEST_FLOAT32) {
            throw ShapeException.expected("weight [rows, width] of at most " + LARGEST_FLOAT32 + " rows", weight);
        }
        return Shape.of(LongStream.concat(LongStream.of(inputs.get(0).dims()), LongStream.of(weight.dim(1)))
                .toArray());
    }

    @Override
    public INDArray forward(Call call) {
        return Nd4j.pullRows(call.parameter(0), 1, rows(call))
                .reshape('c', call.outputShape().batched(call.batch()));
    }

    @Override
    public Gradients backward(Call call, INDArray dy) {
        INDArray weight = call.parameter(0);
        int width = (int) weight.size(1);
        double[] gradients = dy.dup('c').data().asDouble();
        double[] sums = new double[Math.toIntExact(weight.length())];
        int[] rows = rows(call);
        for (int i = 0; i < rows.length; i++) {
            for (int j = 0; j < width; j++) {
                sums[rows[i] * width + j] += gradients[i * width + j];
            }
        }
        return Gradients.of(Nd4j.zerosLike(call.input(0)))
                .parameters(Tensors.of(weight.dataType(), sums, weight.shape()));
    }

    private static int[] rows(Call call) {
        double[] numbers = call.input(0).dup('c').data().asDouble();
        long count = call.parameter(0).size(0);
        int perExample = numbers.length / (int) call.batch();
        int[] rows = new int[numbers.length];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = (int) numbers[i];
            checkArgument(
                    rows[i] == numbers[i] && rows[i] >= 0 && rows[i] < count,
                    "layer \"%s\" expects whole numbers from 0 to %s but got %s in example %s of the batch",
                    call.layer(),
                    count - 1,
                    numbers[i],
                    i / perExample);
        }
        return rows;
    }

    @Override
    public OptionalLong wholeNumbers(int input, List<Shape> parameters) {
        return OptionalLong.of(parameters.get(0).dim(0));
    }

    @Override
    public ShiftEffect shiftEffect(int input, Shift shift, List<Shape> inputs, List<Shape> parameters) {
        return ShiftEffect.blocks("finds other rows for other numbers");
    }
}
