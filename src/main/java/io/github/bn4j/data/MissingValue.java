package io.github.bn4j.data;

/** What becomes of a value that a table does not have. */
public enum MissingValue {
    /** It is an error. */
    REFUSE,
    /** Its row is left out. */
    SKIP_ROW,
    /** It becomes the mean of its column, over all rows that have one; in the label column its row is left out. */
    MEAN
}
