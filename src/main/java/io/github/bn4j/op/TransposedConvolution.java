package io.github.bn4j.op;

import static io.github.bn4j.internal.Checks.checkArgument;
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

/**
 * Two-dimensional transposed convolution of {@code x [inChannels, height, width]} with {@code weight [inChannels,
 * outChannels / groups, kernelHeight, kernelWidth]}: what a convolution with this weight does to gradients. Each pixel adds
 * its multiple of the kernel to the output, neighbouring pixels {@code stride} apart. Or one-dimensional, of {@code x [inChannels,
 * length]} with {@code weight [inChannels, outChannels / groups, kernelWidth]}, which is an image of one row.
 *
 * <p>Output height is {@code (height − 1) stride + dilation (kernelHeight − 1) + 1 − before − after + outputPaddingHeight} of {@code
 * rows}; width likewise of {@code columns}. Arithmetic: Dumoulin and Visin 2016, A guide to convolution arithmetic, section 4.
 *
 * @param rows how far apart the contributions of neighbouring pixels and taps are, and how many rows are cut off at the top and bottom;
 *     {@link Sliding#BY_ONE} for sequences
 * @param columns the same for columns, cut off at the left and right
 * @param outputPaddingHeight rows added below, less than the larger of stride and dilation
 * @param outputPaddingWidth columns added right, less than the larger of stride and dilation
 * @param groups number of blocks of channels that do not see each other
 */
