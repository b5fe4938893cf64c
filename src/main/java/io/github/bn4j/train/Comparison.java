package io.github.bn4j.train;

import static io.github.bn4j.internal.Checks.checkArgument;

import io.github.bn4j.internal.Floats;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/** How an output compares with what was wanted. */
sealed interface Comparison permits Classified, Regressed {

    /**
     * Compares arrays of shapes that fit together.
     *
     * @throws IllegalArgumentException if a target is NaN, infinite or not the number of a class
     */
    static Comparison of(INDArray output, INDArray target, Task task, List<String> classNames) {
        double[] wanted = Floats.values(target);
        int rows = (int) target.size(0);
        for (int i = 0; i < wanted.length; i++) {
            checkArgument(
                    Double.isFinite(wanted[i]),
                    "Evaluation expects finite targets but got %s in row %s; leave out examples without a target",
                    wanted[i],
                    i / (wanted.length / rows));
        }
        return switch (task) {
            case CLASSIFICATION -> Classified.of(Floats.values(output), wanted, rows, classNames);
            case REGRESSION -> Regressed.of(Floats.values(output), wanted, rows);
        };
    }

    Task task();

    /** How many examples have an output that says nothing. */
    int withoutResult();

    /** The most important measures. */
    String measures();

    /** Lines to print below the measures, each after a line separator; empty if there are none. */
    default String table() {
        return "";
    }

    default String describe() {
        return measures() + (withoutResult() == 0 ? "" : ", " + withoutResult() + " with NaN or infinite outputs");
    }
}
