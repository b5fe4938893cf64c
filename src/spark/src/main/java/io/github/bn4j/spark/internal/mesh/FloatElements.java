package io.github.bn4j.spark.internal.mesh;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/** Elements of 4 bytes, which are added up in float32. */
final class FloatElements implements Elements {

    private final FloatBuffer values;
    private final float[] sum = new float[BLOCK];
    private final float[] summand = new float[BLOCK];

    /** Those from position to limit. */
    FloatElements(FloatBuffer values) {
        this.values = values.slice();
    }

    @Override
    public MessageHeader.Kind kind() {
        return MessageHeader.Kind.FLOATS;
    }

    @Override
    public int width() {
        return Float.BYTES;
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
        FloatBuffer[] views = new FloatBuffer[summands.length];
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

    private static FloatBuffer view(ByteBuffer bytes) {
        return bytes.duplicate().clear().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    }
}
