package io.github.bn4j.pytorch;

import static java.util.Objects.requireNonNull;

import io.github.bn4j.engine.Model;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.RunningAverages;
import io.github.bn4j.graph.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The parameters of a network as PyTorch sees them: modules with tensors, in order.
 *
 * @param parameters of the network with all its biases, by name
 * @param absent names of the biases that it does without
 */
record Modules(Map<String, Parameter> parameters, Set<String> absent) {

    private static final String TRACKED = "num_batches_tracked";
    private static final String UPDATES = "updates";

    /** What the last word of a name is in PyTorch, where that is another one. */
    private static final Map<String, String> WORDS = Map.of(
            "gamma",
            "weight",
            "beta",
            "bias",
            "alpha",
            "weight",
            RunningAverages.MEAN,
            "running_mean",
            RunningAverages.VARIANCE,
            "running_var",
            UPDATES,
            TRACKED);

    static Modules of(Model model) {
        Map<String, Parameter> parameters = new LinkedHashMap<>();
        model.traced().parameters().forEach(parameter -> parameters.put(parameter.name(), parameter));
        return new Modules(parameters, Set.copyOf(model.absent()));
    }

    static String module(String name) {
        return name.substring(0, Math.max(0, name.lastIndexOf('.')));
    }

    static String word(String name) {
        return name.substring(name.lastIndexOf('.') + 1);
    }

    /** Compares paths word by word, numbers as numbers. */
    static int compareNumbers(String first, String second) {
        String[] left = first.split("\\.", -1);
        String[] right = second.split("\\.", -1);
        for (int i = 0; i < Math.min(left.length, right.length); i++) {
            int order =
                    isNumber(left[i]) && isNumber(right[i]) ? Integer.compare(left[i].length(), right[i].length()) : 0;
            order = order == 0 ? left[i].compareTo(right[i]) : order;
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(left.length, right.length);
    }

    private static boolean isNumber(String word) {
        return word.matches("0|[1-9][0-9]*");
    }

    /** Whether the first words in which two paths differ are numbers, so that they say which comes first. */
    static boolean areNumbered(String first, String second) {
        String[] left = first.split("\\.", -1);
        String[] right = second.split("\\.", -1);
        int i = 0;
        while (i < Math.min(left.length, right.length) && left[i].equals(right[i])) {
            i++;
        }
        return i < Math.min(left.length, right.length) && isNumber(left[i]) && isNumber(right[i]);
    }

    /** Whether a tensor of a state dict only counts batches, which nothing but a cumulative average needs. */
    static boolean isCounter(String name) {
        return word(name).equals(TRACKED);
    }

    /** The name that a parameter has in PyTorch if its module is called as here. */
    String inPyTorch(String name) {
        String word = word(name);
        String module = module(name);
        return (module.isEmpty() ? "" : module + ".") + WORDS.getOrDefault(word, word);
    }

    /** The parameters by the names that they have in PyTorch. */
    Map<String, String> byTorchName() {
        Map<String, String> names = new LinkedHashMap<>();
        parameters.keySet().forEach(name -> names.put(inPyTorch(name), name));
        return names;
    }

    /** The names of the parameters of each module, by PyTorch's words, in order of the modules. */
    Map<String, Map<String, String>> inOrder() {
        Map<String, Map<String, String>> modules = new LinkedHashMap<>();
        parameters.keySet().forEach(name -> modules.computeIfAbsent(module(name), any -> new LinkedHashMap<>())
                .put(word(inPyTorch(name)), name));
        return modules;
    }

    Shape shape(String name) {
        return requireNonNull(parameters.get(name)).shape();
    }

    /** Whether an array of a file can be a parameter: of its shape, or of as many elements where one of both is a counter or one slope. */
    boolean fits(String name, INDArray array) {
        Shape shape = shape(name);
        return shape.equals(Shape.of(array.shape())) || (shape.size() == 1 && array.length() == 1);
    }

    /** An array of a file in the shape that a parameter has here. */
    INDArray shaped(String name, INDArray array) {
        return array.reshape('c', shape(name).dims());
    }

    /** A parameter in the shape that it has in PyTorch, where a counter has no axes. */
    INDArray unshaped(String name, INDArray array) {
        if (word(name).equals(UPDATES)) {
            return array.reshape('c', new long[0]);
        }
        return array.rank() > 1 && array.length() == 1 && word(name).equals("alpha") ? array.reshape('c', 1) : array;
    }

    /** The parameters that a file has to have: all but the biases that are absent. */
    List<String> required() {
        Set<String> names = new LinkedHashSet<>(parameters.keySet());
        names.removeAll(absent);
        return new ArrayList<>(names);
    }
}
