package io.github.bn4j.norm;

import static io.github.bn4j.internal.Checks.checkState;
import static java.util.Objects.requireNonNull;

import io.github.bn4j.data.Dataset;
import io.github.bn4j.engine.Model;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.graph.internal.LayerPatterns;
import io.github.bn4j.internal.Floats;
import io.github.bn4j.internal.Moments;
import io.github.bn4j.norm.internal.NormCalls;
import io.github.bn4j.rewrite.UnfoldBatchNorm;
import io.github.bn4j.rewrite.Unfolding;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Batch normalisations that do in predictions what a bias did. With running averages of what comes in, {@code gamma =
 * √(runningVariance + epsilon)} and {@code beta = bias + runningMean} leave {@code y = x + bias} (Ioffe and Szegedy 2015,
 * algorithm 2, solved for gamma and beta).
 */
public final class NeutralNorms {

    private static final String WHO = "unfold";

    private NeutralNorms() {}

    /**
     * A copy of a model with a new batch normalisation in the stead of each bias that can have one.
     *
     * @param data inputs, of which all are measured
     * @param layers paths of the layers with the biases, or patterns; all that are possible if none is named
     * @throws IllegalArgumentException if a path or pattern fits no such layer, or the data do not fit
     * @throws IllegalStateException if there is no such layer, or what is measured is not finite
     */
    public static Model unfolded(Model model, Dataset data, String... layers) {
        Map<String, Set<String>> places = UnfoldBatchNorm.places(model.graph());
        Set<String> there =
                places.values().stream().flatMap(Set::stream).collect(Collectors.toCollection(LinkedHashSet::new));
        Set<String> wanted = LayerPatterns.among(
                there, WHO, "names of layers with a bias to put a batch normalisation behind", layers);
        checkState(
                !wanted.isEmpty(),
                "unfold expects a layer with a bias, before the output layers, that nothing normalises but got a network"
                        + " without one; look at summary() and explainBias()");
        places.values().removeIf(paths -> paths.stream().noneMatch(wanted::contains));
        Unfolding unfolding = UnfoldBatchNorm.apply(model.traced(), places.keySet());
        Set<String> absent = new LinkedHashSet<>(model.absent());
        absent.addAll(places.keySet());
        Model unfolded = model.copied(unfolding.graph(), absent);
        set(model, data, unfolded, unfolding.norms());
        return unfolded;
    }

    /**
     * Sets the parameters of new batch normalisations, in one pass over the data: as none of them changes what is predicted,
     * all are measured at once in the graph that does without.
     *
     * @param before the model with the biases. Not modified.
     * @param data all that is to be measured
     * @param after the model with the batch normalisations, without the biases; each normalises a value of {@code before}.
     *     Modified: gamma, beta, running mean and variance of the new ones.
     * @param norms their paths, with the names of the biases
     * @throws IllegalArgumentException if the data do not fit the graph, or have one value per channel
     * @throws IllegalStateException if what is measured is not finite
     */
    private static void set(Model before, Dataset data, Model after, Map<String, String> norms) {
        data.requireFinite();
        Parameters to = after.parameters();
        List<Node> added = after.graph().nodes().stream()
                .filter(node -> norms.containsKey(node.layer()))
                .toList();
        List<List<Node>> calls = added.stream().map(List::of).toList();
        List<Moments> moments = new DataHere(WHO, data, Recalibration.BATCH).measure(before, calls);
        for (int i = 0; i < added.size(); i++) {
            Node node = added.get(i);
            Recalibration.store(WHO, node, moments.get(i), to);
            String bias = requireNonNull(norms.get(node.layer()));
            undo(node, Floats.values(before.parameters().get(bias)), to);
        }
    }

    /** From the running averages as they are stored, so that rounding them changes nothing. */
    private static void undo(Node node, double[] bias, Parameters to) {
        double epsilon = node.op().normalization().orElseThrow().epsilon();
        double[] mean = Floats.values(to.get(NormCalls.runningMean(node)));
        double[] variance = Floats.values(to.get(Recalibration.runningVariance(node)));
        double[] gamma = new double[bias.length];
        double[] beta = new double[bias.length];
        for (int c = 0; c < bias.length; c++) {
            gamma[c] = Math.sqrt(variance[c] + epsilon);
            beta[c] = bias[c] + mean[c];
        }
        Floats.write(gamma, to.get(node.scale().orElseThrow().name()));
        Floats.write(beta, to.get(node.shift().orElseThrow().name()));
    }
}
