package io.github.bn4j.check;

import io.github.bn4j.engine.Engine;
import io.github.bn4j.engine.TrainingProgram;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Initializer;
import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.graph.Role;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Tracer;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.Tensors;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.BiFunction;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Compares gradients with central differences, {@code (f(x + h) − f(x − h)) / 2h}, in float64 and training mode. The
 * function is a randomly weighted sum of all output elements; its gradients by all inputs and all trainable parameters
 * are checked, element by element.
 */
public final class GradientCheck {

    /* The values are a shuffled grid around zero with gaps wider than the step, so that no step crosses a kink at zero or
     * changes which element is the largest. An error is measured against the largest element of its own gradient, or
     * against a thousandth of the largest of all where that is larger: a gradient that is zero in truth (a bias before
     * a batch norm) has no scale of its own. */

    private static final double STEP = 1e-5;

    private GradientCheck() {}

    /**
     * The largest relative error of an op's gradients.
     *
     * @param op the op
     * @param inputs shape of one example of each input
     * @param parameters whole shape of each trainable parameter
     * @param batch number of examples
     * @param seed of inputs and parameters
     */
    public static double largestError(Op op, List<Shape> inputs, List<Shape> parameters, int batch, long seed) {
        return largestErrorOf(
                (scope, values) -> {
                    List<Parameter> made = new ArrayList<>();
                    for (int i = 0; i < parameters.size(); i++) {
                        made.add(scope.weight("parameter" + i, parameters.get(i), Initializer.normal(0.5)));
                    }
                    return scope.apply(op, values, made);
                },
                inputs,
                Draws.wholeNumbers(op, inputs.size(), parameters),
                batch,
                seed);
    }

    /** The largest relative error of the gradients of a layer, by its input and all its trainable parameters. */
    public static double largestError(Layer layer, Shape input, int batch, long seed) {
        return largestError(layer, input, OptionalLong.empty(), batch, seed);
    }

    static double largestError(Layer layer, Shape input, OptionalLong wholeNumbers, int batch, long seed) {
        return largestErrorOf(
                (scope, values) -> scope.call(layer, values.get(0)),
                List.of(input),
                List.of(wholeNumbers),
                batch,
                seed);
    }

    /* Inputs of whole numbers are given as they are, all others as parameters, whose gradients can be seen. */
    private static double largestErrorOf(
            BiFunction<Scope, List<Value>, Value> traced,
            List<Shape> inputs,
            List<OptionalLong> wholeNumbers,
            int batch,
            long seed) {
        Tracer tracer = new Tracer();
        Random random = new Random(seed);
        Value unused = tracer.input("unused", Shape.of(1));
        List<INDArray> arrays = new ArrayList<>();
        arrays.add(Tensors.zeros(DataType.DOUBLE, batch, 1));
        List<Value> values = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            if (wholeNumbers.get(i).isPresent()) {
                values.add(tracer.input("input" + i, inputs.get(i)));
                arrays.add(Draws.of(wholeNumbers.get(i), inputs.get(i), batch, random, Random::nextGaussian));
                continue;
            }
            Shape whole = Shape.of(inputs.get(i).batched(batch));
            Parameter given = tracer.scope().weight("input" + i, whole, distinct(whole.size(), random));
            values.add(tracer.scope().apply(new GivenInput(), unused, given));
        }
        Value y = traced.apply(tracer.scope(), values);
        Value weights = tracer.input("weights", y.shape());
        tracer.output("loss", tracer.scope().apply(new WeightedSum(), y, weights));
        Graph graph = tracer.graph();
        Parameters parameters = Parameters.initial(graph.parameters(), seed, DataType.DOUBLE);
        disturb(parameters, random);
        arrays.add(Draws.of(OptionalLong.empty(), y.shape(), batch, random, Random::nextGaussian));
        try (TrainingProgram program = Engine.nd4j().training(graph, parameters, batch, seed)) {
            return largestError(program, parameters, arrays.toArray(INDArray[]::new));
        }
    }

    private static Initializer distinct(long size, Random random) {
        List<Double> grid = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            grid.add((i - size / 2 + 0.25 + 0.5 * random.nextDouble()) * 4.0 / size);
        }
        Collections.shuffle(grid, random);
        int[] next = {0};
        return any -> grid.get(next[0]++);
    }

    // Gamma 1 and bias 0 would hide errors.
    private static void disturb(Parameters parameters, Random random) {
        for (Parameter parameter : parameters.all()) {
            if (parameter.role() == Role.TRAINABLE && !parameter.decays()) {
                INDArray values = parameters.get(parameter.name());
                double[] noise = new double[(int) values.length()];
                for (int i = 0; i < noise.length; i++) {
                    noise[i] = 0.5 * random.nextGaussian();
                }
                values.addi(Tensors.of(DataType.DOUBLE, noise, values.shape()));
            }
        }
    }

    private static double largestError(TrainingProgram program, Parameters parameters, INDArray[] arrays) {
        program.step(1, arrays);
        List<double[]> analytic = new ArrayList<>();
        List<double[]> numeric = new ArrayList<>();
        double scale = 0;
        for (Parameter parameter : parameters.all()) {
            if (parameter.trainable()) {
                double[] gradient =
                        parameters.gradient(parameter.name()).dup('c').data().asDouble();
                analytic.add(gradient);
                scale = Math.max(scale, largest(gradient));
            }
        }
        for (Parameter parameter : parameters.all()) {
            if (parameter.trainable()) {
                INDArray values = parameters.get(parameter.name());
                numeric.add(differences(program, values.reshape('c', new long[] {values.length()}), arrays));
            }
        }
        double worst = 0;
        for (int i = 0; i < analytic.size(); i++) {
            double own = Math.max(largest(numeric.get(i)), Math.max(1e-3 * scale, 1e-12));
            for (int k = 0; k < analytic.get(i).length; k++) {
                double error = Math.abs(analytic.get(i)[k] - numeric.get(i)[k]) / own;
                worst = Math.max(worst, Double.isNaN(error) ? Double.POSITIVE_INFINITY : error);
            }
        }
        return worst;
    }

    private static double[] differences(TrainingProgram program, INDArray values, INDArray[] arrays) {
        double[] slopes = new double[(int) values.length()];
        for (int k = 0; k < slopes.length; k++) {
            double before = values.getDouble(k);
            values.putScalar(k, before + STEP);
            double above = program.step(1, arrays);
            values.putScalar(k, before - STEP);
            double below = program.step(1, arrays);
            values.putScalar(k, before);
            slopes[k] = (above - below) / (2 * STEP);
        }
        return slopes;
    }

    private static double largest(double[] values) {
        double largest = 0;
        for (double value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }
}
