package io.github.bn4j.inside;

/** What a network does with a batch. */
public enum Mode {
    /** Batch normalisations take their running averages, and dropout does nothing. */
    PREDICTION("prediction mode"),
    /** Batch normalisations take the statistics of the batch, and dropout draws its masks. */
    TRAINING("training mode");

    private final String words;

    Mode(String words) {
        this.words = words;
    }

    String words() {
        return words;
    }
}
