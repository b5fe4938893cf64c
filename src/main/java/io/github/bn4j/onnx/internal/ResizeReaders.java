package io.github.bn4j.onnx.internal;

import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.Resizing;
import io.github.bn4j.op.Upsampling;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import onnx.Onnx.NodeProto;
import org.jspecify.annotations.Nullable;

/** Operators that make images and sequences larger or smaller. */
final class ResizeReaders {

    private static final double NEAR = 1e-5;

    private ResizeReaders() {}

    static Operand resize(OnnxCall call) {
        Attributes attributes = call.attributes();
        boolean isUpsample = call.operator().equals("Upsample");
        boolean first = isUpsample || call.opset() < 11;
        String mode = attributes.text("mode", "nearest");
        String coordinates = attributes.text("coordinate_transformation_mode", first ? "asymmetric" : "half_pixel");
        String nearest = attributes.text("nearest_mode", first ? "floor" : "round_prefer_floor");
        attributes.ignore("extrapolation_value", "cubic_coeff_a", "exclude_outside");
        if (attributes.flag("antialias", false)) {
            throw new NodeRefusal("expects antialias 0 but got 1");
        }
        Signal x = call.signal(0);
        if (x.rank() != 3 && x.rank() != 4) {
            throw new NodeRefusal(
                    "expects input [batch, channels, height, width] or [batch, channels, length] but got " + x);
        }
        double[] scales = new double[x.rank()];
        Arrays.fill(scales, 1);
        long[] sizes = LongStream.concat(LongStream.of(Constant.BATCH), LongStream.of(x.dims()))
                .toArray();
        read(call, first, scales, sizes);
        boolean isBatchKept = scales[0] == 1 && scales[place(x, 0)] == 1;
        if (!isBatchKept) {
            throw new NodeRefusal(
                    "expects other numbers of rows and columns only but got factors " + Arrays.toString(scales));
        }
        boolean isSequence = x.rank() == 3;
        Shape shape = x.value().shape();
        int columns = place(x, x.rank() - 2);
        int height = isSequence ? 1 : OnnxWindow.whole(sizes[place(x, 1)]);
        int width = OnnxWindow.whole(sizes[columns]);
        int oldHeight = isSequence ? 1 : OnnxWindow.whole(shape.dim(1));
        int oldWidth = OnnxWindow.whole(shape.dim(x.rank() - 2));
        if ((long) height * oldHeight > Constant.MOST_WHOLE || (long) width * oldWidth > Constant.MOST_WHOLE) {
            throw new NodeRefusal("expects images of a few thousand rows and columns but got " + height + "×" + width);
        }
        ResizePlaces places = new ResizePlaces(mode, coordinates, nearest);
        double[] wantedRows = places.weights(height, oldHeight, isSequence ? 1 : scales[place(x, 1)]);
        double[] wantedColumns = places.weights(width, oldWidth, scales[columns]);
        for (Resizing.Mode known : Resizing.Mode.values()) {
            if (areNear(wantedRows, known.weights(height, oldHeight))
                    && areNear(wantedColumns, known.weights(width, oldWidth))) {
                Value image = isSequence ? call.reshaped(x.value(), shape.dim(0), 1, oldWidth) : x.value();
                Value resized = resized(call, image, height, width, known);
                return x.with(isSequence ? call.reshaped(resized, shape.dim(0), width) : resized);
            }
        }
        throw new NodeRefusal("expects pixels from where layers of this library have them but got mode " + mode + ", "
                + coordinates + (mode.equals("nearest") ? ", " + nearest : "")
                + "; export it with half_pixel or align_corners, or nearest by whole factors");
    }

    /** The axis in the file of an axis of the example. */
    private static int place(Signal x, int axis) {
        return 1 + (x.isInOrder() ? axis : x.order().indexOf(axis));
    }

    private static Value resized(OnnxCall call, Value image, int height, int width, Resizing.Mode mode) {
        long oldHeight = image.shape().dim(1);
        long oldWidth = image.shape().dim(2);
        boolean isWhole = height % oldHeight == 0 && width % oldWidth == 0 && height / oldHeight == width / oldWidth;
        return isWhole && mode == Resizing.Mode.NEAREST
                ? call.apply(new Upsampling((int) (height / oldHeight)), image)
                : call.apply(new Resizing(height, width, mode), image);
    }

