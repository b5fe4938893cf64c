package io.github.bn4j.train;

/** What data are for, in the words of messages about them. */
enum DataRole {
    TRAINING("fit", "training data"),
    VALIDATION("fit", "validation data"),
    BATCH("step", "batch"),
    GRADIENTS("gradients", "batch");

    /** Who asks for them. */
    private final String who;

    private final String words;

    DataRole(String who, String words) {
        this.who = who;
        this.words = words;
    }

    String who() {
        return who;
    }

    @Override
    public String toString() {
        return words;
    }
}
