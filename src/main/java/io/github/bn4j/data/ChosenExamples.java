package io.github.bn4j.data;

import java.io.IOException;

/**
 * Some examples of a source, in another order.
 *
 * @param source has all
 * @param rows their numbers there
 */
@SuppressWarnings("ArrayRecordComponent")
record ChosenExamples(ExampleSource source, int[] rows) implements ExampleSource {

    private static final long serialVersionUID = 1;

    /** Those of some rows of {@code from}, however often they are chosen from. */
    static ExampleSource of(ExampleSource from, int... rows) {
        if (!(from instanceof ChosenExamples chosen)) {
            return new ChosenExamples(from, rows);
        }
        int[] first = new int[rows.length];
        for (int i = 0; i < rows.length; i++) {
            first[i] = chosen.rows[rows[i]];
        }
        return new ChosenExamples(chosen.source, first);
    }

    @Override
    public int size() {
        return rows.length;
    }

    @Override
    public long[] shape() {
        return source.shape();
    }

    @Override
    public void read(int index, float[] into) throws IOException {
        source.read(rows[index], into);
    }

    @Override
    public String toString() {
        return source.toString();
    }
}
