package io.github.bn4j.internal;

import java.util.Locale;
import java.util.Map;

/** Names of metrics as people write them. */
public final class Words {

    private static final Map<String, String> USUAL = Map.of("rocAuc", "ROC AUC", "f1", "F1", "iou", "IoU", "r2", "R²");

    private Words() {}

    /** From {@code balancedAccuracy} to {@code balanced accuracy}. */
    public static String of(String name) {
        return USUAL.getOrDefault(
                name, name.replaceAll("(?<=[a-z])([A-Z])", " $1").toLowerCase(Locale.ROOT));
    }
}
