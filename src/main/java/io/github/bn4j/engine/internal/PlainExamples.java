package io.github.bn4j.engine.internal;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkGiven;
import static java.util.Objects.requireNonNull;

import io.github.bn4j.engine.Finiteness;
import io.github.bn4j.engine.Prediction;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.internal.Floats;
import io.github.bn4j.internal.Tensors;
import java.lang.reflect.Array;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Examples of the only input of a network as arrays of Java, each in row-major order: an image channel by channel, row by row.
 *
 * @param name of the input
 * @param shape of one example
 */
public record PlainExamples(String name, Shape shape) {

    /**
     * Those of a network.
     *
     * @throws IllegalArgumentException if it has several inputs
     */
    public static PlainExamples of(Graph graph) {
        checkArgument(
                graph.inputs().size() == 1,
                "network expects inputs %s but got a single array; pass a map",
                graph.inputs().keySet());
        String name = graph.inputs().keySet().iterator().next();
        return new PlainExamples(name, graph.inputs().values().iterator().next().shape());
    }

    /** The numbers of an example. */
    public int length() {
        return Math.toIntExact(shape.size());
    }

    /**
     * Checks the length of an example.
     *
     * @param example {@code float[]} or {@code double[]}
     * @throws IllegalArgumentException if it is another than that of the input
     */
    public void require(Object example) {
        checkGiven(example, "network", "an array of the numbers of an example");
        int given = Array.getLength(example);
        if (given != shape.size()) {
            throw wrong(given, "");
        }
    }

    private IllegalArgumentException wrong(int given, String where) {
        return new IllegalArgumentException("input \"" + name + "\" expects "
                + (shape.rank() > 1 ? shape.size() + " numbers for an example " + shape : shape.size() + " numbers")
                + " but got " + given + where
                + (shape.rank() > 1 ? "; give it all elements, those of the last axis side by side" : ""));
    }

    /**
     * An example for a network that computes in a type.
     *
     * @return {@code float[]} for float32, {@code double[]} for float64
     * @throws IllegalArgumentException if it has another length, or an element is NaN or infinite
     */
    public Object finite(DataType type, float... example) {
        require(example);
        for (float value : example) {
            if (!Float.isFinite(value)) {
                Finiteness.requireInput(name, batch(example), type);
            }
        }
        return type == DataType.DOUBLE ? doubles(example) : example;
    }

    /**
     * An example for a network that computes in a type, as {@link #finite(DataType, float...)} takes it.
     *
     * @throws IllegalArgumentException also if an element is more than {@code type} holds
     */
    public Object finite(DataType type, double... example) {
        require(example);
        for (double value : example) {
            if (!(type == DataType.DOUBLE ? Double.isFinite(value) : Float.isFinite((float) value))) {
                Finiteness.requireInput(name, batch(example), type);
            }
        }
        return type == DataType.DOUBLE ? example : floats(example);
    }

    /** The numbers in float64. */
    static double[] doubles(float... values) {
        double[] doubles = new double[values.length];
        for (int i = 0; i < doubles.length; i++) {
            doubles[i] = values[i];
        }
        return doubles;
    }

    /** One example as a batch {@code [1, shape]} of float32. */
    public INDArray batch(float... example) {
        require(example);
        return Tensors.of(example, shape.batched(1));
    }

    /** One example as a batch {@code [1, shape]} of float64. */
    public INDArray batch(double... example) {
        require(example);
        return Tensors.of(DataType.DOUBLE, example, shape.batched(1));
    }

    /** The numbers of some examples, one after another. */
    public float[] numbers(float[][] examples) {
        float[] all = new float[requireEach(examples)];
        for (int row = 0; row < examples.length; row++) {
            System.arraycopy(examples[row], 0, all, row * length(), length());
        }
        return all;
    }

    /** The numbers of some examples in float64, one after another. */
    public double[] numbers(double[][] examples) {
        double[] all = new double[requireEach(examples)];
        for (int row = 0; row < examples.length; row++) {
            System.arraycopy(examples[row], 0, all, row * length(), length());
        }
        return all;
    }

    private int requireEach(Object[] examples) {
        checkGiven(examples, "network", "an array of numbers for each example");
        checkArgument(examples.length > 0, "input \"%s\" expects at least one example but got an empty array", name);
        for (int row = 0; row < examples.length; row++) {
            checkGiven(examples[row], "network", "an array of numbers as example " + row);
            int given = Array.getLength(examples[row]);
            if (given != shape.size()) {
                throw wrong(given, " in row " + row);
            }
        }
        long all = examples.length * shape.size();
        checkArgument(
                all <= Integer.MAX_VALUE - 8,
                "network expects at most 2147483639 numbers at once but got %s; give it fewer examples",
                all);
        return (int) all;
    }

    /**
     * An output for each of some examples.
     *
     * @param output its name
     * @param numbers of all examples, one after another. Not modified.
     * @throws IllegalArgumentException if a number is NaN or infinite
     */
    public List<double[]> outputs(Prediction prediction, String output, float... numbers) {
        long[] batch = shape.batched(numbers.length / length());
        if (prediction.type() != DataType.FLOAT) {
            return outputs(prediction, output, Tensors.of(numbers, batch));
        }
        int index = List.copyOf(prediction.graph().outputs().keySet()).indexOf(output);
        return rows((int) batch[0], doubles(prediction.run(numbers, batch).get(index)));
    }

    /** An output for each of some examples in float64, which a network in float32 computes in float32. */
    public List<double[]> outputs(Prediction prediction, String output, double... numbers) {
        return prediction.type() == DataType.FLOAT && Floats.hold(numbers)
                ? outputs(prediction, output, floats(numbers))
                : outputs(
                        prediction,
                        output,
                        Tensors.of(DataType.DOUBLE, numbers, shape.batched(numbers.length / length())));
    }

    private List<double[]> outputs(Prediction prediction, String output, INDArray batch) {
        return rows(requireNonNull(prediction.run(Map.of(name, batch)).get(output)));
    }

    /** The elements of each row of an array {@code [rows, …]}. Not modified. */
    public static List<double[]> rows(INDArray array) {
        return rows((int) array.size(0), Floats.values(array));
    }

    private static List<double[]> rows(int rows, double... all) {
        if (rows == 1) {
            return List.of(all);
        }
        int width = all.length / rows;
        return IntStream.range(0, rows)
                .mapToObj(row -> Arrays.copyOfRange(all, row * width, (row + 1) * width))
                .toList();
    }

    /** The numbers in float32, {@code float[]} or {@code double[]}; not copied if they are already. */
    public static float[] floats(Object values) {
        return values instanceof float[] floats ? floats : floats((double[]) values);
    }

    /** The numbers in float64, {@code float[]} or {@code double[]}; not copied if they are already. */
    public static double[] doubles(Object values) {
        return values instanceof double[] doubles ? doubles : doubles((float[]) values);
    }

    /** The numbers in float32. */
    public static float[] floats(double... values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }
}
