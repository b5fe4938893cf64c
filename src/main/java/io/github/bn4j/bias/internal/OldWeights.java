package io.github.bn4j.bias.internal;

import static io.github.bn4j.internal.Checks.checkArgument;

import io.github.bn4j.bias.BiasAbsorption;
import io.github.bn4j.bias.BiasReport;
import io.github.bn4j.bias.WeightImport;
import io.github.bn4j.engine.Finiteness;
import io.github.bn4j.engine.Model;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.ShapeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
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
     * @throws IllegalArgumentException if a name is unknown or missing, a shape is wrong, a value is not finite, a running
     *     variance is negative, or a bias is not cancelled
     * @throws IllegalStateException if a shared batch normalisation cannot take a bias exactly
     */
    public static BiasAbsorption copy(Map<String, INDArray> weights, Model model, BiasReport report) {
        require(weights, model);
        return write("importWeights", weights, model, report);
    }

    /**
     * Takes what fits by name and shape as {@link #copy} takes all, and leaves the rest of the model as it is.
     *
     * @throws IllegalArgumentException if nothing fits, a value is not finite, or a running variance is negative
     * @throws IllegalStateException if a shared batch normalisation cannot take a bias exactly
     */
    public static WeightImport copyMatching(Map<String, INDArray> weights, Model model, BiasReport report) {
        Parameters parameters = model.parameters();
        Map<String, Shape> shapes = new LinkedHashMap<>();
        model.traced().parameters().forEach(parameter -> shapes.put(parameter.name(), parameter.shape()));
        Map<String, INDArray> matching = new LinkedHashMap<>();
        List<WeightImport.OtherShape> otherShapes = new ArrayList<>();
        List<String> unknown = new ArrayList<>();
        weights.forEach((name, array) -> {
            Shape expected = shapes.get(name);
            if (expected == null) {
                unknown.add(name);
            } else if (Arrays.equals(array.shape(), expected.dims())) {
                matching.put(name, array);
            } else {
                otherShapes.add(new WeightImport.OtherShape(name, expected, array.shape()));
            }
        });
        checkArgument(
                !matching.isEmpty(),
                "importMatching expects an array with the name and shape of a parameter but got %s; this network has %s",
                unknown.isEmpty() ? otherShapes : unknown,
                parameters.all());
        Map<String, INDArray> complete = new LinkedHashMap<>(matching);
        parameters.names().forEach(name -> complete.putIfAbsent(name, parameters.get(name)));
        BiasAbsorption absorption = write("importMatching", complete, model, report);
        return new WeightImport(
                parameters.names().stream().filter(matching::containsKey).toList(),
                parameters.names().stream()
                        .filter(name -> !weights.containsKey(name))
                        .toList(),
                otherShapes,
                unknown,
                absorption);
    }

    private static BiasAbsorption write(String who, Map<String, INDArray> weights, Model model, BiasReport report) {
        Parameters parameters = model.parameters();
        requireFinite(who, model, weights, "");
        Set<String> absent = new LinkedHashSet<>(report.absent());
        absent.retainAll(weights.keySet());
        Map<String, INDArray> values = new LinkedHashMap<>(weights);
        BiasAbsorption absorption = BiasAbsorption.absorb(model.traced(), report, absent, values);
        values.replaceAll((name, array) -> array.castTo(parameters.type()));
        requireFinite(who, model, values, parameters.type() == DataType.FLOAT ? " as FLOAT" : "");
        values.forEach((name, array) -> parameters.get(name).assign(array));
        return absorption;
    }

    /* As they come, and once more as they are stored: float32 holds less than float64. */
    private static void requireFinite(String who, Model model, Map<String, INDArray> values, String as) {
        Finiteness.fault(model.traced(), values).ifPresent(fault -> {
            throw new IllegalArgumentException(who + " expects " + fault + as
                    + "; take weights from before the training diverged, or set these values");
        });
    }

    private static void require(Map<String, INDArray> weights, Model model) {
        Parameters parameters = model.parameters();
        List<Parameter> all = model.traced().parameters();
        List<String> names = all.stream().map(Parameter::name).toList();
        List<String> unknown =
                weights.keySet().stream().filter(name -> !names.contains(name)).toList();
        checkArgument(
                unknown.isEmpty(),
                "importWeights expects names of this network's parameters and biases but got %s; rename or leave them"
                        + " out, it has %s",
                unknown,
                names);
        List<String> missing = parameters.names().stream()
                .filter(name -> !weights.containsKey(name))
                .toList();
        checkArgument(
                missing.isEmpty(),
                "importWeights expects all of this network's parameters but got none of %s; add them",
                missing);
        for (Parameter parameter : all) {
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
