package io.github.bn4j.bias.internal;

import io.github.bn4j.bias.BiasAnalysis;
import io.github.bn4j.bias.BiasDecision;
import io.github.bn4j.bias.BiasReport;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.engine.Model;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.rewrite.DropBiases;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A model that begins like a trained one and goes on in another way. */
public final class Continuation {

    private final Graph start;
    private final Model trained;
    private final Set<String> common;

    /**
     * What a model begins with.
     *
     * @param start a part of the traced graph of {@code trained}
     */
    public Continuation(Graph start, Model trained) {
        this.start = start;
        this.trained = trained;
        common = start.parameters().stream()
                .map(Parameter::name)
                .filter(trained.parameters()::has)
                .collect(Collectors.toSet());
    }

    /** The floating-point type of what is trained. */
    public DataType type() {
        return trained.parameters().type();
    }

    /**
     * A model with copies of the trained values and initial ones behind them, on the engine of the trained one if it has its type.
     * All biases are decided about anew: one that is cancelled now is taken out exactly, one that is not any more begins at 0,
     * unless it is frozen.
     *
     * @param traced what goes on from {@code start}
     * @param seed of the initial values behind it
     * @throws IllegalStateException if a shared batch normalisation cannot take a bias exactly
     */
    public Model build(Graph traced, long seed, DataType type) {
        Set<String> absent = new LinkedHashSet<>(BiasAnalysis.absent(traced));
        start.parameters().stream()
                .filter(parameter -> parameter.frozen() && trained.absent().contains(parameter.name()))
                .forEach(bias -> absent.add(bias.name()));
        Parameters parameters =
                Parameters.initial(DropBiases.apply(traced, absent).parameters(), seed, type);
        Model model =
                new Model(traced, absent, parameters, type == type() ? trained.engine() : Engine.fastest(type), seed);
        trained.parameters().between(() -> copy(model));
        return model;
    }

    private void copy(Model model) {
        Parameters to = model.parameters();
        common.stream().filter(to::has).forEach(name -> to.get(name)
                .assign(value(name).castTo(to.type())));
        BiasReport report = BiasAnalysis.of(model.traced(), model.absent());
        Set<String> cancelled = cancelled(report);
        if (!cancelled.isEmpty()) {
            Map<String, INDArray> biases = new LinkedHashMap<>();
            cancelled.forEach(name -> biases.put(name, value(name)));
            OldWeights.copyMatching(biases, model, report);
        }
    }

    private INDArray value(String name) {
        return trained.parameters().get(name);
    }

    /* What is cancelled by new layers alone is in no running average yet. */
    private Set<String> cancelled(BiasReport report) {
        Set<String> layers = start.nodes().stream().map(Node::layer).collect(Collectors.toSet());
        return report.decisions().stream()
                .filter(decision -> !decision.kept() && common.contains(decision.bias()))
                .filter(decision -> decision.cancelledBy().stream().anyMatch(layers::contains))
                .map(BiasDecision::bias)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }
}
