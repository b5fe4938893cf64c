package io.github.bn4j.op;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkGiven;
import static io.github.bn4j.internal.Ranges.checkWindow;

import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.ShapeException;
import io.github.bn4j.graph.Shift;
import io.github.bn4j.graph.ShiftEffect;
import java.util.stream.Stream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What all poolings have in common: windows of equal size that move over each channel of {@code [channels, height, width]}, or of {@code
 * [channels, length]} as images of one row.
 *
 * <p>Each window holds at least one element of the image. So padding is less than what a window spans, and an image that is
 * padded is no shorter than the step from one tap to the next, which may not jump over it.
 */
record Pooling(int kernelHeight, int kernelWidth, Sliding rows, Sliding columns) {

    /** Checks the settings of an op. */
    static void check(String who, int kernelHeight, int kernelWidth, Sliding rows, Sliding columns) {
        checkGiven(rows, who, "a Sliding for the rows");
        checkGiven(columns, who, "a Sliding for the columns");
        checkWindow(who, kernelHeight, kernelWidth);
        long height = rows.reach(kernelHeight);
        long width = columns.reach(kernelWidth);
        checkArgument(
                Math.max(rows.before(), rows.after()) < height && Math.max(columns.before(), columns.after()) < width,
                "%s expects padding of less than the %s×%s elements that a window spans but got top %s, bottom %s,"
                        + " left %s, right %s",
                who,
                height,
                width,
                rows.before(),
                rows.after(),
                columns.before(),
                columns.after());
    }

    /** What the maxima of windows do to a shift. */
    static ShiftEffect shiftOfMaxima(Shift shift) {
        return shift != Shift.PER_POSITION
                ? ShiftEffect.yields(shift, "takes the same maximum wherever a channel is shifted as a whole")
                : ShiftEffect.blocks("may take another maximum when positions are shifted differently");
    }

    Shape outputShape(Shape x) {
        Shape image = Sequences.image(x, rows);
        boolean isSequence = x.rank() == 2;
        long height = rows.windows(image.dim(1), kernelHeight);
        long width = columns.windows(image.dim(2), kernelWidth);
        if (height < 1 || width < 1) {
            throw ShapeException.expected(
                    isSequence && kernelHeight == 1
                            ? "a sequence that its window " + kernelWidth + " fits into"
                            : "an image that its window " + kernelHeight + "×" + kernelWidth + " fits into",
                    x,
                    "use a smaller window");
        }
        if (jumpsOver(rows, kernelHeight, image.dim(1)) || jumpsOver(columns, kernelWidth, image.dim(2))) {
            throw ShapeException.expected(
                    isSequence
                            ? "a sequence of at least its dilation " + columns.dilation() + " where it is padded"
                            : "an image of at least its dilation " + rows.dilation() + "×" + columns.dilation()
                                    + " where it is padded",
                    x,
                    "use a smaller dilation or no padding");
        }
        return Sequences.like(x, Shape.of(x.dim(0), height, width));
    }

    private static boolean jumpsOver(Sliding sliding, int taps, long length) {
        return sliding.pads() && taps > 1 && sliding.dilation() > length;
    }

    /**
     * Runs a pooling of ND4J, or its gradient if {@code dy} is given.
     *
     * @param padding what stands in the padding where it is not even, which ND4J cannot have
     * @param mode ND4J's number of what the padding counts for
     */
    INDArray run(String op, double padding, int mode, INDArray x, INDArray... dy) {
        INDArray[] gradients = Stream.of(dy).map(Sequences::images).toArray(INDArray[]::new);
        return Sequences.like(x, runImages(op, padding, mode, Sequences.images(x), gradients));
    }

    private INDArray runImages(String op, double padding, int mode, INDArray x, INDArray... dy) {
        if (rows.even() && columns.even()) {
            return exec(op, rows.before(), columns.before(), mode, x, dy);
        }
        INDArray result = exec(op, 0, 0, mode, Views.padded(x, rows, columns, padding), dy);
        return dy.length == 0 ? result : Views.unpadded(result, rows, columns);
    }

    private INDArray exec(String op, int height, int width, int mode, INDArray x, INDArray... dy) {
        int explicitPadding = 0;
        int channelsFirst = 0;
        return Nd4j.exec(DynamicCustomOp.builder(op)
                .addInputs(Stream.concat(Stream.of(x), Stream.of(dy)).toArray(INDArray[]::new))
                .addIntegerArguments(
                        kernelHeight,
                        kernelWidth,
                        rows.stride(),
                        columns.stride(),
                        height,
                        width,
                        rows.dilation(),
                        columns.dilation(),
                        explicitPadding,
                        mode,
                        channelsFirst)
                .build())[0];
    }
}
