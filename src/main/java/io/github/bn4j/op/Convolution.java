package io.github.bn4j.op;

import static io.github.bn4j.internal.Checks.checkGiven;
import static io.github.bn4j.internal.Ranges.checkGroups;

import io.github.bn4j.graph.Call;
import io.github.bn4j.graph.FormerComponents;
import io.github.bn4j.graph.Gradients;
import io.github.bn4j.graph.LinearMap;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Operands;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.ShapeException;
import io.github.bn4j.graph.Shift;
import io.github.bn4j.graph.ShiftEffect;
import java.util.List;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Two-dimensional cross-correlation of {@code x [inChannels, height, width]} with {@code weight [outChannels, inChannels /
 * groups, kernelHeight, kernelWidth]}, with zeros around the image; or one-dimensional, of {@code x [inChannels, length]} with {@code
 * weight [outChannels, inChannels / groups, kernelWidth]}, which is an image of one row.
 *
 * <p>Output height is {@code (height + before + after − dilation (kernelHeight − 1) − 1) / stride + 1} of {@code rows}, rounded
 * down; width likewise of {@code columns}. Arithmetic: Dumoulin and Visin 2016, A guide to convolution arithmetic, section 2.
 *
 * @param rows how the kernel moves down the image; {@link Sliding#BY_ONE} for sequences
 * @param columns how it moves along the image
 * @param groups number of blocks of channels that do not see each other
 */
public record Convolution(Sliding rows, Sliding columns, int groups) implements Op {

    public Convolution {
        checkGiven(rows, "Convolution", "a Sliding for the rows");
        checkGiven(columns, "Convolution", "a Sliding for the columns");
        checkGroups("Convolution", groups);
    }

    @FormerComponents({
        "strideHeight",
        "strideWidth",
        "top",
        "bottom",
        "left",
        "right",
        "dilationHeight",
        "dilationWidth",
        "groups"
    })
    static Convolution of(
            int strideHeight,
            int strideWidth,
            int top,
            int bottom,
            int left,
            int right,
            int dilationHeight,
            int dilationWidth,
            int groups) {
        return new Convolution(
                new Sliding(strideHeight, top, bottom, dilationHeight),
                new Sliding(strideWidth, left, right, dilationWidth),
                groups);
    }

    @Override
    public Optional<Operands> operands() {
        return Optional.of(Operands.of(1).trainable("weight"));
    }

    @Override
    public Shape outputShape(List<Shape> inputs, List<Shape> parameters) {
        Shape x = inputs.get(0);
        Shape weight = parameters.get(0);
        Shape image = Sequences.image(x, rows);
        if (x.dim(0) % groups != 0) {
            throw ShapeException.expected(
                    "channels that " + groups + " groups divide", x, "use another number of groups or channels");
        }
        if (weight.rank() != x.rank() + 1 || weight.dim(1) != x.dim(0) / groups || weight.dim(0) % groups != 0) {
            throw ShapeException.expected(
                    "weight [multiple of " + groups + ", " + x.dim(0) / groups + ", "
                            + (x.rank() == 2 ? "kernel]" : "kernelHeight, kernelWidth]"),
                    weight);
        }
        Shape kernel = x.rank() == 2 ? Sequences.withRow(weight) : weight;
        long height = rows.windows(image.dim(1), kernel.dim(2));
        long width = columns.windows(image.dim(2), kernel.dim(3));
        if (height < 1 || width < 1) {
            throw ShapeException.expected(
                    x.rank() == 2
                            ? "a sequence that its kernel " + kernel.dim(3) + " fits into"
                            : "an image that its kernel " + kernel.dim(2) + "×" + kernel.dim(3) + " fits into",
                    x,
                    "pad it or use a smaller kernel or dilation");
        }
        return Sequences.like(x, Shape.of(weight.dim(0), height, width));
    }

    @Override
    public INDArray forward(Call call) {
        INDArray x = whole(padded(Sequences.images(call.input(0))));
        INDArray weight = whole(Sequences.images(call.parameter(0)));
        return Sequences.like(call.input(0), run(x, weight));
    }

    private INDArray run(INDArray x, INDArray weight) {
        if (groups == 1) {
            return runGroup(x, weight);
        }
        INDArray[] outputs = new INDArray[groups];
        for (int group = 0; group < groups; group++) {
            outputs[group] = runGroup(channels(x, group), filters(weight, group));
        }
        return Nd4j.concat(1, outputs);
    }

    @Override
    public Gradients backward(Call call, INDArray gradient) {
        INDArray dy = whole(Sequences.images(gradient));
        INDArray x = whole(padded(Sequences.images(call.input(0))));
        INDArray weight = whole(Sequences.images(call.parameter(0)));
        INDArray dx = x.ulike();
        INDArray dw = Nd4j.createUninitialized(weight.dataType(), weight.shape());
        for (int group = 0; group < groups; group++) {
            INDArray[] gradients = Nd4j.exec(DynamicCustomOp.builder("conv2d_bp")
                    .addInputs(channels(x, group), filters(weight, group), channels(dy, group))
                    .addIntegerArguments(arguments(weight))
                    .build());
            channels(dx, group).assign(gradients[0]);
            filters(dw, group).assign(gradients[1]);
        }
        return Gradients.of(Sequences.like(call.input(0), even() ? dx : Views.unpadded(dx, rows, columns)))
                .parameters(Sequences.like(call.parameter(0), dw));
    }

    // ND4J loses the elements of a part of a view at some offsets, so groups are parts of a copy.
    private INDArray whole(INDArray array) {
        return groups == 1 ? array : array.dup('c');
    }

    private INDArray runGroup(INDArray x, INDArray weight) {
        return Nd4j.exec(DynamicCustomOp.builder("conv2d")
                .addInputs(x, weight)
                .addIntegerArguments(arguments(weight))
                .build())[0];
    }

    private int[] arguments(INDArray weight) {
        int height = even() ? rows.before() : 0;
        int width = even() ? columns.before() : 0;
        int explicitPadding = 0;
        int channelsFirst = 0;
        int outInHeightWidth = 1;
        return new int[] {
            (int) weight.size(2),
            (int) weight.size(3),
            rows.stride(),
            columns.stride(),
            height,
            width,
            rows.dilation(),
            columns.dilation(),
            explicitPadding,
            channelsFirst,
            outInHeightWidth
        };
    }

    // ND4J pads both sides alike; other padding is written out.
    private boolean even() {
        return rows.even() && columns.even();
    }

    private INDArray padded(INDArray x) {
        return even() ? x : Views.padded(x, rows, columns, 0);
    }

    private INDArray channels(INDArray x, int group) {
        long size = x.size(1) / groups;
        return groups == 1 ? x : x.get(NDArrayIndex.all(), NDArrayIndex.interval(group * size, (group + 1) * size));
    }

    private INDArray filters(INDArray weight, int group) {
        long size = weight.size(0) / groups;
        return groups == 1 ? weight : weight.get(NDArrayIndex.interval(group * size, (group + 1) * size));
    }

    @Override
    public Optional<LinearMap> linearMap(List<Shape> parameters) {
        return Optional.of(LinearMap.outputsFirst(parameters.get(0), groups));
    }

    @Override
    public ShiftEffect shiftEffect(int input, Shift shift, List<Shape> inputs, List<Shape> parameters) {
        boolean zeroPadded = rows.pads() || columns.pads();
        if (shift != Shift.PER_POSITION && !zeroPadded) {
            return ShiftEffect.yields(Shift.PER_CHANNEL, "is linear, so a constant in gives a constant W·δ out");
        }
        return ShiftEffect.yields(
                Shift.PER_POSITION,
                zeroPadded
                        ? "pads with zeros, so a constant in gives another constant at the border than inside"
                        : "is linear, so the same shift for every example stays the same for every example");
    }
}
