package io.github.bn4j.engine;

import static io.github.bn4j.internal.Checks.checkGiven;

import io.github.bn4j.graph.ShapeException;
import io.github.bn4j.graph.Value;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Arrays by name, bound to the inputs of a graph: the one place that says whether they fit. */
public final class Binding {

    private Binding() {}

    /**
     * The arrays of a data set for some inputs, in the order of the inputs. An only array goes to an only input, whatever their
     * names; arrays that no input asks for are left out.
     *
     * @param who who needs them, for messages
     * @param inputs by name
     * @param arrays by name, each {@code [examples, shape]}. Not modified.
     * @throws IllegalArgumentException if an input has no array, or one is empty
     * @throws ShapeException if the examples of one have another shape; the message says what to do about the usual mistakes
     */
    public static Map<String, INDArray> ofData(String who, Map<String, Value> inputs, Map<String, INDArray> arrays) {
        boolean single = inputs.size() == 1 && arrays.size() == 1;
        Map<String, INDArray> named = single
                ? Collections.singletonMap(
                        inputs.keySet().iterator().next(),
                        arrays.values().iterator().next())
                : arrays;
        if (!named.keySet().containsAll(inputs.keySet())) {
            throw missing(who, inputs, arrays);
        }
        Map<String, INDArray> bound = new LinkedHashMap<>();
        inputs.forEach((name, value) ->
                bound.put(name, ProgramRequirements.requireExamples(name, value.shape(), named.get(name))));
        return bound;
    }

    /**
     * The arrays for some inputs, in the order of the inputs, each under its name.
     *
     * @param who who needs them, for messages
     * @param inputs by name
     * @param arrays by name, each {@code [rows, shape]}. Not modified.
     * @throws IllegalArgumentException if an input has no array or the other way round, one is empty, or the numbers of rows
     *     differ
     * @throws ShapeException if the examples of one have another shape
     */
    public static Map<String, INDArray> of(String who, Map<String, Value> inputs, Map<String, INDArray> arrays) {
        checkGiven(arrays, who, "an array for each input");
        if (!arrays.keySet().equals(inputs.keySet())) {
            throw missing(who, inputs, arrays);
        }
        Map<String, INDArray> bound = ofData(who, inputs, arrays);
        long rows = -1;
        for (INDArray array : bound.values()) {
            if (rows >= 0 && array.size(0) != rows) {
                throw new IllegalArgumentException(who + " expects the same number of examples in all inputs but got "
                        + bound.values().stream().map(each -> each.size(0)).toList()
                        + "; row i of each is example i");
            }
            rows = array.size(0);
        }
        return bound;
    }

    /**
     * An array for the only input, under its name.
     *
     * @param who who needs it, for the message
     * @param inputs by name
     * @param array {@code [rows, shape]}. Not modified.
     * @throws IllegalArgumentException if there are several inputs
     */
    public static Map<String, INDArray> single(String who, Map<String, Value> inputs, INDArray array) {
        if (inputs.size() != 1) {
            throw new IllegalArgumentException(
                    who + " expects inputs " + inputs.keySet() + " but got a single array; pass a map");
        }
        return Map.of(inputs.keySet().iterator().next(), array);
    }

    private static IllegalArgumentException missing(
            String who, Map<String, Value> inputs, Map<String, INDArray> arrays) {
        return new IllegalArgumentException(who + " expects arrays for inputs " + inputs.keySet() + " but got "
                + arrays.keySet() + "; name the arrays after the inputs");
    }
}
