package io.github.bn4j.train;

import io.github.bn4j.data.LabelKind;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.ShapeException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What an output of a network is for. */
public enum Task {
    /** A score for each class; the largest tells the class. Outputs of images have them for each position. */
    CLASSIFICATION,
    /** A logit for each label, of which an example has any number; it is told where the logit is above 0. */
    MULTI_LABEL,
    /** Numbers that come near to others. */
    REGRESSION;

    /**
     * What an output is for, as far as that is known.
     *
     * @param output shape of one example of it
     * @param target shape of one example of what was wanted
     * @param told what the loss of its training was for
     * @param kind what the targets are
     */
    static Optional<Task> of(Shape output, Shape target, Optional<Task> told, LabelKind kind) {
        if (hasScores(output) && target.equals(withoutClasses(output))) {
            // Nothing but class numbers has one number for several scores.
            return Optional.of(CLASSIFICATION);
        }
        if (told.isPresent()) {
            return told;
        }
        return switch (kind) {
            case DISTRIBUTIONS -> Optional.of(CLASSIFICATION);
            case CLASS_NUMBERS, TARGETS -> Optional.of(REGRESSION);
            case UNKNOWN -> output.equals(target) ? Optional.empty() : Optional.of(REGRESSION);
        };
    }

    /**
     * Checks that an output can be compared with targets.
     *
     * @param output its name
     * @param shape shape of one example of it
     * @param target shape of one example of what was wanted
     */
    void requireShapes(String output, Shape shape, Shape target) {
        if (this == CLASSIFICATION) {
            if (shape.rank() == 0 || shape.dim(0) < 2) {
                throw ShapeException.expected(
                                "a score for each of two or more classes in output \"" + output + "\"",
                                shape,
                                "end the network with an output per class")
                        .by("Evaluation");
            }
            Shape numbers = withoutClasses(shape);
            if (!target.equals(numbers) && !target.equals(shape)) {
                throw ShapeException.expected(
                                "class numbers " + numbers + " or distributions " + shape + " for output \"" + output
                                        + "\"",
                                target,
                                target.size() == numbers.size()
                                        ? "reshape class numbers to " + withExamples(numbers)
                                        : "give the network one output per class")
                        .by("Evaluation");
            }
        } else if (!shape.equals(target) && !ElementTargets.areSingle(shape, target)) {
            throw ShapeException.expected(
                            "targets " + shape + " like output \"" + output + "\"",
                            target,
                            target.size() == shape.size()
                                    ? "reshape them to " + withExamples(shape)
                                    : "give the network an output of that shape")
                    .by("Evaluation");
        }
    }

    private static String withExamples(Shape shape) {
        return Arrays.toString(shape.batched(0)).replace("[0", "[examples");
    }

    /** Whether an output may have a score for each of several classes. */
    static boolean hasScores(Shape output) {
        return output.rank() > 0 && output.dim(0) > 1;
    }

    /** The shape of class numbers for scores. */
    static Shape withoutClasses(Shape scores) {
        long[] all = scores.batched(0);
        return Shape.of(Arrays.copyOfRange(all, 2, all.length));
    }

    /** How many numbers, or scores of classes, an output has. */
    int width(Shape output) {
        return Math.toIntExact(this == CLASSIFICATION ? output.dim(0) : output.size());
    }

    /** What an evaluation prints. */
    List<Metric> shown() {
        return switch (this) {
            case CLASSIFICATION -> List.of(Metric.accuracy());
            case MULTI_LABEL -> List.of(Metric.accuracy(), Metric.f1());
            case REGRESSION -> List.of(Metric.meanSquaredError(), Metric.meanAbsoluteError());
        };
    }

    /** Says that a metric is for other tasks. */
    String refusal(Metric metric) {
        return refusal(metric.name(), metric.tasks());
    }

    /** Says that {@code who} is for other tasks. */
    String refusal(String who, Set<Task> tasks) {
        boolean ofLabels = this == MULTI_LABEL && tasks.contains(CLASSIFICATION);
        String wanted = ofLabels
                ? "a classification with one class per example"
                : "a " + tasks.iterator().next();
        return who + " expects " + wanted + " but got a " + this + "; use " + advice();
    }

    private String advice() {
        return switch (this) {
            case CLASSIFICATION -> "accuracy() or confusion()";
            case MULTI_LABEL -> "accuracy() or f1()";
            case REGRESSION -> "meanSquaredError() or meanAbsoluteError()";
        };
    }

    @Override
    public String toString() {
        return switch (this) {
            case CLASSIFICATION -> "classification";
            case MULTI_LABEL -> "multi-label classification";
            case REGRESSION -> "regression";
        };
    }
}
