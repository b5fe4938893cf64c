package io.github.bn4j.spark.internal.mesh;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;

/** Elements of 8 bytes, which are added up in float64. */
final class DoubleElements implements Elements {

    private final DoubleBuffer values;
    private final double[] sum = new double[BLOCK];
    private final double[] summand = new double[BLOCK];

    /** Those from position to limit. */
    DoubleElements(DoubleBuffer values) {
        this.values = values.slice();
    }

    @Override
    public MessageHeader.Kind kind() {
        return MessageHeader.Kind.DOUBLES;
    }

    @Override
    public int width() {
        return Double.BYTES;
    }

    @Override
    public int count() {
        return values.limit();
    }

    @Override
    public void write(int from, int to, ByteBuffer target) {
        view(target).put(0, values, from, to - from);
    }

    @Override
    public void read(int from, int to, ByteBuffer source) {
        values.put(from, view(source), 0, to - from);
    }

    @Override
    public void sum(int from, int to, ByteBuffer[] summands) {
        DoubleBuffer[] views = new DoubleBuffer[summands.length];
        for (int rank = 0; rank < views.length; rank++) {
            views[rank] = view(summands[rank]);
        }
        for (int start = from; start < to; start += BLOCK) {
            int count = Math.min(BLOCK, to - start);
            views[0].get(start - from, sum, 0, count);
            for (int rank = 1; rank < views.length; rank++) {
                views[rank].get(start - from, summand, 0, count);
                for (int i = 0; i < count; i++) {
                    sum[i] += summand[i];
                }
            }
            values.put(start, sum, 0, count);
        }
    }

    private static DoubleBuffer view(ByteBuffer bytes) {
        return bytes.duplicate().clear().order(ByteOrder.LITTLE_ENDIAN).asDoubleBuffer();
    }
}
