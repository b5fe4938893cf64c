package io.github.bn4j.onnx.internal;

import io.github.bn4j.graph.Value;
import io.github.bn4j.layer.Padding;
import io.github.bn4j.layer.Size;
import io.github.bn4j.layer.Span;
import io.github.bn4j.layer.Window;
import java.util.Arrays;

/**
 * How a convolution or pooling of the file moves over its images. One over sequences moves along images of one row.
 *
 * @param x the images or sequences
 * @param window the window, which has one row where they are sequences
 */
record OnnxWindow(Value x, Window window) {

    /** The window of a node whose first input is {@code [channels, length]} or {@code [channels, height, width]}. */
    static OnnxWindow of(OnnxCall call, long... kernel) {
        return of(call, images(call), new long[2 * kernel.length], kernel);
    }

    /**
     * The same of images that have something around them, which becomes padding.
     *
     * @param around how many elements there are on each axis before, then how many on each behind
     */
    static OnnxWindow of(OnnxCall call, Value x, long[] around, long... kernel) {
        int axes = kernel.length;
        long[] strides = read(call, axes, "strides", 1, 1);
        long[] dilations = read(call, axes, "dilations", 1, 1);
        long[] pads = read(call, axes, "pads", 0, 2);
        long[] lengths = new long[axes];
        Arrays.setAll(lengths, axis -> x.shape().dim(axis + 1) + around[axis] + around[axes + axis]);
        long[] sides = sides(call, lengths, size(kernel, 1), size(strides, 1), size(dilations, 1), pads);
        Arrays.setAll(sides, side -> sides[side] + around[side]);
        return of(x, kernel, strides, dilations, sides);
    }

    /** A window of numbers for each axis, with the padding before all of them and then that behind. */
    static OnnxWindow of(Value x, long[] kernel, long[] strides, long[] dilations, long... sides) {
        Padding padding = kernel.length == 1
                ? Padding.of(0, 0, whole(sides[0]), whole(sides[1]))
                : Padding.of(whole(sides[0]), whole(sides[2]), whole(sides[1]), whole(sides[3]));
        return new OnnxWindow(x, new Window(size(kernel, 1), size(strides, 1), padding, size(dilations, 1)));
    }

    boolean isSequence() {
        return x.shape().rank() == 2;
    }

    /** The window where it moves along sequences. */
    Span span() {
        return new Span(
                window.kernel().width(),
                window.stride().width(),
                window.padding(),
                window.dilation().width());
    }

    /** The images or sequences. */
    static Value images(OnnxCall call) {
        Value x = call.value(0);
        if (x.shape().rank() != 2 && x.shape().rank() != 3) {
            throw new NodeRefusal("expects input [batch, channels, height, width] or [batch, channels, length] but got "
                    + call.signal(0));
        }
        return x;
    }

    /** Refuses a kernel of another number of axes than the images. */
    static void requireKernel(Signal x, int axes) {
        int expected = x.rank() - 2;
        if (axes != expected) {
            throw new NodeRefusal("expects a kernel of " + expected + " axes for input " + x + " but got " + axes);
        }
    }

    private static long[] sides(OnnxCall call, long[] lengths, Size kernel, Size stride, Size dilation, long... pads) {
        String auto = call.attributes().text("auto_pad", "NOTSET");
        boolean isSequence = lengths.length == 1;
        long[] rows = {isSequence ? 1 : lengths[0], kernel.height(), stride.height(), dilation.height()};
        long[] columns = {lengths[lengths.length - 1], kernel.width(), stride.width(), dilation.width()};
        switch (auto) {
            case "NOTSET", "" -> {
                return pads.clone();
            }
            case "VALID" -> {
                return new long[pads.length];
            }
            case "SAME_UPPER", "SAME_LOWER" -> {
                long missingRows = missing(rows);
                long missingColumns = missing(columns);
                boolean lower = auto.equals("SAME_LOWER");
                long top = lower ? missingRows - missingRows / 2 : missingRows / 2;
                long left = lower ? missingColumns - missingColumns / 2 : missingColumns / 2;
                return isSequence
                        ? new long[] {left, missingColumns - left}
                        : new long[] {top, left, missingRows - top, missingColumns - left};
            }
            default ->
                throw new NodeRefusal("expects auto_pad NOTSET, VALID, SAME_UPPER or SAME_LOWER but got " + auto);
        }
    }

    /** How many elements of padding ⌈length / stride⌉ windows need. */
    private static long missing(long... along) {
        long length = along[0];
        long windows = (length + along[2] - 1) / along[2];
        return Math.max(0, (windows - 1) * along[2] + (along[1] - 1) * along[3] + 1 - length);
    }

    /** A number for each axis, or {@code times} of them. */
    static long[] read(OnnxCall call, int axes, String attribute, long otherwise, int times) {
        long[] values = call.attributes().list(attribute);
        if (values.length == 0) {
            values = new long[axes * times];
            Arrays.fill(values, otherwise);
        }
        if (values.length != axes * times) {
            throw new NodeRefusal(
                    "expects " + axes * times + " numbers as " + attribute + " but got " + Arrays.toString(values));
        }
        return values;
    }

    static Size size(long[] values, int row) {
        return values.length == 1 ? new Size(row, whole(values[0])) : new Size(whole(values[0]), whole(values[1]));
    }

    static int whole(long value) {
        if (value != (int) value) {
            throw new NodeRefusal("expects numbers that an int can hold but got " + value);
        }
        return (int) value;
    }
}
