package io.github.bn4j.engine.onednn.internal.lowering;

import java.nio.FloatBuffer;

/**
 * Whether some channel seems to have many equal values, as the background of images and what a ReLU leaves have. A sum in float32
 * rounds each of them alike, so that its errors add up instead of cancelling; zeros are added exactly.
 */
final class EqualValues {

    /** Values of each channel that are looked at; a quarter of a channel that are equal are seen in 97 of 100 cases. */
    private static final int LOOKS = 24;

    /** Fewer values have no sum that is far off. */
    private static final int FEW = 4096;

    /** Steps by the golden ratio spread the rows that are looked at, whatever the period of the values. */
    private static final double GOLDEN = 0.6180339887498949;

    private final ChannelRuns where;
    private final float[][] seen;

    EqualValues(ChannelRuns where) {
        this.where = where;
        seen = new float[LOOKS][where.lanes()];
    }

    boolean in(FloatBuffer batch) {
        if (where.count() < FEW) {
            return false;
        }
        for (int block = 0; block < where.blocks(); block++) {
            for (int i = 0; i < LOOKS; i++) {
                double share = i * GOLDEN;
                long row = (long) ((share - Math.floor(share)) * where.count());
                batch.get(where.element(block, row), seen[i]);
            }
            for (int lane = 0; lane < where.lanes(); lane++) {
                if (isRepeated(lane)) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean isRepeated(int lane) {
        for (int i = 1; i < LOOKS; i++) {
            float value = seen[i][lane];
            for (int k = 0; k < i; k++) {
                if (value == seen[k][lane] && value != 0) {
                    return true;
                }
            }
        }
        return false;
    }
}
