package io.github.bn4j.data;

import java.io.IOException;

/**
 * Examples with the same numbers in another shape.
 *
 * @param source has the numbers
 * @param example that shape
 */
@SuppressWarnings("ArrayRecordComponent")
record ReshapedExamples(ExampleSource source, long[] example) implements ExampleSource {

    private static final long serialVersionUID = 1;

    @Override
    public int size() {
        return source.size();
    }

    @Override
    public long[] shape() {
        return example.clone();
    }

    @Override
    public void read(int index, float[] into) throws IOException {
        source.read(index, into);
    }

    @Override
    public String toString() {
        return source.toString();
    }
}
