package io.github.bn4j.data;

/** A sampling that prints itself. */
record NamedSampling(String name, Sampling rows) implements Sampling {

    @Override
    public int[] rows(Dataset data, long seed) {
        return rows.rows(data, seed);
    }

    @Override
    public String toString() {
        return name;
    }
}
