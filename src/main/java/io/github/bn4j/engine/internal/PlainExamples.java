package io.github.bn4j.engine.internal;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkGiven;

import io.github.bn4j.engine.Finiteness;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.internal.Floats;
import io.github.bn4j.internal.Tensors;
import java.lang.reflect.Array;
import java.util.Arrays;
import java.util.List;
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

    private static double[] doubles(float... values) {
        return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
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

    /** Examples as a batch {@code [rows, shape]} of float32. */
    public INDArray batch(float[][] examples) {
        float[] all = new float[requireEach(examples)];
        for (int row = 0; row < examples.length; row++) {
            System.arraycopy(examples[row], 0, all, row * length(), length());
        }
        return Tensors.of(all, shape.batched(examples.length));
    }

    /** Examples as a batch {@code [rows, shape]} of float64. */
    public INDArray batch(double[][] examples) {
        double[] all = new double[requireEach(examples)];
        for (int row = 0; row < examples.length; row++) {
            System.arraycopy(examples[row], 0, all, row * length(), length());
        }
        return Tensors.of(DataType.DOUBLE, all, shape.batched(examples.length));
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

    /** The elements of each row of an array {@code [rows, …]}. Not modified. */
    public static List<double[]> rows(INDArray array) {
        double[] all = Floats.values(array);
        int rows = (int) array.size(0);
        int width = all.length / rows;
        return IntStream.range(0, rows)
                .mapToObj(row -> Arrays.copyOfRange(all, row * width, (row + 1) * width))
                .toList();
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
