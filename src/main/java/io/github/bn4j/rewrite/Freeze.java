package io.github.bn4j.rewrite;

import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Normalization;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Role;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Says of parameters that training leaves them as they are, or no longer. All values keep their ids and all parameters their
 * names. Masks are drawn as before: a dropout has no parameters, and what comes behind it may be trained.
 */
public final class Freeze {

    private Freeze() {}

    /**
     * The graph with frozen parameters. A batch normalisation whose running averages are among them takes those in training too,
     * and no longer moves them.
     *
     * @param parameters their names
     */
    public static Graph apply(Graph graph, Set<String> parameters) {
        return switched(graph, parameters, true, Normalization::frozen);
    }

    /** The graph with frozen weights, gammas, betas and biases; running averages follow the batches as before. */
    public static Graph applyToTrainable(Graph graph, Set<String> parameters) {
        Set<String> trainable = graph.parameters().stream()
                .filter(parameter -> parameter.role() == Role.TRAINABLE && parameters.contains(parameter.name()))
                .map(Parameter::name)
                .collect(Collectors.toSet());
        return marked(graph, trainable, true);
    }

    /**
     * The graph with parameters that are trained again. A batch normalisation whose running averages are among them does what it
     * did before it was frozen.
     *
     * @param parameters their names
     */
    public static Graph undo(Graph graph, Set<String> parameters) {
        return switched(graph, parameters, false, Normalization::unfrozen);
    }

    /* Mean and variance belong together, whichever of them was named. */
    private static Graph switched(
            Graph graph, Set<String> parameters, boolean frozen, UnaryOperator<Normalization> change) {
        Set<String> all = new HashSet<>(parameters);
        Set<String> norms = new HashSet<>();
        for (Node node : graph.nodes()) {
            List<String> averages =
                    node.op().normalization().map(norm -> averages(norm, node)).orElse(List.of());
            if (averages.stream().anyMatch(parameters::contains)) {
                norms.add(node.layer());
                all.addAll(averages);
            }
        }
        return SwitchBatchNorm.apply(marked(graph, all, frozen), norms::contains, change);
    }

    private static List<String> averages(Normalization norm, Node node) {
        return Stream.of(norm.averages().names())
                .map(name -> node.parameter(name).name())
                .toList();
    }

    private static Graph marked(Graph graph, Set<String> parameters, boolean frozen) {
        return graph.withParameters(
                parameter -> parameters.contains(parameter.name()) ? parameter.frozen(frozen) : parameter);
    }
}
