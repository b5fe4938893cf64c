package io.github.bn4j.engine.onednn.internal.lowering;

import io.github.bn4j.engine.BatchStatistics;
import io.github.bn4j.engine.onednn.internal.binding.Layout;
import io.github.bn4j.engine.onednn.internal.plan.Buffer;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.RunningAverages;
import io.github.bn4j.graph.Statistics;
import io.github.bn4j.op.BatchNormalization;
import java.nio.FloatBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Batch normalisation of a few hundred features, with the ReLU behind it, as loops over rows: starting a primitive on
 * several threads would take longer. Sums are in double precision.
 */
final class SmallBatchNormalization implements Lowering.Backward {

    private static final int LARGEST = 1 << 15;

    private final FusedCall call;
    private final Compiler compiler;
    private final BatchNormalization op;
    private final int rows;
    private final double count;
    private final MergedMoments moments;
    private final int channels;
    private final boolean relu;
    private final Buffer x;
    private final Buffer y;
    private final @Nullable Buffer gamma;
    private final @Nullable Buffer beta;
    private final Buffer mean;
    private final Buffer variance;
    private final float[] values;
    private final float[] outputs;
    private final float[] gradients;
    private final double[] sums;
    private final double[] products;
    private final float[] centre;
    private final float[] rest;
    private final float[] spread;
    private final float[] inverse;
    private final float[] scale;
    private final float[] shift;

    /** Whether a call is one that loops are the fastest for: training on plain features by the statistics of the batch. */
    static boolean takes(FusedCall call, Compiler compiler) {
        BatchNormalization op = (BatchNormalization) call.op();
        return compiler.training()
                && op.statistics() instanceof Statistics.Batch
                && call.output().shape().rank() == 1
                && compiler.batch() * call.output().shape().size() <= LARGEST;
    }

    SmallBatchNormalization(FusedCall call, Compiler compiler) {
        this.call = call;
        this.compiler = compiler;
        op = (BatchNormalization) call.op();
        rows = compiler.batch();
        channels = (int) call.output().shape().dim(0);
        relu = call.activation() != null;
        values = new float[rows * channels];
        outputs = new float[rows * channels];
        gradients = new float[rows * channels];
        sums = new double[channels];
        products = new double[channels];
        centre = new float[channels];
        rest = new float[channels];
        spread = new float[channels];
        inverse = new float[channels];
        scale = new float[channels];
        shift = new float[channels];
        x = compiler.plain(call.input(0));
        y = compiler.plan().plain(rows, channels);
        gamma = call.node().scale().map(compiler::parameter).orElse(null);
        beta = call.node().shift().map(compiler::parameter).orElse(null);
        BatchStatistics measured = compiler.measure(call.node());
        mean = compiler.external(measured.mean());
        variance = compiler.external(measured.variance());
        count = measured.count();
        moments = new MergedMoments(
                compiler, compiler.parameter(call.node().parameter(RunningAverages.MEAN)), op.epsilon(), rows, count);
        compiler.plan().run(this::forward, x, y);
        compiler.define(call.output(), y);
    }

    private void forward() {
        x.floats().get(0, values);
        Arrays.fill(sums, 0);
        Arrays.fill(products, 0);
        for (int row = 0; row < rows; row++) {
            for (int c = 0; c < channels; c++) {
                sums[c] += values[row * channels + c];
            }
        }
        for (int c = 0; c < channels; c++) {
            sums[c] /= rows;
        }
        for (int row = 0; row < rows; row++) {
            for (int c = 0; c < channels; c++) {
                double distance = values[row * channels + c] - sums[c];
                products[c] += distance * distance;
            }
        }
        for (int c = 0; c < channels; c++) {
            products[c] /= rows;
        }
        if (compiler.sharesStatistics()) {
            moments.merge(sums, products);
        }
        fill(scale, gamma, 1);
        fill(shift, beta, 0);
        for (int c = 0; c < channels; c++) {
            spread[c] = (float) products[c];
            inverse[c] = (float) (1 / Math.sqrt(products[c] + op.epsilon()));
            centre[c] = (float) sums[c];
            rest[c] = (float) (sums[c] - centre[c]);
        }
        float lowest = relu ? 0 : Float.NEGATIVE_INFINITY;
        for (int row = 0; row < rows; row++) {
            for (int c = 0; c < channels; c++) {
                int i = row * channels + c;
                outputs[i] = Math.max(normalised(i, c) * scale[c] + shift[c], lowest);
            }
        }
        mean.floats().put(0, centre);
        variance.floats().put(0, spread);
        y.floats().put(0, outputs);
    }

    /* A mean far from 0 is rounded by more than what float32 can tell apart in the distances from it. */
    private float normalised(int index, int channel) {
        return (values[index] - centre[channel] - rest[channel]) * inverse[channel];
    }

    private static void fill(float[] array, @Nullable Buffer parameter, float otherwise) {
        if (parameter == null) {
            Arrays.fill(array, otherwise);
        } else {
            parameter.floats().get(0, array);
        }
    }

    @Override
    public void lower(Buffer gradient) {
        Buffer dy = compiler.plain(gradient);
        Buffer dx = compiler.plan().plain(rows, channels);
        Buffer dGamma = gradientOf(call.node().scale().orElse(null));
        Buffer dBeta = gradientOf(call.node().shift().orElse(null));
        compiler.plan()
                .run(() -> backward(dy.floats(), dx.floats(), dGamma.floats(), dBeta.floats()), dy, dx, dGamma, dBeta);
        compiler.gradient(call.input(0), dx);
        call.node().scale().ifPresent(parameter -> write(parameter, dGamma));
        call.node().shift().ifPresent(parameter -> write(parameter, dBeta));
    }

    private Buffer gradientOf(@Nullable Parameter parameter) {
        return parameter == null || !parameter.trainable()
                ? compiler.plan().plain(channels)
                : compiler.gradientOf(parameter, Layout.plain(compiler.resources(), channels));
    }

    private void write(Parameter parameter, Buffer gradient) {
        if (parameter.trainable()) {
            compiler.parameterGradient(parameter, gradient, gradient.layout);
        }
    }

    private void backward(FloatBuffer dy, FloatBuffer dx, FloatBuffer dGamma, FloatBuffer dBeta) {
        dy.get(0, gradients);
        Arrays.fill(sums, 0);
        Arrays.fill(products, 0);
        for (int row = 0; row < rows; row++) {
            for (int c = 0; c < channels; c++) {
                int i = row * channels + c;
                if (relu && outputs[i] <= 0) {
                    gradients[i] = 0;
                }
                sums[c] += gradients[i];
                products[c] += (double) gradients[i] * normalised(i, c);
            }
        }
        float[] sum = new float[channels];
        float[] product = new float[channels];
        for (int c = 0; c < channels; c++) {
            sum[c] = (float) sums[c];
            product[c] = (float) products[c];
        }
        dBeta.put(0, sum);
        dGamma.put(0, product);
        double[] both = Arrays.copyOf(sums, 2 * channels);
        System.arraycopy(products, 0, both, channels, channels);
        compiler.part().addUp(both);
        for (int c = 0; c < channels; c++) {
            sum[c] = (float) both[c] / (float) count;
            product[c] = (float) both[channels + c] / (float) count;
        }
        for (int row = 0; row < rows; row++) {
            for (int c = 0; c < channels; c++) {
                int i = row * channels + c;
                gradients[i] = (gradients[i] - sum[c] - normalised(i, c) * product[c]) * scale[c] * inverse[c];
            }
        }
        dx.put(0, gradients);
    }
}
