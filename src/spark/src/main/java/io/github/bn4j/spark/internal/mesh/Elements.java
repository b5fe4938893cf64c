package io.github.bn4j.spark.internal.mesh;

import java.nio.ByteBuffer;

/** The elements that one rank adds to a sum, and where the sum is put; in messages they are little-endian. */
interface Elements {

    /** How many elements are added up before the next ones, so that they stay in the cache. */
    int BLOCK = 4096;

    MessageHeader.Kind kind();

    /** How many bytes one takes. */
    int width();

    int count();

    /** Writes those from {@code from} to below {@code to} to the start of a buffer. */
    void write(int from, int to, ByteBuffer target);

    /** Replaces those from {@code from} to below {@code to} by those at the start of a buffer. */
    void read(int from, int to, ByteBuffer source);

    /**
     * Replaces those from {@code from} to below {@code to} by the sum of those at the start of each buffer, added up in the order of the
     * buffers.
     */
    void sum(int from, int to, ByteBuffer[] summands);
}
