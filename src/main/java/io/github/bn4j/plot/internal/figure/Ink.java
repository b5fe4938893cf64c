package io.github.bn4j.plot.internal.figure;

import java.util.Locale;

/** Colours by what they are for, on light paper and on dark paper. Those of data can be told apart by most colour-blind readers. */
public enum Ink {
    PAPER(0xffffff, 0x161b22),
    TEXT(0x1f2933, 0xe6e9ed),
    FAINT(0x5b6773, 0x9fabb7),
    RULE(0xe1e6eb, 0x303943),
    BLUE(0x1f6fc0, 0x6cb2ff),
    ORANGE(0xc4590a, 0xffa257),
    GREEN(0x1b7f4d, 0x5fd196),
    PURPLE(0x8148b8, 0xc9a2ff),
    RED(0xc62f3c, 0xff858d),
    TEAL(0x0b7d88, 0x5fd0da),
    BROWN(0x85613a, 0xd6b48a),
    PINK(0xb83d8c, 0xff9cd4);

    private static final Ink[] SERIES = {BLUE, ORANGE, GREEN, PURPLE, RED, TEAL, BROWN, PINK};

    private final int light;
    private final int dark;

    Ink(int light, int dark) {
        this.light = light;
        this.dark = dark;
    }

    /** That of the n-th of several things, from 0; they come again after eight. */
    public static Ink ofSeries(int number) {
        return SERIES[number % SERIES.length];
    }

    /** On light paper, as {@code 0xRRGGBB}. */
    public int light() {
        return light;
    }

    /** On dark paper, as {@code 0xRRGGBB}. */
    public int dark() {
        return dark;
    }

    String css() {
        return name().toLowerCase(Locale.ROOT);
    }
}
