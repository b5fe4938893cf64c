package io.github.bn4j.data;

/** What becomes of the last batch of an epoch when it is smaller than the others. */
public enum TailBatch {
    /** It is used as it is. */
    KEEP,
    /** It is left out; with shuffling, other examples are left out in each epoch. */
    DROP,
    /** It joins the batch before it. */
    MERGE
}
