package io.github.bn4j.bias.internal;

import static java.util.Objects.requireNonNull;

import io.github.bn4j.bias.BiasAnalysis;
import io.github.bn4j.bias.BiasDecision;
import io.github.bn4j.bias.BiasFinding;
import io.github.bn4j.bias.BiasReport;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.engine.Model;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.graph.UseBias;
import io.github.bn4j.rewrite.DropBiases;
import io.github.bn4j.rewrite.RequestBiases;
import io.github.bn4j.text.Finding;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The biases of a model: decided about when it is built, taken out, put back. */
public final class ModelBiases {

    /** Of what was not built with one. */
    private static final long SEED = 42;

    private ModelBiases() {}

    /** A model of a traced graph that does without pointless biases, with initial parameters, on the fastest engine. */
    public static Model decided(Graph traced, long seed, DataType type) {
        Set<String> absent = BiasAnalysis.absent(traced);
        Parameters parameters =
                Parameters.initial(DropBiases.apply(traced, absent).parameters(), seed, type);
        return new Model(traced, absent, parameters, Engine.fastest(type), seed);
    }

    /**
     * A model that was made elsewhere, on the fastest engine. Biases that it has stay, and so do those that it has not stay away; all
     * that are as they would be here are left to {@link UseBias#AUTO}.
     *
     * @param graph with a bias wherever there could be one, all of them {@link UseBias#AUTO}
     * @param values of all parameters but the biases that the model has not. Not modified.
     */
    public static Model asRead(Graph graph, Map<String, INDArray> values, DataType type) {
        Set<String> missing = new LinkedHashSet<>();
        graph.nodes().forEach(node -> node.bias()
                .filter(bias -> !values.containsKey(bias.name()))
                .ifPresent(bias -> missing.add(bias.name())));
        Set<String> needless = new LinkedHashSet<>(missing);
        needless.retainAll(BiasAnalysis.absent(graph));
        Set<String> off = new LinkedHashSet<>(missing);
        off.removeAll(needless);
        Set<String> pointless =
                new LinkedHashSet<>(BiasAnalysis.absent(RequestBiases.apply(graph, missing, UseBias.OFF)));
        pointless.removeAll(missing);
        Graph asked = RequestBiases.apply(RequestBiases.apply(graph, off, UseBias.OFF), pointless, UseBias.ON);
        Parameters parameters = new Parameters(DropBiases.apply(graph, missing).parameters(), type);
        parameters.names().forEach(name -> parameters.get(name).assign(requireNonNull(values.get(name))));
        return new Model(asked, missing, parameters, Engine.fastest(type), SEED);
    }

    /** Names of the biases that a model has although they change no output in training. */
    public static List<String> pointless(BiasReport report) {
        return report.findings(BiasFinding.POINTLESS_BIAS).stream()
                .map(Finding::parameter)
                .toList();
    }

    /**
     * Takes the biases that change no output in training out of a copy, each exactly.
     *
     * @param report what is known of the biases
     * @throws IllegalStateException if a shared batch normalisation cannot take a bias exactly
     */
    public static Model absorbed(Model model, BiasReport report) {
        Set<String> pointless = new LinkedHashSet<>(pointless(report));
        Set<String> absent = new LinkedHashSet<>(report.absent());
        absent.addAll(pointless);
        Model without = model.copied(RequestBiases.apply(model.traced(), pointless, UseBias.AUTO), absent);
        Map<String, INDArray> weights = new LinkedHashMap<>();
        model.parameters()
                .names()
                .forEach(name -> weights.put(name, model.parameters().get(name)));
        OldWeights.copy(weights, without, BiasAnalysis.of(without.traced(), absent));
        return without;
    }

    /**
     * Puts back every bias that was left out by itself, as zeros, in a copy.
     *
     * @param report what is known of the biases
     */
    public static Model materialized(Model model, BiasReport report) {
        Set<String> dropped = report.decisions().stream()
                .filter(decision -> decision.asked() == UseBias.AUTO && !decision.kept())
                .map(BiasDecision::bias)
                .collect(Collectors.toCollection(LinkedHashSet::new));
        Set<String> absent = new LinkedHashSet<>(report.absent());
        absent.removeAll(dropped);
        return model.copied(RequestBiases.apply(model.traced(), dropped, UseBias.ON), absent);
    }
}
