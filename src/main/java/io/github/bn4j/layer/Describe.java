package io.github.bn4j.layer;

import io.github.bn4j.graph.UseBias;

/** Words for {@code toString}: what differs from the default, and nothing else. */
final class Describe {

    private Describe() {}

    static String bias(UseBias useBias) {
        return useBias == UseBias.AUTO ? "" : ", bias " + useBias.name().toLowerCase(java.util.Locale.ROOT);
    }

    static String pair(int height, int width) {
        return height + "×" + width;
    }

    static String unless(int height, int width, int usual, String name) {
        return unless(height, width, usual, usual, name);
    }

    static String unless(int height, int width, int usualHeight, int usualWidth, String name) {
        return height == usualHeight && width == usualWidth ? "" : ", " + name + " " + pair(height, width);
    }
}