    private static void read(OnnxCall call, boolean first, double[] scales, long... sizes) {
        double[] told = call.attributes().numbers("scales");
        int at = first ? 1 : 2;
        if (told.length == 0 && call.has(at)) {
            told = Arrays.stream(call.constant(at).doubles())
                    .map(value -> Attributes.shortest((float) value))
                    .toArray();
        }
        long[] axes = call.attributes().list("axes");
        if (axes.length == 0) {
            axes = LongStream.range(0, scales.length).toArray();
        }
        long[] wanted = !first && told.length == 0 && call.has(3) ? OnnxCall.whole(call.constant(3)) : new long[0];
        if (Math.max(told.length, wanted.length) != axes.length) {
            throw new NodeRefusal("expects a factor or size for each of " + axes.length + " axes but got "
                    + (wanted.length > 0 ? Arrays.toString(wanted) : Arrays.toString(told)));
        }
        if (!call.attributes().text("keep_aspect_ratio_policy", "stretch").equals("stretch")) {
            throw new NodeRefusal("expects keep_aspect_ratio_policy stretch");
        }
        for (int i = 0; i < axes.length; i++) {
            int axis = (int) (axes[i] < 0 ? axes[i] + scales.length : axes[i]);
            if (axis < 0 || axis >= scales.length) {
                throw new NodeRefusal(
                        "expects axes from 0 to " + (scales.length - 1) + " but got " + Arrays.toString(axes));
            }
            if (wanted.length == 0) {
                scales[axis] = told[i];
                sizes[axis] = axis == 0 ? Constant.BATCH : (long) Math.floor(told[i] * sizes[axis]);
            } else if (axis > 0) {
                scales[axis] = (double) wanted[i] / sizes[axis];
                sizes[axis] = wanted[i];
            } else if (wanted[i] != Constant.BATCH && wanted[i] != call.names().batch()) {
                throw new NodeRefusal("expects the batch to stay as it is but got sizes " + Arrays.toString(wanted));
            }
            if (axis > 0 && sizes[axis] < 1) {
                throw new NodeRefusal("expects images of at least 1×1 but got sizes " + Arrays.toString(sizes));
            }
        }
    }

    private static boolean areNear(double[] first, double... second) {
        return IntStream.range(0, first.length).allMatch(i -> Math.abs(first[i] - second[i]) <= NEAR);
    }

    /** Rows by weights, columns by weights: two products with constant matrices, which is how resizing by any weights is written. */
    static Operand product(OnnxCall call) {
        Constant rows = call.constant(0);
        @Nullable NodeProto inner = call.names().producer(call.input(1));
        Optional<Operand> found = Optional.empty();
        if (inner != null
                && inner.getOpType().equals("MatMul")
                && inner.getInputCount() == 2
                && call.names().operand(inner.getInput(0)) instanceof Signal x
                && call.names().operand(inner.getInput(1)) instanceof Constant columns
                && x.rank() == 4
                && x.isInOrder()
                && rows.rank() == 2
                && columns.rank() == 2) {
            found = resized(call, x, rows, columns);
        }
        return found.orElseThrow(() -> new NodeRefusal(
                "expects the signal as the first factor, or the matrices of a resized image, but got " + rows));
    }

    private static Optional<Operand> resized(OnnxCall call, Signal x, Constant rows, Constant columns) {
        int height = (int) rows.dims()[0];
        int width = (int) columns.dims()[1];
        int oldHeight = (int) x.dims()[1];
        int oldWidth = (int) x.dims()[2];
        double[] byRow = rows.doubles();
        double[] byColumn = Constant.of(columns.floats().transpose().dup('c'), columns.name())
                .doubles();
        for (Resizing.Mode mode : Resizing.Mode.values()) {
            if (byRow.length == height * oldHeight
                    && byColumn.length == width * oldWidth
                    && areNear(byRow, mode.weights(height, oldHeight))
                    && areNear(byColumn, mode.weights(width, oldWidth))) {
                return Optional.of(Signal.of(call.apply(new Resizing(height, width, mode), x.value())));
            }
        }
        return Optional.empty();
    }
}