public record TransposedConvolution(
        Sliding rows, Sliding columns, int outputPaddingHeight, int outputPaddingWidth, int groups) implements Op {

    /* The whole output is made without padding, as the gradient of a convolution by its image, and a window of it is the
     * result; ND4J's own deconv2d knows no output padding. Backward puts the gradient into a
     * whole of zeros and runs the convolution itself. */

    public TransposedConvolution {
        checkGiven(rows, "TransposedConvolution", "a Sliding for the rows");
        checkGiven(columns, "TransposedConvolution", "a Sliding for the columns");
        checkArgument(
                outputPaddingHeight >= 0
                        && outputPaddingWidth >= 0
                        && outputPaddingHeight < Math.max(rows.stride(), rows.dilation())
                        && outputPaddingWidth < Math.max(columns.stride(), columns.dilation()),
                "TransposedConvolution expects output padding from 0 to less than stride %s×%s or dilation %s×%s"
                        + " but got %s×%s",
                rows.stride(),
                columns.stride(),
                rows.dilation(),
                columns.dilation(),
                outputPaddingHeight,
                outputPaddingWidth);
        checkGroups("TransposedConvolution", groups);
    }

    @FormerComponents({
        "strideHeight",
        "strideWidth",
        "paddingHeight",
        "paddingWidth",
        "outputPaddingHeight",
        "outputPaddingWidth",
        "dilationHeight",
        "dilationWidth",
        "groups"
    })
    static TransposedConvolution of(
            int strideHeight,
            int strideWidth,
            int paddingHeight,
            int paddingWidth,
            int outputPaddingHeight,
            int outputPaddingWidth,
            int dilationHeight,
            int dilationWidth,
            int groups) {
        return new TransposedConvolution(
                new Sliding(strideHeight, paddingHeight, paddingHeight, dilationHeight),
                new Sliding(strideWidth, paddingWidth, paddingWidth, dilationWidth),
                outputPaddingHeight,
                outputPaddingWidth,
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
        if (weight.rank() != x.rank() + 1 || weight.dim(0) != x.dim(0)) {
            throw ShapeException.expected(
                    "weight [" + x.dim(0) + ", outChannels / " + groups + ", "
                            + (x.rank() == 2 ? "kernel]" : "kernelHeight, kernelWidth]"),
                    weight);
        }
        Shape kernel = x.rank() == 2 ? Sequences.withRow(weight) : weight;
        long height = left(rows, image.dim(1), kernel.dim(2), outputPaddingHeight);
        long width = left(columns, image.dim(2), kernel.dim(3), outputPaddingWidth);
        if (height < 1 || width < 1) {
            throw ShapeException.expected(
                    x.rank() == 2
                            ? "a sequence that padding before " + columns.before() + ", after " + columns.after()
                                    + " leaves something of"
                            : "an image that padding top " + rows.before() + ", bottom " + rows.after() + ", left "
                                    + columns.before() + ", right " + columns.after() + " leaves something of",
                    x,
                    "use less padding or a larger kernel");
        }
        return Sequences.like(x, Shape.of(Math.multiplyExact(weight.dim(1), groups), height, width));
    }

    private static long left(Sliding sliding, long length, long taps, int outputPadding) {
        long cut = (long) sliding.before() + sliding.after();
        return Math.addExact(sliding.stretch(length, taps) - cut, outputPadding);
    }

    @Override
    public INDArray forward(Call call) {
        INDArray x = images(call.input(0));
        INDArray weight = images(call.parameter(0));
        INDArray whole = whole(x, weight);
        for (int group = 0; group < groups; group++) {
            INDArray part = block(whole, 1, group);
            part.assign(gradients(part, block(weight, 0, group), block(x, 1, group))[0]);
        }
        long[] shape = Sequences.image(call.outputShape(), rows).batched(call.batch());
        INDArray y = Nd4j.create(x.dataType(), shape);
        copy(whole, y, true);
        return Sequences.like(call.input(0), y);
    }

    @Override
    public Gradients backward(Call call, INDArray dy) {
        INDArray x = images(call.input(0));
        INDArray weight = images(call.parameter(0));
        INDArray whole = whole(x, weight);
        copy(whole, Views.readable(Sequences.images(dy)), false);
        INDArray dx = x.ulike();
        INDArray dw = weight.ulike();
        for (int group = 0; group < groups; group++) {
            INDArray part = block(whole, 1, group);
            INDArray kernel = block(weight, 0, group);
            block(dx, 1, group)
                    .assign(
                            Nd4j.exec(DynamicCustomOp.builder("conv2d")
                                    .addInputs(part, kernel)
                                    .addIntegerArguments(arguments(weight))
                                    .build())[0]);
            block(dw, 0, group).assign(gradients(part, kernel, block(x, 1, group))[1]);
        }
        return Gradients.of(Sequences.like(call.input(0), dx)).parameters(Sequences.like(call.parameter(0), dw));
    }

    private INDArray images(INDArray array) {
        INDArray images = Sequences.images(array);
        return groups == 1 ? images : Views.readable(images);
    }

    /** Zeros of the shape of the output without any padding. */
    private INDArray whole(INDArray x, INDArray weight) {
        return Nd4j.create(
                x.dataType(),
                x.size(0),
                weight.size(1) * groups,
                rows.stretch(x.size(2), weight.size(2)),
                columns.stretch(x.size(3), weight.size(3)));
    }

    /** Gradients by image and weight of the convolution that this is the transpose of. */
    private INDArray[] gradients(INDArray image, INDArray weight, INDArray dy) {
        return Nd4j.exec(DynamicCustomOp.builder("conv2d_bp")
                .addInputs(image, weight, dy)
                .addIntegerArguments(arguments(weight))
                .build());
    }

    private int[] arguments(INDArray weight) {
        int noPadding = 0;
        int explicitPadding = 0;
        int channelsFirst = 0;
        int outInHeightWidth = 1;
        return new int[] {
            (int) weight.size(2),
            (int) weight.size(3),
            rows.stride(),
            columns.stride(),
            noPadding,
            noPadding,
            rows.dilation(),
            columns.dilation(),
            explicitPadding,
            channelsFirst,
            outInHeightWidth
        };
    }

    /** Copies what output and whole have in common; output padding can reach beyond the end of the whole. */
    private void copy(INDArray whole, INDArray output, boolean toOutput) {
        long height = Math.min(output.size(2), whole.size(2) - rows.before());
        long width = Math.min(output.size(3), whole.size(3) - columns.before());
        if (height < 1 || width < 1) {
            return;
        }
        INDArray inWhole = Views.window(whole, rows.before(), height, columns.before(), width);
        INDArray inOutput = Views.window(output, 0, height, 0, width);
        if (toOutput) {
            inOutput.assign(inWhole);
        } else {
            inWhole.assign(inOutput);
        }
    }

    private INDArray block(INDArray array, int axis, int group) {
        long size = array.size(axis) / groups;
        return Views.interval(array, axis, group * size, (group + 1) * size);
    }

    // With a larger kernel, the pixels at the border get fewer contributions than those inside even without stride and
    // padding. Padding cuts off what a kernel of 1 leaves untouched.
    @Override
    public Optional<LinearMap> linearMap(List<Shape> parameters) {
        return Optional.of(LinearMap.inputsFirst(parameters.get(0), groups));
    }

    @Override
    public ShiftEffect shiftEffect(int input, Shift shift, List<Shape> inputs, List<Shape> parameters) {
        Shape weight = parameters.get(0);
        boolean onePixelEach = weight.size() == weight.dim(0) * weight.dim(1)
                && rows.stride() * columns.stride() == 1
                && outputPaddingHeight + outputPaddingWidth == 0;
        if (shift != Shift.PER_POSITION && onePixelEach) {
            return ShiftEffect.yields(Shift.PER_CHANNEL, "is linear, so a constant in gives a constant W·δ out");
        }
        return ShiftEffect.yields(
                Shift.PER_POSITION, "adds a different number of kernel taps at different positions of the output");
    }
}
