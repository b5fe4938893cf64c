package io.github.bn4j.onnx.internal;

import io.github.bn4j.graph.Value;
import io.github.bn4j.op.Slicing;
import io.github.bn4j.op.SpatialPadding;
import io.github.bn4j.op.Transposition;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** The operator that puts rows and columns around images, or takes them away. */
final class PadReader {

    private PadReader() {}

    static Operand pad(OnnxCall call) {
        Signal x = call.signal(0);
        long[] told = call.list(1, call.attributes().has("paddings") ? "paddings" : "pads")
                .orElseThrow(() -> new NodeRefusal("expects pads but got none"));
        double value = call.number(2, "value", 0);
        String mode = call.attributes().text("mode", "constant");
        int rank = x.rank();
        long[] axes = call.optional(3)
                .map(OnnxCall::whole)
                .orElse(LongStream.range(0, rank).toArray());
        if (told.length != 2 * axes.length) {
            throw new NodeRefusal("expects " + 2 * axes.length + " pads but got " + Arrays.toString(told));
        }
        long[] pads = new long[2 * rank];
        for (int i = 0; i < axes.length; i++) {
            int axis = (int) (axes[i] < 0 ? axes[i] + rank : axes[i]);
            if (axis < 0 || axis >= rank) {
                throw new NodeRefusal("expects axes of input " + x + " but got " + Arrays.toString(axes));
            }
            pads[axis] = told[i];
            pads[rank + axis] = told[axes.length + i];
        }
        if (Arrays.stream(pads).allMatch(pad -> pad == 0)) {
            return x;
        }
        int spatial = rank - 2;
        boolean ofChannels = mode.equals("constant")
                && pads[0] == 0
                && pads[rank] == 0
                && rank > 1
                && pads[1] >= 0
                && pads[rank + 1] >= 0
                && (pads[1] > 0 || pads[rank + 1] > 0);
        if (ofChannels && IntStream.range(2, rank).allMatch(axis -> pads[axis] == 0 && pads[rank + axis] == 0)) {
            return longer(call, x, 1, OnnxWindow.whole(pads[1]), OnnxWindow.whole(pads[rank + 1]), value);
        }
        boolean inside = spatial >= 1
                && spatial <= 2
                && IntStream.of(0, 1, rank, rank + 1).allMatch(i -> pads[i] == 0);
        if (!inside) {
            throw new NodeRefusal(
                    "expects pads of rows and columns of images but got " + Arrays.toString(pads) + " for input " + x);
        }
        Value image = OnnxWindow.images(call);
        if (mode.equals("constant")
                && value == Double.NEGATIVE_INFINITY
                && Arrays.stream(pads).allMatch(pad -> pad >= 0)) {
            return new Operand.Surrounded(
                    Signal.of(image),
                    LongStream.concat(Arrays.stream(pads, 2, rank), Arrays.stream(pads, rank + 2, 2 * rank))
                            .boxed()
                            .toList());
        }
        int top = spatial == 2 ? OnnxWindow.whole(pads[2]) : 0;
        int left = OnnxWindow.whole(pads[rank - 1]);
        int bottom = spatial == 2 ? OnnxWindow.whole(pads[rank + 2]) : 0;
        int right = OnnxWindow.whole(pads[2 * rank - 1]);
        Value rows = spatial == 2 ? cropped(call, image, 1, top, bottom) : image;
        Value cropped = cropped(call, rows, spatial, left, right);
        SpatialPadding padding = new SpatialPadding(
                Math.max(0, top),
                Math.max(0, bottom),
                Math.max(0, left),
                Math.max(0, right),
                mode(mode),
                mode.equals("constant") ? value : 0);
        return Signal.of(call.apply(padding, cropped));
    }

    /** A signal with a constant of one number in front of it, or behind it, along an axis. */
    static Signal beside(OnnxCall call, Signal x, int axis, Constant constant, boolean inFront) {
        long[] dims = x.dims();
        boolean fits = !constant.isWhole() && constant.rank() == x.rank() && constant.isAll(constant.doubles()[0]);
        for (int i = 1; fits && i < x.rank(); i++) {
            fits = i == axis || constant.dims()[i] == dims[i - 1];
        }
        if (!fits) {
            throw new NodeRefusal(
                    "expects input that differs per example, or one number beside " + x + ", but got " + constant);
        }
        int count = OnnxWindow.whole(constant.dims()[axis]);
        return longer(call, x, axis, inFront ? count : 0, inFront ? 0 : count, constant.doubles()[0]);
    }

    /* Rows can be longer; another axis is put in their place before, and back behind. */
    private static Signal longer(OnnxCall call, Signal x, int axis, int before, int after, double value) {
        int own = x.axis(axis);
        long[] dims = x.value().shape().dims();
        if (dims.length > 3) {
            throw new NodeRefusal("expects input of at most 4 axes but got " + x);
        }
        long[] image = new long[] {1, 1, 1};
        System.arraycopy(dims, 0, image, 3 - dims.length, dims.length);
        int place = own + 3 - dims.length;
        List<Integer> swapped = place == 1 ? List.of(0, 1, 2) : place == 0 ? List.of(1, 0, 2) : List.of(0, 2, 1);
        Value rows = dims.length == 3 ? x.value() : call.reshaped(x.value(), image);
        Value turned = place == 1 ? rows : call.apply(new Transposition(swapped), rows);
        Value padded = call.apply(new SpatialPadding(before, after, 0, 0, SpatialPadding.Mode.CONSTANT, value), turned);
        Value back = place == 1 ? padded : call.apply(new Transposition(swapped), padded);
        long[] longer = dims.clone();
        longer[own] = dims[own] + before + after;
        return x.with(dims.length == 3 ? back : call.reshaped(back, longer));
    }

    private static SpatialPadding.Mode mode(String mode) {
        for (SpatialPadding.Mode known : SpatialPadding.Mode.values()) {
            if (known.name().toLowerCase(Locale.ROOT).equals(mode)) {
                return known;
            }
        }
        throw new NodeRefusal("expects mode constant, edge or reflect but got " + mode);
    }

    /** Negative padding takes rows or columns away. */
    private static Value cropped(OnnxCall call, Value image, int axis, int before, int after) {
        if (before >= 0 && after >= 0) {
            return image;
        }
        long length = image.shape().dim(axis);
        return call.apply(
                new Slicing(axis, Math.max(0, -before), OnnxWindow.whole(length + Math.min(0, after))), image);
    }
}
