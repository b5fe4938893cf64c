package io.github.bn4j.engine.onednn.internal.lowering;

import java.nio.FloatBuffer;

/**
 * Mean and variance of each channel, as exact as float32 numbers allow, in one pass: distances from a point nearby and their squares
 * are added up by halves (pairwise summation; Higham 2002, Accuracy and Stability of Numerical Algorithms, section 4.2) within some
 * thousand values, and in float64 beyond. The additions by halves have no order among themselves, so the JVM takes many at once.
 */
final class ChannelMoments {

    /** Values that are added up in float32: as many as stay in the nearest cache with what is made of them. */
    private static final int PIECE = 2048;

    private final ChannelRuns where;
    private final int most;
    private final float[] values;
    private final float[] others;
    private final float[] near;
    private final float[] sums;
    private final float[] squares;
    private final double[] sum;
    private final double[] square;
    private final double[] means;
    private final double[] variances;

    ChannelMoments(ChannelRuns where) {
        this.where = where;
        most = Math.max(1, Math.min(where.rows(), PIECE / where.lanes()));
        int size = most * where.lanes();
        values = new float[size];
        others = new float[size];
        near = new float[size];
        sums = new float[size];
        squares = new float[size];
        int channels = where.blocks() * where.lanes();
        sum = new double[channels];
        square = new double[channels];
        means = new double[channels];
        variances = new double[channels];
    }

    double mean(int channel) {
        return means[channel];
    }

    /** The biased variance. */
    double variance(int channel) {
        return variances[channel];
    }

    /**
     * Measures all channels.
     *
     * @param batch the values
     * @param points where the means may be, of {@code channels} channels
     */
    void measure(FloatBuffer batch, FloatBuffer points, int channels) {
        for (int block = 0; block < where.blocks(); block++) {
            int first = block * where.lanes();
            for (int lane = 0; lane < where.lanes(); lane++) {
                means[first + lane] = first + lane < channels ? points.get(first + lane) : 0;
            }
            if (around(block, batch)) {
                around(block, batch);
            }
        }
    }

    /* Says whether a mean was found farther than its deviation from where it was looked for, as the squares then cancel. */
    private boolean around(int block, FloatBuffer batch) {
        int lanes = where.lanes();
        int first = block * lanes;
        for (int i = 0; i < near.length; i++) {
            near[i] = (float) means[first + i % lanes];
        }
        for (int lane = 0; lane < lanes; lane++) {
            sum[first + lane] = 0;
            square[first + lane] = 0;
        }
        for (int run = 0; run < where.runs(); run++) {
            for (int row = 0; row < where.rows(); row += most) {
                int element = where.element(block, (long) run * where.rows() + row);
                addPiece(first, batch, element, Math.min(most, where.rows() - row));
            }
        }
        boolean isFar = false;
        for (int lane = 0; lane < lanes; lane++) {
            double distance = sum[first + lane] / where.count();
            means[first + lane] = near[lane] + distance;
            variances[first + lane] = Math.max(0, square[first + lane] / where.count() - distance * distance);
            isFar |= distance * distance > variances[first + lane];
        }
        return isFar;
    }

    private void addPiece(int first, FloatBuffer batch, int element, int rows) {
        int lanes = where.lanes();
        int half = rows / 2;
        int left = rows - half;
        batch.get(element, values, 0, left * lanes);
        batch.get(element + left * lanes, others, 0, half * lanes);
        addPairs(half * lanes);
        addSingles(half * lanes, left * lanes);
        while (left > 1) {
            half = left / 2;
            left -= half;
            fold(sums, left * lanes, half * lanes);
            fold(squares, left * lanes, half * lanes);
        }
        for (int lane = 0; lane < lanes; lane++) {
            sum[first + lane] += sums[lane];
            square[first + lane] += squares[lane];
        }
    }

    private void addPairs(int count) {
        for (int i = 0; i < count; i++) {
            float one = values[i] - near[i];
            float other = others[i] - near[i];
            sums[i] = one + other;
            squares[i] = one * one + other * other;
        }
    }

    private void addSingles(int from, int to) {
        for (int i = from; i < to; i++) {
            float one = values[i] - near[i];
            sums[i] = one;
            squares[i] = one * one;
        }
    }

    /* A copy, because a loop over one array at two places is not done many elements at once. */
    private void fold(float[] array, int from, int count) {
        System.arraycopy(array, from, others, 0, count);
        for (int i = 0; i < count; i++) {
            array[i] += others[i];
        }
    }
}
