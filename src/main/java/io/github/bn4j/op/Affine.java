package io.github.bn4j.op;

import java.util.stream.Stream;

/** The parameters that a normalisation scales and shifts by. */
final class Affine {

    private Affine() {}

    /** What they are called, of those that there are. */
    static String[] names(boolean scale, boolean shift) {
        return Stream.concat(scale ? Stream.of("gamma") : Stream.of(), shift ? Stream.of("beta") : Stream.of())
                .toArray(String[]::new);
    }
}
