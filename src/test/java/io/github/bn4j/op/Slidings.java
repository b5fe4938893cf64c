package io.github.bn4j.op;

import java.util.Random;

/** Draws of how windows move, uneven padding among them. */
public final class Slidings {

    private Slidings() {}

    /** Of a stride up to 3, padding up to 2 on either side and a dilation up to 2. */
    public static Sliding random(Random random) {
        return new Sliding(1 + random.nextInt(3), random.nextInt(3), random.nextInt(3), 1 + random.nextInt(2));
    }

    /** For a pooling by this many taps: with less padding than they span, without dilation in two of three draws. */
    public static Sliding random(Random random, int taps) {
        int dilation = 1 + Math.max(0, random.nextInt(5) - 2);
        int span = dilation * (taps - 1) + 1;
        int before = random.nextInt(span);
        int after = random.nextBoolean() ? before : random.nextInt(span);
        return new Sliding(1 + random.nextInt(3), before, after, dilation);
    }

    /** Where the tap of a window lies in the image; outside of it in the padding. */
    static long place(Sliding sliding, long window, long tap) {
        return window * sliding.stride() - sliding.before() + tap * sliding.dilation();
    }
}
