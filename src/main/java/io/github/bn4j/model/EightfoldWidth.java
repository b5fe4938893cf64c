package io.github.bn4j.model;

/** Widths that are multiplied and rounded to multiples of 8, as the code of MobileNet and EfficientNet does. */
final class EightfoldWidth {

    private EightfoldWidth() {}

    /** The nearest multiple of 8, or the next one where that would take off more than a tenth; at least 8. */
    static int of(double channels) {
        int nearest = Math.max(8, (int) (channels + 4) / 8 * 8);
        return nearest < 0.9 * channels ? nearest + 8 : nearest;
    }
}
