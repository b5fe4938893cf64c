package io.github.bn4j.engine.onednn;

import static java.util.Objects.requireNonNull;

import io.github.bn4j.GraphBuilder;
import io.github.bn4j.Network;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.engine.InferenceProgram;
import io.github.bn4j.engine.TrainingProgram;
import io.github.bn4j.graph.Call;
import io.github.bn4j.graph.Gradients;
import io.github.bn4j.graph.Initializer;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.Floats;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.layer.Conv1d;
import io.github.bn4j.layer.Conv2d;
import io.github.bn4j.layer.Relu;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * An op by itself in mixed precision: it gets values of bfloat16 from 1×1 convolutions that change nothing, and gradients that
 * bfloat16 holds from a loss that is linear in what it yields. So all that differs from float64 is what the op itself rounds, and
 * gradients by each element of its inputs can be compared.
 */
final class OpOnBfloat16 {

    private static final String PROBE = "probe";
    private static final String SAME = "same";
    private static final String WEIGHTS = "weights of the loss";
    private static final String OUTPUT = "output";
    private static final String PARAMETER = "parameter ";
    private static final String INPUT = "input ";
    private static final double NEAR_0 = 1e-4;
    private static final int BATCH = 4;

    /** Traces the op on top of some values. */
    interface Body {
        Value trace(GraphBuilder g, Value... inputs);
    }

    /**
     * An op and what comes in.
     *
     * @param relu whether there is a ReLU behind it
     * @param exact whether bfloat16 holds what comes in, and all weights
     * @param positive whether what comes in is well above 0
     */
    record Case(String name, Body body, boolean relu, boolean exact, boolean positive, List<Shape> shapes) {

