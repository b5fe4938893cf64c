package io.github.bn4j.train;

import static io.github.bn4j.internal.Checks.checkArgument;
import static java.util.Objects.requireNonNull;

import io.github.bn4j.data.Dataset;
import io.github.bn4j.data.LabelKind;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.Floats;
import io.github.bn4j.op.Elementwise;
import io.github.bn4j.op.LogSoftmax;
import io.github.bn4j.op.Reshaping;
import io.github.bn4j.op.Softmax;
import io.github.bn4j.op.function.StandardFunction;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What an output is trained by where no loss is said. Its targets decide: class numbers, or rows with a 1 for one class, stand for softmax
 * cross-entropy, or for binary cross-entropy at a single logit; zeros and ones of any number for binary cross-entropy; other numbers shaped like
 * the output for the mean squared error. What can be read in two ways is refused.
 *
 * @param output the name of the output
 * @param loss the loss
 * @param why what its targets are
 */
public record UsualLoss(String output, Loss loss, String why) {

    private static final String OR_SAY = ", or say the loss, as loss(Loss.meanSquaredError())";

    /**
     * Those of all outputs that have targets, in their order.
     *
     * @param who for messages, such as {@code fit}
     * @param graph a network
     * @param data finite targets, by the names of the outputs unless there is one of each
     * @throws IllegalArgumentException if targets fit no loss, or several that are as usual; the message says what would
     */
    public static List<UsualLoss> of(String who, Graph graph, Dataset data) {
        Map<String, Value> outputs = graph.outputs();
        boolean single = outputs.size() == 1 && data.targets().size() == 1;
        List<UsualLoss> all = new ArrayList<>();
        outputs.forEach((name, value) -> {
            String target = single ? data.targets().keySet().iterator().next() : name;
            INDArray array = data.targets().get(target);
            if (array != null) {
                Wanted wanted = new Wanted(
                        who,
                        name,
                        value.shape(),
                        array,
                        requireNonNull(data.labelKinds().get(target)),
                        data.classNames(target));
                UsualLoss one = wanted.loss();
                requireLogits(who, graph, value, one);
                all.add(one);
            }
        });
        checkArgument(
                !all.isEmpty(),
                "%s expects targets of output %s, which the loss follows from, but got %s; name the targets after the outputs%s",
                who,
                outputs.keySet(),
                data.targets().keySet(),
                OR_SAY);
        return all;
    }

    /** The losses by the names of the outputs. */
    public static Map<String, Loss> byOutput(List<UsualLoss> all) {
        Map<String, Loss> losses = new LinkedHashMap<>();
        all.forEach(one -> losses.put(one.output, one.loss));
        return losses;
    }

    /** Losses of logits apply the softmax or sigmoid themselves; a second one leaves them hardly anything to learn from. */
    private static void requireLogits(String who, Graph graph, Value value, UsualLoss one) {
        @Nullable Node last = graph.producer(value);
        while (last != null && last.op() instanceof Reshaping) {
            last = graph.producer(last.inputs().get(0));
        }
        boolean squashed = last != null
                && (last.op() instanceof Softmax
                        || last.op() instanceof LogSoftmax
                        || last.op().equals(new Elementwise(StandardFunction.SIGMOID)));
        checkArgument(
                !squashed || one.loss.task().equals(Optional.of(Task.REGRESSION)),
                "%s expects logits for %s, the usual loss where targets are %s, but got those of layer \"%s\", which squashes them; leave"
                        + " that layer out, as the loss and probabilities(x) apply it%s",
                who,
                one.loss,
                one.why,
                last == null ? "" : last.layer(),
                OR_SAY);
    }

    @Override
    public String toString() {
        return "loss of output \"" + output + "\": " + loss + ", as its targets are " + why;
    }

    /** An output and what it is to be compared with. */
    private record Wanted(
            String who, String output, Shape shape, INDArray targets, LabelKind kind, List<String> classes) {

        UsualLoss loss() {
            Shape target = Objective.perExample(targets);
            if (Task.hasScores(shape) && target.equals(Task.withoutClasses(shape))) {
                return scored();
            }
            if (ElementTargets.areSingle(shape, target)) {
                return kind == LabelKind.CLASS_NUMBERS
                        ? yesOrNo()
                        : new UsualLoss(output, Loss.meanSquaredError(), "one number for each example");
            }
            checkArgument(
                    target.equals(shape),
                    "%s expects targets that fit output \"%s\" %s, which the loss follows from, %s, but got %s; give the network an"
                            + " output for each class or number%s",
                    who,
                    output,
                    shape,
                    Task.hasScores(shape)
                            ? "class numbers " + Task.withoutClasses(shape) + " or numbers " + shape
                            : "numbers " + shape,
                    target,
                    OR_SAY);
            if (kind == LabelKind.DISTRIBUTIONS) {
                return new UsualLoss(output, Loss.softmaxCrossEntropy(), "distributions over classes");
            }
            boolean flags = areZeroOrOne();
            if (kind == LabelKind.UNKNOWN) {
                checkArgument(
                        flags,
                        "%s expects targets that the loss of output \"%s\" follows from but got rows that are 1 together, which may be"
                                + " shares of classes or other numbers; say loss(Loss.softmaxCrossEntropy()) or"
                                + " loss(Loss.meanSquaredError())",
                        who,
                        output);
                return new UsualLoss(output, Loss.softmaxCrossEntropy(), "rows with a 1 for the class");
            }
            return flags
                    ? new UsualLoss(output, Loss.binaryCrossEntropy(), "zeros and ones")
                    : new UsualLoss(output, Loss.meanSquaredError(), "numbers shaped like it");
        }

        private UsualLoss scored() {
            checkArgument(
                    classes.isEmpty() || classes.size() == shape.dim(0),
                    "%s expects a score for each of the %s classes but got output \"%s\" %s; end the network with dense(%s) or the"
                            + " like%s",
                    who,
                    classes.size(),
                    output,
                    shape,
                    classes.size(),
                    OR_SAY);
            return new UsualLoss(output, Loss.softmaxCrossEntropy(), "class numbers");
        }

        private UsualLoss yesOrNo() {
            checkArgument(
                    areZeroOrOne(),
                    "%s expects classes 0 and 1 for the only number of output \"%s\" but got class numbers up to %s; give the network"
                            + " an output for each class%s",
                    who,
                    output,
                    (long) targets.maxNumber().doubleValue(),
                    OR_SAY);
            return new UsualLoss(output, Loss.binaryCrossEntropy(), "class numbers 0 and 1");
        }

        private boolean areZeroOrOne() {
            return DoubleStream.of(Floats.values(targets)).allMatch(value -> value == 0 || value == 1);
        }
    }
}
