package io.github.bn4j.data;

/**
 * A data set in two parts without a common example.
 *
 * @param train to learn from
 * @param test to judge by
 */
public record Split(Dataset train, Dataset test) {

    @Override
    public String toString() {
        return "Split[train " + train + ", test " + test + "]";
    }
}
