package io.github.bn4j.data;

import java.io.IOException;
import java.io.Serializable;

/**
 * Examples that are somewhere else than in memory and are read by their numbers, again and again, in any order. {@link
 * Dataset#stream(ExampleSource, int[])} makes a data set of them.
 *
 * <p>What is read has to be the same each time. Travels by Java's serialization to where it is read on other machines.
 */
public interface ExampleSource extends Serializable {

    /** The number of examples. */
    int size();

    /** The shape of the features of each, such as {@code channels, height, width}. */
    long[] shape();

    /**
     * Reads the features of an example. Several threads may call it at the same time, none of which is interrupted: whatever may take
     * for ever needs a limit of its own.
     *
     * @param index its number, from 0
     * @param into in row-major order, as many numbers as {@link #shape} has. Modified: all of it, as it holds another example.
     * @throws IOException if that cannot be done; it ends what asked for the example, with a message that has this one
     */
    void read(int index, float[] into) throws IOException;
}
