package io.github.bn4j.fuzz;

import java.io.IOException;

/** Makes a file, or a few that belong together, and tries them: the same for the same seed. */
@FunctionalInterface
public interface Fuzzer {

    /**
     * Tries what belongs to a seed.
     *
     * @throws AssertionError with the seed in its message, if that ends in anything that nothing documents
     */
    void run(long seed) throws IOException;
}
