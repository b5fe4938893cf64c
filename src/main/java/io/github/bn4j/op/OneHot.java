package io.github.bn4j.op;

import static io.github.bn4j.internal.Checks.checkArgument;

import io.github.bn4j.graph.Call;
import io.github.bn4j.graph.Gradients;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Operands;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Shift;
import io.github.bn4j.graph.ShiftEffect;
import io.github.bn4j.internal.Distributions;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Class numbers as rows of 0 and 1 along a new first axis: {@code y_k = 1} where the number is {@code k}, so that a value of any
 * shape becomes {@code [classes, shape]}. What is no number from 0 to {@code classes − 1} has zeros alone. The numbers have no
 * gradient.
 *
 * @param classes how many classes there are, at least 1
 */
public record OneHot(int classes) implements Op {

    public OneHot {
        checkArgument(classes >= 1, "OneHot expects at least 1 class but got %s", classes);
    }

    @Override
    public Optional<Operands> operands() {
        return Optional.of(Operands.of(1));
    }

    @Override
    public Shape outputShape(List<Shape> inputs, List<Shape> parameters) {
        return Shape.of(LongStream.concat(
                        LongStream.of(classes), LongStream.of(inputs.get(0).dims()))
                .toArray());
    }

    @Override
    public INDArray forward(Call call) {
        INDArray x = call.input(0);
        return Distributions.oneHot(x, classes, x.dataType());
    }

    @Override
    public Gradients backward(Call call, INDArray dy) {
        return Gradients.of(Nd4j.zerosLike(call.input(0)));
    }

    @Override
    public ShiftEffect shiftEffect(int input, Shift shift, List<Shape> inputs, List<Shape> parameters) {
        return ShiftEffect.blocks("finds other classes for other numbers");
    }
}
