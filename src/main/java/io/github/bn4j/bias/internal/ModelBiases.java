package io.github.bn4j.bias.internal;

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
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The biases of a model: decided about when it is built, taken out, put back. */
public final class ModelBiases {

    private ModelBiases() {}

    /** A model of a traced graph that does without pointless biases, with initial parameters, on the fastest engine. */
    public static Model decided(Graph traced, long seed, DataType type) {
        Set<String> absent = BiasAnalysis.absent(traced);
        Parameters parameters =
                Parameters.initial(DropBiases.apply(traced, absent).parameters(), seed, type);
        return new Model(traced, absent, parameters, Engine.fastest(type), seed);
    }

    /**
     * Takes the biases that change no output in training out of a copy, each exactly.
     *
     * @param report what is known of the biases
     * @throws IllegalStateException if a shared batch normalisation cannot take a bias exactly
     */
    public static Model absorbed(Model model, BiasReport report) {
        Set<String> pointless = report.findings(BiasFinding.POINTLESS_BIAS).stream()
                .map(Finding::parameter)
                .collect(Collectors.toCollection(LinkedHashSet::new));
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
