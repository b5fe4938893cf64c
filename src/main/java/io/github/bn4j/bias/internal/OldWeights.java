package io.github.bn4j.bias.internal;

import static io.github.bn4j.internal.Checks.checkArgument;

import io.github.bn4j.bias.BiasAbsorption;
import io.github.bn4j.bias.BiasReport;
import io.github.bn4j.engine.Finiteness;
import io.github.bn4j.engine.Model;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.graph.ShapeException;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Weights from elsewhere, with biases that a network does without. */
public final class OldWeights {

    private OldWeights() {}

    /**
     * Checks all, absorbs in float64, and only then writes to the parameters of a model.
     *
     * @param weights an array for each parameter by name, and for any bias that was left out. Not modified.
     * @param model Modified: its parameters.
     * @param report what is known of its biases
     * @param probe an array for each input by name to measure by, or none for normal random numbers. Not modified.
     * @throws IllegalArgumentException if a name is unknown or missing, a shape is wrong, a value is not finite, a running
     *     variance is negative, or a bias is not cancelled
     * @throws IllegalStateException if a shared batch normalisation cannot take a bias exactly
     */
    public static BiasAbsorption copy(
            Map<String, INDArray> weights, Model model, BiasReport report, Map<String, INDArray> probe) {
        Graph traced = model.traced();
        Parameters parameters = model.parameters();
        Parameters all = new Parameters(traced.parameters(), DataType.DOUBLE);
        require(weights, all, parameters);
        weights.forEach((name, array) -> all.get(name).assign(array.castTo(DataType.DOUBLE)));
        requireFinite(model.with(all));
        Set<String> absent = new LinkedHashSet<>(report.absent());
        absent.retainAll(weights.keySet());
        BiasAbsorption absorption = BiasAbsorption.absorb(model.with(traced, Set.of(), all), report, absent, probe);
        Parameters stored = new Parameters(parameters.all(), parameters.type());
        stored.names().forEach(name -> stored.get(name).assign(all.get(name).castTo(stored.type())));
        requireFinite(model.with(stored));
        parameters.names().forEach(name -> parameters.get(name).assign(stored.get(name)));
        return absorption;
    }

    /* As they come, and once more as they are stored: float32 holds less than float64. */
    private static void requireFinite(Model model) {
        Parameters values = model.parameters();
        Finiteness.fault(model.traced(), values).ifPresent(fault -> {
            throw new IllegalArgumentException(
                    "importWeights expects " + fault + (values.type() == DataType.FLOAT ? " as FLOAT" : "")
                            + "; take weights from before the training diverged, or set these values");
        });
    }

    private static void require(Map<String, INDArray> weights, Parameters all, Parameters parameters) {
        List<String> unknown =
                weights.keySet().stream().filter(name -> !all.has(name)).toList();
        checkArgument(
                unknown.isEmpty(),
                "importWeights expects names of this network's parameters and biases but got %s; rename or leave them"
                        + " out, it has %s",
                unknown,
                all.names());
        List<String> missing = parameters.names().stream()
                .filter(name -> !weights.containsKey(name))
                .toList();
        checkArgument(
                missing.isEmpty(),
                "importWeights expects all of this network's parameters but got none of %s; add them",
                missing);
        for (Parameter parameter : all.all()) {
            @Nullable INDArray array = weights.get(parameter.name());
            if (array != null && !Arrays.equals(array.shape(), parameter.shape().dims())) {
                throw ShapeException.expected(
                                "\"" + parameter.name() + "\" of shape " + parameter.shape(),
                                Arrays.toString(array.shape()))
                        .by("importWeights");
            }
        }
    }
}
