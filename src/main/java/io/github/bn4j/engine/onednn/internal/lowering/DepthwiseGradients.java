package io.github.bn4j.engine.onednn.internal.lowering;

import io.github.bn4j.engine.onednn.internal.binding.ChannelOrder;
import io.github.bn4j.engine.onednn.internal.binding.ConvolutionPass.Geometry;
import io.github.bn4j.engine.onednn.internal.binding.ElementType;
import io.github.bn4j.engine.onednn.internal.binding.Layout;
import io.github.bn4j.engine.onednn.internal.binding.Primitive;
import io.github.bn4j.engine.onednn.internal.binding.Threads;
import io.github.bn4j.engine.onednn.internal.choice.ConvolutionChoice;
import io.github.bn4j.engine.onednn.internal.plan.Buffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The gradients of a convolution of each channel by itself, as loops over channels that lie side by side. oneDNN has such loops
 * too, but not for an image that is smaller than the kernel reaches, nor with dilation, where it multiplies matrices for each
 * channel, in 5 to 50 times the time.
 */
final class DepthwiseGradients {

    /** These run on one thread; as many others multiply matrices as fast, but for small images. */
    private static final int MANY_THREADS = 8;

    private static final long SMALL_IMAGE = 16;

    /** A number of the kernel, and places of image and output that it connects. */
    private record Tap(int weight, int input, int output) {}

    private final Compiler compiler;
    /** How these want the image. */
    final Layout images;

    private final Layout outputs;
    private final int examples;
    private final int channels;
    private final List<Tap> taps;
    /* A row of channels for each place of an example and for each number of the kernel. */
    private final float[][] x;
    private final float[][] y;
    private final float[][] weights;
    private final float[][] ofExample;

    DepthwiseGradients(Compiler compiler, Geometry geometry) {
        this.compiler = compiler;
        images = Layout.images(compiler.resources(), ElementType.FLOAT32, ChannelOrder.LAST, geometry.in());
        outputs = Layout.images(compiler.resources(), ElementType.FLOAT32, ChannelOrder.LAST, geometry.out());
        examples = (int) geometry.in()[0];
        channels = (int) geometry.in()[1];
        taps = taps(geometry);
        x = rows(geometry.in(), 2);
        y = rows(geometry.out(), 2);
        weights = rows(geometry.weights(), 3);
        ofExample = rows(geometry.weights(), 3);
    }

    private float[][] rows(long[] dims, int from) {
        return new float[(int) Arrays.stream(dims).skip(from).reduce(1, (a, b) -> a * b)][channels];
    }

    /** Whether these are to do what a compiled gradient would do by a product of matrices for each channel. */
    static boolean replace(Primitive gradient, Geometry geometry) {
        boolean small = geometry.out()[2] * geometry.out()[3] <= SMALL_IMAGE;
        return !geometry.transposed()
                && ConvolutionChoice.isGroupByGroup(gradient, geometry)
                && geometry.groups() == geometry.in()[1]
                && geometry.groups() == geometry.out()[1]
                && (small || Threads.current() < MANY_THREADS);
    }

    private static List<Tap> taps(Geometry geometry) {
        List<Tap> taps = List.of(new Tap(0, 0, 0));
        for (int axis = 0; axis < geometry.strides().length; axis++) {
            int kernel = (int) geometry.weights()[axis + 3];
            int length = (int) geometry.in()[axis + 2];
            int made = (int) geometry.out()[axis + 2];
            List<Tap> along = new ArrayList<>();
            for (Tap tap : taps) {
                for (int output = 0; output < made; output++) {
                    for (int weight = 0; weight < kernel; weight++) {
                        long at = geometry.place(axis, output, weight);
                        if (at >= 0 && at < length) {
                            along.add(new Tap(
                                    tap.weight * kernel + weight,
                                    tap.input * length + (int) at,
                                    tap.output * made + output));
                        }
                    }
                }
            }
            taps = along;
        }
        return taps;
    }

    /**
     * Adds the step for the gradient by the image.
     *
     * @param w the weights as they are stored
     */
    Buffer byImage(Buffer gradient, Buffer w) {
        Buffer dy = compiler.in(gradient, outputs);
        Buffer dx = compiler.plan().buffer(images);
        compiler.plan().run(() -> byImage(dy.floats(), w.floats(), dx.floats()), dy, w, dx);
        return dx;
    }

    private void byImage(FloatBuffer dy, FloatBuffer w, FloatBuffer dx) {
        for (int i = 0; i < w.limit(); i++) {
            weights[i % weights.length][i / weights.length] = w.get(i);
        }
        for (int example = 0; example < examples; example++) {
            read(dy, example, y);
            clear(x);
            for (Tap tap : taps) {
                multiplyAndAdd(y[tap.output], weights[tap.weight], x[tap.input]);
            }
            for (int place = 0; place < x.length; place++) {
                dx.put((example * x.length + place) * channels, x[place]);
            }
        }
    }

    /**
     * Adds the step for the gradients by weights and bias.
     *
     * @param image laid out as {@link #images} says
     * @param store how the weights are stored
     * @param db where the latter goes; null if there is no bias
     * @return the former, laid out as the weights are stored
     */
    Buffer byWeights(Buffer image, Buffer gradient, Layout store, @Nullable Buffer db) {
        Buffer dy = compiler.in(gradient, outputs);
        Buffer dw = compiler.plan().buffer(store);
        compiler.plan().run(() -> byWeights(image.floats(), dy.floats(), dw.floats()), image, dy, dw);
        if (db != null) {
            compiler.plan().run(() -> byBias(dy.floats(), db.floats()), dy, db);
        }
        return dw;
    }

    private void byWeights(FloatBuffer image, FloatBuffer dy, FloatBuffer dw) {
        clear(weights);
        for (int example = 0; example < examples; example++) {
            read(image, example, x);
            read(dy, example, y);
            clear(ofExample);
            for (Tap tap : taps) {
                multiplyAndAdd(x[tap.input], y[tap.output], ofExample[tap.weight]);
            }
            for (int weight = 0; weight < weights.length; weight++) {
                add(ofExample[weight], weights[weight]);
            }
        }
        for (int i = 0; i < dw.limit(); i++) {
            dw.put(i, weights[i % weights.length][i / weights.length]);
        }
    }

    private void byBias(FloatBuffer dy, FloatBuffer db) {
        float[] sum = new float[channels];
        float[] sumOfExample = new float[channels];
        for (int example = 0; example < examples; example++) {
            read(dy, example, y);
            Arrays.fill(sumOfExample, 0);
            for (float[] row : y) {
                add(row, sumOfExample);
            }
            add(sumOfExample, sum);
        }
        db.put(0, sum);
    }

    private void read(FloatBuffer from, int example, float[][] rows) {
        for (int place = 0; place < rows.length; place++) {
            from.get((example * rows.length + place) * channels, rows[place]);
        }
    }

    private static void clear(float[][] rows) {
        for (float[] row : rows) {
            Arrays.fill(row, 0);
        }
    }

    /* Arrays of their own and one index for all: only so does the virtual machine use vectors. */
    private static void multiplyAndAdd(float[] a, float[] b, float[] sum) {
        for (int channel = 0; channel < sum.length; channel++) {
            sum[channel] += a[channel] * b[channel];
        }
    }

    private static void add(float[] more, float[] sum) {
        for (int channel = 0; channel < sum.length; channel++) {
            sum[channel] += more[channel];
        }
    }
}
