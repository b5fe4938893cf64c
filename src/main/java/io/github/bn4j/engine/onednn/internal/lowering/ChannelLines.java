package io.github.bn4j.engine.onednn.internal.lowering;

import java.nio.FloatBuffer;

/** Takes from values {@code level + slope (x − centre)}, a line for each channel, in loops that the JVM does many elements at once of. */
final class ChannelLines {

    /** Values that are looked at together: as many as stay in the nearest cache. */
    private static final int PIECE = 2048;

    private final ChannelRuns where;
    private final int most;
    private final float[] x;
    private final float[] y;
    private final float[] centre;
    private final float[] slope;
    private final float[] level;

    ChannelLines(ChannelRuns where) {
        this.where = where;
        most = Math.max(1, Math.min(where.rows(), PIECE / where.lanes()));
        int size = most * where.lanes();
        x = new float[size];
        y = new float[size];
        centre = new float[size];
        slope = new float[size];
        level = new float[size];
    }

    /**
     * Takes the lines away.
     *
     * @param from the values of x
     * @param to the values of another tensor laid out alike. Modified.
     * @param centres one per channel
     * @param slopes one per channel
     * @param levels one per channel
     */
    void subtract(FloatBuffer from, FloatBuffer to, float[] centres, float[] slopes, float[] levels) {
        for (int block = 0; block < where.blocks(); block++) {
            spread(block, centres, centre);
            spread(block, slopes, slope);
            spread(block, levels, level);
            for (int run = 0; run < where.runs(); run++) {
                for (int row = 0; row < where.rows(); row += most) {
                    int element = where.element(block, (long) run * where.rows() + row);
                    int length = Math.min(most, where.rows() - row) * where.lanes();
                    from.get(element, x, 0, length);
                    to.get(element, y, 0, length);
                    subtract(length);
                    to.put(element, y, 0, length);
                }
            }
        }
    }

    private void spread(int block, float[] ofChannels, float[] ofValues) {
        int first = block * where.lanes();
        for (int i = 0; i < ofValues.length; i++) {
            int channel = first + i % where.lanes();
            ofValues[i] = channel < ofChannels.length ? ofChannels[channel] : 0;
        }
    }

    private void subtract(int length) {
        for (int i = 0; i < length; i++) {
            y[i] -= level[i] + slope[i] * (x[i] - centre[i]);
        }
    }
}
