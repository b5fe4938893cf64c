package io.github.bn4j.op;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Ranges.checkFinite;

import io.github.bn4j.graph.Call;
import io.github.bn4j.graph.DefaultValue;
import io.github.bn4j.graph.Formerly;
import io.github.bn4j.graph.Gradients;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Operands;
import io.github.bn4j.graph.ScaleEffect;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.ShapeException;
import io.github.bn4j.graph.Shift;
import io.github.bn4j.graph.ShiftEffect;
import java.util.List;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Puts a border around {@code x [channels, height, width]}: the output is {@code [channels, top + height + bottom, left +
 * width + right]}. A sequence {@code [channels, length]} is an image of one row, with nothing above and below it.
 *
 * @param top rows above the image
 * @param bottom rows below it
 * @param left columns left of it
 * @param right columns right of it
 * @param mode what the border is made of
 * @param value the number of a {@link Mode#CONSTANT} border; 0 for all others
 */
public record SpatialPadding(int top, int bottom, int left, int right, Mode mode, @DefaultValue("0.0") double value)
        implements Op {

    /** What a border is made of. */
    public enum Mode {
        /** One number. */
        @Formerly("ZERO")
        CONSTANT,
        /** The outermost rows and columns, repeated: {@code a a | a b c | c c}. */
        EDGE,
        /** The image mirrored at its outermost rows and columns, which are not repeated: {@code c b | a b c | b a}. */
        REFLECT
    }

    /* A border of the image's own elements is made in two passes, rows first and columns second, so that the corners come from the rows
     * that are already there. Each pass reads the image and writes the border, so backward adds the border to the image in
     * the opposite order. */

    public SpatialPadding {
        checkArgument(
                top >= 0 && bottom >= 0 && left >= 0 && right >= 0,
                "SpatialPadding expects padding of at least 0 but got top %s, bottom %s, left %s, right %s",
                top,
                bottom,
                left,
                right);
        checkFinite("SpatialPadding", "value", value);
        checkArgument(
                value == 0 || mode == Mode.CONSTANT,
                "SpatialPadding expects value 0 for a border %s but got %s",
                mode,
                value);
    }

    /** A border without a number of its own; a constant one is of zeros. */
    public SpatialPadding(int top, int bottom, int left, int right, Mode mode) {
        this(top, bottom, left, right, mode, 0);
    }

    @Override
    public Optional<Operands> operands() {
        return Optional.of(Operands.of(1));
    }

    @Override
    public Shape outputShape(List<Shape> inputs, List<Shape> parameters) {
        Shape x = inputs.get(0);
        Shape image = Sequences.image(x, rows());
        if (mode == Mode.REFLECT && (Math.max(top, bottom) >= image.dim(1) || Math.max(left, right) >= image.dim(2))) {
            throw ShapeException.expected(
                    "an image larger than its reflected border top " + top + ", bottom " + bottom + ", left " + left
                            + ", right " + right,
                    x,
                    "use a smaller border or zeros");
        }
        Shape padded = Shape.of(
                x.dim(0),
                Math.addExact(image.dim(1), (long) top + bottom),
                Math.addExact(image.dim(2), (long) left + right));
        return Sequences.like(x, padded);
    }

    private Sliding rows() {
        return Sliding.BY_ONE.padded(top, bottom);
    }

    @Override
    public INDArray forward(Call call) {
        INDArray x = Sequences.images(call.input(0));
        Shape padded = Sequences.image(call.outputShape(), rows());
        INDArray y = Nd4j.valueArrayOf(padded.batched(call.batch()), value, x.dataType());
        image(y, x).assign(x);
        if (mode != Mode.CONSTANT) {
            border(y, 2, top, bottom, false);
            border(y, 3, left, right, false);
        }
        return Sequences.like(call.input(0), y);
    }

    @Override
    public Gradients backward(Call call, INDArray dy) {
        INDArray images = Sequences.images(dy);
        INDArray whole = Views.readable(images);
        if (mode != Mode.CONSTANT) {
            whole = images.dup('c');
            border(whole, 3, left, right, true);
            border(whole, 2, top, bottom, true);
        }
        INDArray dx = image(whole, Sequences.images(call.input(0))).dup('c');
        return Gradients.of(Sequences.like(call.input(0), dx));
    }

    private INDArray image(INDArray padded, INDArray x) {
        return Views.window(padded, top, x.size(2), left, x.size(3));
    }

    /** Copies the image to its border along an axis, or adds the border to the image. The array is modified. */
    private void border(INDArray padded, int axis, int before, int after, boolean add) {
        long step = mode == Mode.REFLECT ? 1 : 0;
        long last = padded.size(axis) - after - 1;
        for (int distance = 1; distance <= before; distance++) {
            mirror(padded, axis, before + step * distance, before - distance, add);
        }
        for (int distance = 1; distance <= after; distance++) {
            mirror(padded, axis, last - step * distance, last + distance, add);
        }
    }

    private static void mirror(INDArray padded, int axis, long inside, long border, boolean add) {
        INDArray source = Views.interval(padded, axis, inside, inside + 1);
        INDArray mirrored = Views.interval(padded, axis, border, border + 1);
        if (add) {
            source.addi(mirrored);
        } else {
            mirrored.assign(source);
        }
    }

    @Override
    public ScaleEffect scaleEffect(int input) {
        return value == 0 ? ScaleEffect.PASSES : ScaleEffect.BLOCKED;
    }

    @Override
    public ShiftEffect shiftEffect(int input, Shift shift, List<Shape> inputs, List<Shape> parameters) {
        boolean pads = (top | bottom | left | right) > 0;
        return mode == Mode.CONSTANT && pads
                ? ShiftEffect.yields(
                        Shift.PER_POSITION,
                        "pads with " + (value == 0 ? "zeros" : "constants") + ", which are not shifted with the image")
                : ShiftEffect.yields(shift, "copies elements without changing them");
    }
}
