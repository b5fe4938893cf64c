package io.github.bn4j.train;

import io.github.bn4j.data.LabelKind;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.ShapeException;
import java.util.Arrays;
import java.util.Optional;

/** What an output of a network is for. */
public enum Task {
    /** A score for each class; the largest tells the class. */
    CLASSIFICATION,
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
        boolean scores = output.rank() == 1 && output.dim(0) > 1;
        if (scores && target.rank() == 0) {
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
            if (shape.rank() != 1 || shape.dim(0) < 2) {
                throw ShapeException.expected(
                                "a score for each of two or more classes in output \"" + output + "\"",
                                shape,
                                "end the network with an output per class")
                        .by("Evaluation");
            }
            if (target.rank() != 0 && !target.equals(shape)) {
                throw ShapeException.expected(
                                "class numbers [] or distributions " + shape + " for output \"" + output + "\"",
                                target,
                                target.size() == 1
                                        ? "reshape class numbers to [examples]"
                                        : "give the network one output per class")
                        .by("Evaluation");
            }
        } else if (!shape.equals(target)) {
            throw ShapeException.expected(
                            "targets " + shape + " like output \"" + output + "\"",
                            target,
                            target.size() == shape.size()
                                    ? "reshape them to "
                                            + Arrays.toString(shape.batched(0)).replace("[0", "[examples")
                                    : "give the network an output of that shape")
                    .by("Evaluation");
        }
    }

    @Override
    public String toString() {
        return this == CLASSIFICATION ? "classification" : "regression";
    }
}