        Case withoutRelu() {
            return new Case(name, body, false, exact, positive, shapes);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** Of somebody else: yields what it gets, and keeps the gradient by it. */
    private record Probe(String name, Map<String, double[]> gradients) implements Op {

        @Override
        public Shape outputShape(List<Shape> inputs, List<Shape> parameters) {
            return inputs.get(0);
        }

        @Override
        public INDArray forward(Call call) {
            return Tensors.copy(call.input(0));
        }

        @Override
        public Gradients backward(Call call, INDArray dy) {
            gradients.put(name, Floats.values(dy));
            return Gradients.of(Tensors.copy(dy))
                    .parameters(Tensors.zeros(dy.dataType(), call.parameter(0).shape()));
        }
    }

    /** Of somebody else: for each example the sum of its elements times the weights of the loss. */
    private record WeightedSum() implements Op {

        @Override
        public Shape outputShape(List<Shape> inputs, List<Shape> parameters) {
            return Shape.of();
        }

        @Override
        public INDArray forward(Call call) {
            INDArray x = call.input(0);
            return x.mul(call.input(1))
                    .reshape(x.size(0), x.length() / x.size(0))
                    .sum(1);
        }

        @Override
        public Gradients backward(Call call, INDArray dy) {
            INDArray w = call.input(1);
            double share = dy.getDouble(0);
            return Gradients.of(w.mul(share), call.input(0).mul(share));
        }
    }

    /**
     * Errors of the largest element, in units of the largest element of the true tensor.
     *
     * @param output what the op yields in training
     * @param input the gradients by what it gets
     * @param parameter the gradients by its parameters
     * @param prediction what it yields in a prediction
     */
    record Errors(double output, double input, double parameter, double prediction) {}

    private final Map<String, double[]> gradients = new HashMap<>();
    private final Network net;
    private final List<String> parameters;
    private final Map<String, INDArray> inputs = new LinkedHashMap<>();

    OpOnBfloat16(Case of, long seed) {
        net = network(of, seed);
        parameters = net.graph().parameters().stream()
                .filter(Parameter::trainable)
                .map(Parameter::name)
                .filter(name -> !name.startsWith(PROBE) && !name.startsWith(SAME))
                .toList();
        Random random = new Random(seed);
        net.graph().inputs().forEach((name, input) -> {
            double[] drawn = random.doubles(BATCH * input.shape().size())
                    .map(any -> of.positive() ? 0.25 + 2 * any : random.nextGaussian())
                    .toArray();
            boolean round = of.exact() || name.equals(WEIGHTS);
            inputs.put(
                    name,
                    Tensors.of(
                            DataType.FLOAT,
                            round ? rounded(drawn) : drawn,
                            input.shape().batched(BATCH)));
        });
        for (String name : parameters) {
            INDArray parameter = net.parameters().get(name);
            double[] values = Floats.values(parameter);
            if (parameter.rank() == 1) {
                Arrays.setAll(values, i -> values[i] + random.nextGaussian() / 3);
            }
            Floats.write(parameter.rank() > 1 && of.exact() ? rounded(values) : values, parameter);
        }
        writeOnes();
        if (of.relu()) {
            keepAwayFromKinks(new OpOnBfloat16(of.withoutRelu(), seed));
        }
    }

    /* The 1×1 convolutions multiply each channel by 1. */
    private void writeOnes() {
        for (String name : net.parameters().names()) {
            if (name.startsWith(SAME)) {
                INDArray weight = net.parameters().get(name);
                int channels = (int) weight.size(0);
                double[] values = new double[channels * channels];
                for (int c = 0; c < channels; c++) {
                    values[c * channels + c] = 1;
                }
                Floats.write(values, weight);
            }
        }
    }

    private Network network(Case of, long seed) {
        GraphBuilder g = new GraphBuilder();
        List<Value> given = new ArrayList<>();
        for (Shape shape : of.shapes()) {
            given.add(bfloat16(g, given.size(), g.input("x" + given.size(), shape.dims())));
        }
        Value y = of.body().trace(g, given.toArray(Value[]::new));
        y = of.relu() ? g.call(new Relu(), y) : y;
        Value weights = g.input(WEIGHTS, y.shape().dims());
        Value loss = g.apply(new WeightedSum(), y, weights);
        return g.build(seed, loss, y);
    }

    /* Features of a dense layer are brought to bfloat16 by itself. */
    private Value bfloat16(GraphBuilder g, int number, Value x) {
        String name = PROBE + number;
        Value seen = g.call(
                name,
                (scope, value) -> scope.apply(
                        new Probe(name, gradients),
                        List.of(value),
                        List.of(scope.vector("nothing", Shape.of(1), Initializer.constant(0)))),
                x);
        int channels = (int) x.shape().dim(0);
        return switch (x.shape().rank()) {
            case 3 -> g.call(SAME + number, Conv2d.of(channels, 1).useBias(false), seen);
            case 2 -> g.call(SAME + number, Conv1d.of(channels, 1).useBias(false), seen);
            default -> seen;
        };
    }

    private void keepAwayFromKinks(OpOnBfloat16 before) {
        double[] y =
                requireNonNull(before.trained(Engine.nd4j(), DataType.DOUBLE).get(OUTPUT));
        INDArray weights = requireNonNull(inputs.get(WEIGHTS));
        double[] values = Floats.values(weights);
        Arrays.setAll(values, i -> Math.abs(y[i]) < NEAR_0 ? 0 : values[i]);
        Floats.write(values, weights);
    }

    /** What bfloat16 has for some numbers: the upper half of their bits. */
    private static double[] rounded(double[] values) {
        return Arrays.stream(values)
                .map(value -> Float.intBitsToFloat(Float.floatToRawIntBits((float) value) & 0xffff0000))
                .toArray();
    }

    private Map<String, double[]> trained(Engine engine, DataType type) {
        Parameters store = net.parameters().to(type);
        Map<String, double[]> results = new LinkedHashMap<>();
        try (TrainingProgram program = engine.training(net.graph(), store, BATCH, 1)) {
            program.step(1, examples());
            results.put(OUTPUT, Floats.values(program.outputs().get(0)));
            parameters.forEach(name -> results.put(PARAMETER + name, Floats.values(store.gradient(name))));
            gradients.forEach((name, gradient) -> results.put(INPUT + name, gradient));
        }
        return results;
    }

    private double[] predicted(Engine engine, DataType type) {
        try (InferenceProgram program =
                engine.inference(net.graph(), net.parameters().to(type), BATCH)) {
            return Floats.values(program.run(examples()).get(1));
        }
    }

    private INDArray[] examples() {
        return inputs.values().toArray(INDArray[]::new);
    }

    /** The kinds of ops in front of the loss. */
    Set<Class<? extends Op>> ops() {
        Set<Class<? extends Op>> ops = new HashSet<>();
        net.graph().nodes().forEach(node -> ops.add(node.op().getClass()));
        return ops;
    }

    /** How far an engine is from float64. */
    Errors errors(Engine engine) {
        Map<String, double[]> exact = trained(Engine.nd4j(), DataType.DOUBLE);
        Map<String, double[]> actual = trained(engine, DataType.FLOAT);
        return new Errors(
                worst(OUTPUT, actual, exact),
                worst(INPUT, actual, exact),
                worst(PARAMETER, actual, exact),
                error(predicted(engine, DataType.FLOAT), predicted(Engine.nd4j(), DataType.DOUBLE)));
    }

    private static double worst(String kind, Map<String, double[]> actual, Map<String, double[]> exact) {
        return exact.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(kind))
                .mapToDouble(entry -> error(requireNonNull(actual.get(entry.getKey())), entry.getValue()))
                .max()
                .orElse(0);
    }

    private static double error(double[] actual, double[] exact) {
        double largest = Arrays.stream(exact).map(Math::abs).max().orElse(0);
        double error = 0;
        for (int i = 0; i < exact.length; i++) {
            double own = Math.abs(actual[i] - exact[i]);
            error = own <= error ? error : own;
        }
        return error == 0 ? 0 : error / largest;
    }
}
