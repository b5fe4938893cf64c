package io.github.bn4j.internal;

import java.util.stream.IntStream;

/** A number as a sum of almost equal ones. */
public final class Parts {

    private Parts() {}

    /** At most {@code count} sizes of at least 1 that add up to {@code total} and differ by 1 at most, the larger first. */
    public static int[] even(int total, int count) {
        int parts = Math.max(1, Math.min(total, count));
        return IntStream.range(0, parts)
                .map(part -> total / parts + (part < total % parts ? 1 : 0))
                .toArray();
    }

    /** Where each of {@code count} almost equal parts ends, the larger first; some may have nothing. */
    public static int[] ends(int total, int count) {
        int[] ends = new int[count];
        for (int part = 0; part < count; part++) {
            ends[part] = (part + 1) * (total / count) + Math.min(part + 1, total % count);
        }
        return ends;
    }

    /** As few sizes as possible of at most {@code largest} each. */
    public static int[] upTo(int largest, int total) {
        return even(total, total / largest + (total % largest > 0 ? 1 : 0));
    }
}
