package io.github.bn4j.data;

/**
 * A data set in three parts without a common example.
 *
 * @param train to learn from
 * @param validation to choose settings by
 * @param test to judge by, at the end
 */
public record ThreeWaySplit(Dataset train, Dataset validation, Dataset test) {

    @Override
    public String toString() {
        return "ThreeWaySplit[train " + train + ", validation " + validation + ", test " + test + "]";
    }
}
