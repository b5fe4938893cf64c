package io.github.bn4j.layer;

import io.github.bn4j.graph.UseBias;

/** Words for {@code toString}: what differs from the default, and nothing else. */
final class Describe {

    private Describe() {}

    static String bias(UseBias useBias) {
        return useBias == UseBias.AUTO ? "" : ", bias " + useBias.name().toLowerCase(java.util.Locale.ROOT);
    }
}
