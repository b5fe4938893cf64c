package io.github.bn4j.train;

import static io.github.bn4j.internal.Checks.checkState;
import static java.util.Objects.requireNonNull;

import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.Reshaping;
import io.github.bn4j.op.Softmax;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * What the scores of a classification say: how probable each class, or each label, is, and which class it is.
 *
 * @param output the name of the output that has the scores
 * @param task {@link Task#CLASSIFICATION} or {@link Task#MULTI_LABEL}
 * @param classNames the name of class 0 first; those that have none go by their number
 * @param normalized whether the output has shares of classes already, as a softmax ends the network
 */
public record ClassScores(String output, Task task, List<String> classNames, boolean normalized) {

    public ClassScores {
        classNames = List.copyOf(classNames);
    }

    /**
     * Those of a network: of its only output, or of the only one out of several that is a classification.
     *
     * @param who wants to know, for messages
     * @param memory what the network was trained for
     * @throws IllegalStateException if there is no such output or several, or it has more than a score for each class
     */
    public static ClassScores of(String who, Graph graph, TrainingMemory memory) {
        List<String> classifications = new ArrayList<>();
        for (String output : graph.outputs().keySet()) {
            if (memory.of(output).task().filter(OfClasses.TASKS::contains).isPresent()) {
                classifications.add(output);
            }
        }
        if (classifications.size() != 1) {
            throw new IllegalStateException(who + " expects a network with one output that is a classification but got "
                    + (classifications.isEmpty() ? described(graph, memory) : classifications + " of them")
                    + "; " + advice(graph, memory, classifications));
        }
        String output = classifications.get(0);
        Value scores = requireNonNull(graph.outputs().get(output));
        Shape shape = scores.shape();
        checkState(
                shape.rank() == 1,
                "%s expects a score for each class in output \"%s\" but got %s; take predict(x) and compare the scores of"
                        + " each position",
                who,
                output,
                shape);
        OutputTask told = memory.of(output);
        return new ClassScores(output, told.task().orElseThrow(), told.classNames(), endsInSoftmax(graph, scores));
    }

    private static boolean endsInSoftmax(Graph graph, Value scores) {
        for (Node node : graph.nodes()) {
            if (node.output().equals(scores)) {
                return node.op() instanceof Softmax
                        || (node.op() instanceof Reshaping
                                && endsInSoftmax(graph, node.inputs().get(0)));
            }
        }
        return false;
    }

    private static String described(Graph graph, TrainingMemory memory) {
        List<String> outputs = new ArrayList<>();
        for (Map.Entry<String, Value> output : graph.outputs().entrySet()) {
            outputs.add("\"" + output.getKey() + "\" " + output.getValue().shape() + " of "
                    + memory.of(output.getKey()).task().map(task -> "a " + task).orElse("a task that nobody said"));
        }
        return String.join(" and ", outputs);
    }

    private static String advice(Graph graph, TrainingMemory memory, List<String> classifications) {
        if (!classifications.isEmpty()) {
            return "ask part(output) for one of them";
        }
        boolean told = graph.outputs().keySet().stream()
                .anyMatch(output -> memory.of(output).task().isPresent());
        return told
                ? "take predict(x)"
                : "name the classes by classNames(names), or train the network with a loss of classes, or take predict(x)";
    }

    /**
     * The probability of each class, together 1; of each label by itself in a multi-label classification.
     *
     * @param scores those of one example
     */
    public double[] probabilities(double... scores) {
        if (normalized) {
            return scores.clone();
        }
        if (task == Task.MULTI_LABEL) {
            return Arrays.stream(scores)
                    .map(logit -> 1 / (1 + Math.exp(-logit)))
                    .toArray();
        }
        double largest = Arrays.stream(scores).max().orElse(0);
        double[] shares =
                Arrays.stream(scores).map(score -> Math.exp(score - largest)).toArray();
        double sum = Arrays.stream(shares).sum();
        return Arrays.stream(shares).map(share -> share / sum).toArray();
    }

    /**
     * The name of the class with the largest score, the first of several; its number as text if it has no name.
     *
     * @param scores those of one example
     * @throws IllegalStateException if a score is NaN
     */
    public String label(double... scores) {
        int best = 0;
        for (int number = 0; number < scores.length; number++) {
            checkState(
                    !Double.isNaN(scores[number]),
                    "classify expects a score for each class but got NaN for class %s; look at what predict(x) gives",
                    number);
            best = scores[number] > scores[best] ? number : best;
        }
        return best < classNames.size() ? classNames.get(best) : Integer.toString(best);
    }

    /**
     * Checks that an example has one class.
     *
     * @throws IllegalStateException if it has any number of labels
     */
    public void requireOneClass(String who) {
        checkState(
                task == Task.CLASSIFICATION,
                "%s expects a classification with one class per example but got a %s in output \"%s\"; take"
                        + " probabilities(x), which has one for each label",
                who,
                task,
                output);
    }
}
