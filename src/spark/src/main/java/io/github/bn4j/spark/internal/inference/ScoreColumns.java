package io.github.bn4j.spark.internal.inference;

import java.io.Serializable;

/**
 * The names of the columns that predictions go to; the empty name is for what is not wanted.
 *
 * @param raw the output of the network as it is
 * @param probability of each class
 * @param prediction the number of the class, or the predicted numbers
 * @param label the name of the class
 */
public record ScoreColumns(String raw, String probability, String prediction, String label) implements Serializable {

    /** As spark.ml calls them. */
    public static final ScoreColumns USUAL =
            new ScoreColumns("rawPrediction", "probability", "prediction", "predictedLabel");

    /** Those of one of several outputs. */
    public ScoreColumns of(String output) {
        return new ScoreColumns(
                prefixed(output, raw),
                prefixed(output, probability),
                prefixed(output, prediction),
                prefixed(output, label));
    }

    private static String prefixed(String output, String name) {
        return name.isEmpty() ? name : output + "_" + name;
    }
}
