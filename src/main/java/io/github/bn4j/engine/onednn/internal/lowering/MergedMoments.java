package io.github.bn4j.engine.onednn.internal.lowering;

import io.github.bn4j.engine.onednn.internal.plan.Buffer;
import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * Mean and variance of each channel over all parts of a batch, from those of this part. In one call: sums of distances from the running
 * mean, which is the same everywhere, and of their squares (shifted data; Chan, Golub and LeVeque 1983, Algorithms for Computing the
 * Sample Variance). Only where a mean is found so far from there that the squares would cancel in float64 there is a second call, for
 * the squares about that mean; as all see the same sums, all make it.
 */
final class MergedMoments {

    /** How much larger a square of a distance may be than the variance: float64 leaves ten digits of the variance then. */
    private static final double FAR = 1e6;

    private final Compiler compiler;
    private final Buffer runningMean;
    private final double epsilon;
    private final double own;
    private final double all;
    private final int channels;
    private final float[] points;

    /**
     * Moments of a batch normalisation.
     *
     * @param runningMean where to look for the means
     * @param own how many values of each channel this part has
     * @param all how many the parts have together
     */
    MergedMoments(Compiler compiler, Buffer runningMean, double epsilon, double own, double all) {
        this.compiler = compiler;
        this.runningMean = runningMean;
        this.epsilon = epsilon;
        this.own = own;
        this.all = all;
        channels = (int) runningMean.layout.elements();
        points = new float[channels];
    }

    /** Where the means may be; finite. */
    FloatBuffer points() {
        runningMean.floats().get(0, points);
        for (int c = 0; c < channels; c++) {
            points[c] = Float.isFinite(points[c]) ? points[c] : 0;
        }
        return FloatBuffer.wrap(points);
    }

    /**
     * Merges the moments of all parts.
     *
     * @param means of this part; of all parts afterwards
     * @param variances the biased ones, likewise
     */
    void merge(double[] means, double[] variances) {
        points();
        double[] sums = new double[2 * channels];
        for (int c = 0; c < channels; c++) {
            double distance = means[c] - points[c];
            sums[c] = own * distance;
            sums[channels + c] = own * (variances[c] + distance * distance);
        }
        compiler.part().addUp(sums);
        boolean isFar = false;
        double[] common = new double[channels];
        double[] spread = new double[channels];
        for (int c = 0; c < channels; c++) {
            double distance = sums[c] / all;
            common[c] = points[c] + distance;
            spread[c] = Math.max(0, sums[channels + c] / all - distance * distance);
            isFar |= distance * distance > FAR * (spread[c] + epsilon);
        }
        if (isFar) {
            for (int c = 0; c < channels; c++) {
                double distance = means[c] - common[c];
                spread[c] = own * (variances[c] + distance * distance);
            }
            compiler.part().addUp(spread);
            Arrays.setAll(spread, c -> spread[c] / all);
        }
        System.arraycopy(common, 0, means, 0, channels);
        System.arraycopy(spread, 0, variances, 0, channels);
    }
}
