package io.github.bn4j.op;

import static io.github.bn4j.internal.Ranges.checkEpsilon;
import static io.github.bn4j.internal.Ranges.checkGroups;

import io.github.bn4j.graph.Call;
import io.github.bn4j.graph.Gradients;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Operands;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.ShapeException;
import io.github.bn4j.graph.Shift;
import io.github.bn4j.graph.ShiftEffect;
import io.github.bn4j.internal.Sums;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Normalisation of each group of neighbouring channels of each example by itself: {@code y = gamma (x − mean) / √(variance +
 * epsilon) + beta}, where mean and biased variance are taken over the channels of the group and all positions (Wu and He
 * 2018, Group Normalization). As many groups as channels make it instance normalisation (Ulyanov et al. 2016). Training
 * and predictions do the same.
 *
 * <p>Input {@code [channels, …]}. Parameters, each {@code [channels]}: gamma if {@code scale}, beta if {@code shift}.
 *
 * @param groups number of groups, which divides the channels
 * @param epsilon added to the variance
 * @param scale whether there is a gamma
 * @param shift whether there is a beta
 */
public record GroupNormalization(int groups, double epsilon, boolean scale, boolean shift) implements Op {

    public GroupNormalization {
        checkGroups("GroupNormalization", groups);
        checkEpsilon("GroupNormalization", epsilon);
    }

    @Override
    public Optional<Operands> operands() {
        return Optional.of(Operands.of(1).trainable(Affine.names(scale, shift)));
    }

    @Override
    public Shape outputShape(List<Shape> inputs, List<Shape> parameters) {
        Shape x = inputs.get(0);
        if (x.rank() < 1) {
            throw ShapeException.expected("input [channels, …]", x);
        }
        if (x.dim(0) % groups != 0) {
            throw ShapeException.expected(
                    "channels that " + groups + " groups divide", x, "use another number of groups or channels");
        }
        if (x.size() == groups) {
            throw ShapeException.expected(
                    "more than one value in each of " + groups + " groups", x, "use fewer groups");
        }
        Shape perChannel = Shape.of(x.dim(0));
        for (Shape parameter : parameters) {
            if (!parameter.equals(perChannel)) {
                throw ShapeException.expected("parameters " + perChannel + " for input " + x, parameter);
            }
        }
        return x;
    }

    @Override
    public INDArray forward(Call call) {
        INDArray x = call.input(0);
        StandardizedRows rows = StandardizedRows.of(groups(x), epsilon);
        call.keep(rows.values(), rows.inverse());
        INDArray y = channels(rows.values(), x);
        if (scale) {
            y = y.mul(row(call.parameter(Affine.GAMMA)));
        }
        if (shift) {
            y = y.add(row(call.parameter(Affine.BETA)));
        }
        return y.reshape('c', x.shape());
    }

    @Override
    public Gradients backward(Call call, INDArray gradient) {
        INDArray dy = channels(gradient, gradient);
        StandardizedRows rows = new StandardizedRows(call.kept(0), call.kept(1));
        INDArray dValues = scale ? dy.mul(row(call.parameter(Affine.GAMMA))) : dy;
        INDArray dx = rows.backward(groups(dValues));
        List<INDArray> parameters = new ArrayList<>();
        if (scale) {
            parameters.add(Sums.ofChannels(dy.mul(channels(rows.values(), gradient))));
        }
        if (shift) {
            parameters.add(Sums.ofChannels(dy));
        }
        return new Gradients(List.of(dx.reshape('c', gradient.shape())), parameters);
    }

    private INDArray groups(INDArray x) {
        long rows = x.size(0) * groups;
        return x.reshape('c', rows, x.length() / rows);
    }

    private static INDArray channels(INDArray values, INDArray like) {
        return values.reshape('c', like.size(0), like.size(1), like.length() / like.size(0) / like.size(1));
    }

    private static INDArray row(INDArray perChannel) {
        return perChannel.reshape('c', 1, perChannel.length(), 1);
    }

    @Override
    public Optional<String> shiftParameter() {
        return Affine.shift(shift);
    }

    @Override
    public boolean normalises() {
        return true;
    }

    @Override
    public ShiftEffect shiftEffect(int input, Shift state, List<Shape> inputs, List<Shape> parameters) {
        if (state == Shift.UNIFORM) {
            return ShiftEffect.absorbs("subtracts the mean of each group, whose elements are all shifted alike");
        }
        return state == Shift.PER_CHANNEL && inputs.get(0).dim(0) == groups
                ? ShiftEffect.absorbs("subtracts the mean of each channel")
                : ShiftEffect.blocks(
                        "has one mean per group, which does not cancel a shift that differs within the group");
    }
}
