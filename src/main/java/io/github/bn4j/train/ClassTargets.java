package io.github.bn4j.train;

import static io.github.bn4j.internal.Checks.checkArgument;

import io.github.bn4j.graph.Shape;
import io.github.bn4j.internal.Distributions;
import io.github.bn4j.internal.Floats;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** What targets have to be, of which each position has a class. */
final class ClassTargets {

    private static final int QUOTED = 10;

    private ClassTargets() {}

    /** Refuses an output without classes to choose from. */
    static void requireClasses(String who, Shape output) {
        checkArgument(
                output.dim(0) > 1,
                "%s expects one output per class, at least two, but got %s; end the network with an output per class",
                who,
                output);
    }

    /** Whether targets are distributions over the classes of an output {@code [classes, …]}, no class numbers. */
    static boolean areDistributions(Shape output, Shape target) {
        return target.rank() == output.rank();
    }

    /**
     * Refuses what are no class numbers.
     *
     * @param output {@code [classes, …]}
     * @param targets {@code [examples, …]}. Not modified.
     * @param ignored another number that may stand where there is no class
     */
    static void requireNumbers(String who, Shape output, INDArray targets, OptionalInt ignored, String data) {
        double[] labels = Floats.values(targets);
        int perExample = labels.length / (int) targets.size(0);
        for (int i = 0; i < labels.length; i++) {
            checkArgument(
                    Distributions.isClass(labels[i], output.dim(0))
                            || (ignored.isPresent() && labels[i] == ignored.getAsInt()),
                    "%s expects labels as whole numbers from 0 to %s%s but got %s in row %s of the %s;"
                            + " give the network one output per class",
                    who,
                    output.dim(0) - 1,
                    ignored.isPresent() ? ", or " + ignored.getAsInt() + " to be ignored," : "",
                    labels[i],
                    i / perExample,
                    data);
        }
    }

    /**
     * Refuses what are no distributions.
     *
     * @param targets {@code [examples, classes, …]}. Not modified.
     */
    static void requireDistributions(String who, INDArray targets, String data) {
        long examples = targets.size(0);
        long classes = targets.size(1);
        long positions = targets.length() / examples / classes;
        INDArray rows = positions == 1
                ? targets.reshape('c', examples, classes)
                : targets.reshape('c', examples, classes, positions)
                        .permute(0, 2, 1)
                        .dup('c')
                        .reshape('c', examples * positions, classes);
        Distributions.firstOther(rows).ifPresent(row -> {
            double[] shares = Floats.values(rows.get(NDArrayIndex.point(row), NDArrayIndex.all()));
            String shown = Arrays.stream(shares)
                    .limit(QUOTED)
                    .mapToObj(Double::toString)
                    .collect(Collectors.joining(", "));
            throw new IllegalArgumentException(
                    who + " expects distributions, shares of at least 0 that are 1 together, but got [" + shown
                            + (shares.length > QUOTED ? ", …" : "") + "] in row " + row / positions + " of the " + data
                            + "; divide each row by its sum, or use meanSquaredError for other numbers");
        });
    }
}
