package io.github.bn4j.data;

import java.io.IOException;

/**
 * Examples with standardised features.
 *
 * @param source has them as they are
 * @param scale what they are standardised by
 */
record StandardizedExamples(ExampleSource source, Standardization scale) implements ExampleSource {

    private static final long serialVersionUID = 1;

    @Override
    public int size() {
        return source.size();
    }

    @Override
    public long[] shape() {
        return source.shape();
    }

    @Override
    public void read(int index, float[] into) throws IOException {
        source.read(index, into);
        scale.standardize(into);
    }

    @Override
    public String toString() {
        return source.toString();
    }
}
