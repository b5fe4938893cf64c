package io.github.bn4j.op;

import java.util.Optional;
import java.util.stream.Stream;

/** The parameters that a normalisation scales and shifts by. */
final class Affine {

    static final String GAMMA = "gamma";
    static final String BETA = "beta";

    private Affine() {}

    /** What they are called, of those that there are. */
    static String[] names(boolean scale, boolean shift) {
        return Stream.concat(scale ? Stream.of(GAMMA) : Stream.of(), shift ? Stream.of(BETA) : Stream.of())
                .toArray(String[]::new);
    }

    static Optional<String> scale(boolean present) {
        return present ? Optional.of(GAMMA) : Optional.empty();
    }

    static Optional<String> shift(boolean present) {
        return present ? Optional.of(BETA) : Optional.empty();
    }
}
