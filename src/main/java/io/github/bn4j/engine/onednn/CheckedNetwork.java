package io.github.bn4j.engine.onednn;

import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Initializer;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.graph.RunningAverages;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Statistics;
import io.github.bn4j.graph.Tracer;
import io.github.bn4j.graph.UseBias;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.op.Addition;
import io.github.bn4j.op.AveragePooling;
import io.github.bn4j.op.BatchNormalization;
import io.github.bn4j.op.Concatenation;
import io.github.bn4j.op.Convolution;
import io.github.bn4j.op.Elementwise;
import io.github.bn4j.op.GlobalAveragePooling;
import io.github.bn4j.op.LogSoftmax;
import io.github.bn4j.op.Masking;
import io.github.bn4j.op.MatrixMultiply;
import io.github.bn4j.op.MatrixProduct;
import io.github.bn4j.op.MaxPooling;
import io.github.bn4j.op.MeanSquaredError;
import io.github.bn4j.op.Multiplication;
import io.github.bn4j.op.Reshaping;
import io.github.bn4j.op.Sliding;
import io.github.bn4j.op.Softmax;
import io.github.bn4j.op.SoftmaxCrossEntropy;
import io.github.bn4j.op.Subtraction;
import io.github.bn4j.op.TransposedConvolution;
import io.github.bn4j.op.Transposition;
import io.github.bn4j.op.function.Clipping;
import io.github.bn4j.op.function.ElementwiseFunction;
import io.github.bn4j.op.function.ExponentialLinear;
import io.github.bn4j.op.function.LeakyRectifier;
import io.github.bn4j.op.function.Line;
import io.github.bn4j.op.function.StandardFunction;
import java.util.List;
import java.util.Random;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A small network with every op and every function that oneDNN has a lowering for. Its outputs are {@code loss []} and
 * {@code y [32]}. Parameters, examples and masks are the same on every machine.
 */
final class CheckedNetwork {

    static final int BATCH = 4;

    /** Of steps and parameters. */
    static final long SEED = 1;

    /** One block of the layouts that kernels for AVX-512 work in, two of those for AVX2. */
    private static final int CHANNELS = 16;

    private static final int SIZE = 6;

    private static final List<ElementwiseFunction> FUNCTIONS = List.of(
            StandardFunction.GELU,
            StandardFunction.SILU,
            StandardFunction.HARD_SWISH,
            StandardFunction.TANH,
            StandardFunction.ABS,
            StandardFunction.SQUARE,
            new LeakyRectifier(0.1),
            new ExponentialLinear(1),
            new Clipping(-1, 1));

    private final Tracer tracer = new Tracer();
    private final Scope scope = tracer.scope();

    private CheckedNetwork() {}

    static Graph graph() {
        CheckedNetwork network = new CheckedNetwork();
        Value target = network.tracer.input("target", Shape.of(2 * CHANNELS));
        Value x = network.residualBlock(network.tracer.input("x", Shape.of(3, SIZE, SIZE)));
        x = network.attention(network.functions(network.downAndUp(x)));
        Value features =
                network.normalized("head", network.scope.apply(new GlobalAveragePooling(), x), Statistics.batch());
        Value dense =
                network.scope.apply(new MatrixMultiply(), features, network.weight("dense", 2 * CHANNELS, CHANNELS));
        Value logits = network.tracer.scope("dense", "").addBias(dense, UseBias.ON);
        Value y = network.scope.apply(new LogSoftmax(), logits);
        network.tracer.output(
                "loss",
                network.scope.apply(
                        new Addition(),
                        network.scope.apply(new MeanSquaredError(), y, target),
                        network.scope.apply(new SoftmaxCrossEntropy(), logits, target)));
        network.tracer.output("y", y);
        return network.tracer.graph();
    }

    /** Yields {@code [16, 6, 6]}. */
    private Value residualBlock(Value image) {
        Value x = relu(normalized("stem", convolution("stem", image, 1), Statistics.batch()));
        Value branch = relu(normalized("branch", convolution("branch", x, CHANNELS), Statistics.batch()));
        Value frozen = normalized("frozen", branch, Statistics.running());
        return relu(scope.apply(new Addition(), x, frozen));
    }

    /** To half the size in two ways, and back; the same shape. */
    private Value downAndUp(Value x) {
        Sliding two = Sliding.by(2);
        Value half = scope.apply(
                new Concatenation(0),
                List.of(
                        scope.apply(new MaxPooling(2, 2, two, two), x),
                        scope.apply(new AveragePooling(2, 2, two, two, false), x)),
                List.of());
        Value masked = scope.apply(new Masking(0.25, Masking.Unit.ELEMENT), half);
        Parameter up = weight("up", 2 * CHANNELS, CHANNELS, 2, 2);
        return scope.apply(new Addition(), x, scope.apply(new TransposedConvolution(two, two, 0, 0, 1), masked, up));
    }

    /** Sums of functions, less some and times another, of the same shape: where one is wrong, so is what it is part of. */
    private Value functions(Value image) {
        Value x = apply(new Line(0.4, -0.4), image);
        Value sum = apply(StandardFunction.SOFTPLUS, x);
        for (ElementwiseFunction function : FUNCTIONS) {
            sum = scope.apply(new Addition(), sum, apply(function, x));
        }
        Value bounded = apply(StandardFunction.TANH, x);
        Value positive = apply(StandardFunction.EXP, bounded);
        Value root = apply(StandardFunction.SQRT, positive);
        Value inverse = apply(StandardFunction.RECIPROCAL, positive);
        Value less = scope.apply(new Subtraction(), sum, scope.apply(new Addition(), root, inverse));
        return scope.apply(new Multiplication(), less, apply(StandardFunction.SIGMOID, x));
    }

    /** Channels that look at each other; the same shape. */
    private Value attention(Value x) {
        Value rows = scope.apply(new Reshaping(Shape.of(CHANNELS, SIZE * SIZE)), x);
        Value columns = scope.apply(Transposition.of(1, 0), rows);
        Value scores = scope.apply(new MatrixProduct(false, false), rows, columns);
        Value weights = scope.apply(new Softmax(), apply(new Line(0.01, 0), scores));
        Value mixed = scope.apply(new MatrixProduct(false, false), weights, rows);
        return scope.apply(new Reshaping(Shape.of(CHANNELS, SIZE, SIZE)), mixed);
    }

    private Value convolution(String name, Value x, int groups) {
        Sliding padded = Sliding.BY_ONE.padded(1);
        return scope.apply(
                new Convolution(padded, padded, groups),
                x,
                weight(name, CHANNELS, x.shape().dim(0) / groups, 3, 3));
    }

    private Parameter weight(String name, long... dims) {
        return tracer.scope(name, "").weight("weight", Shape.of(dims), Initializer.normal(0.3));
    }

    private Value normalized(String name, Value x, Statistics statistics) {
        Scope named = tracer.scope(name, "");
        Shape channels = Shape.of(x.shape().dim(0));
        RunningAverages averages = new RunningAverages(0.1, true, !statistics.areRunning());
        return named.apply(
                new BatchNormalization(1e-5, true, true, statistics, averages, true),
                x,
                named.vector("gamma", channels, Initializer.constant(1)),
                named.vector("beta", channels, Initializer.normal(0.3)),
                named.state(RunningAverages.MEAN, channels, Initializer.constant(0)),
                named.state(RunningAverages.VARIANCE, channels, Initializer.constant(1)));
    }

    private Value apply(ElementwiseFunction function, Value x) {
        return scope.apply(new Elementwise(function), x);
    }

    private Value relu(Value x) {
        return apply(StandardFunction.RELU, x);
    }

    static Parameters parameters(Graph graph, DataType type) {
        return Parameters.initial(graph.parameters(), SEED, type);
    }

    /** A batch for each input of the graph; targets are positive. */
    static INDArray[] inputs(Graph graph, DataType type) {
        Random random = new Random(SEED);
        return graph.inputs().entrySet().stream()
                .map(input -> {
                    Shape shape = input.getValue().shape();
                    boolean target = input.getKey().equals("target");
                    double[] numbers = new double[(int) shape.size() * BATCH];
                    for (int i = 0; i < numbers.length; i++) {
                        double number = random.nextGaussian();
                        numbers[i] = target ? Math.abs(number) : number;
                    }
                    return Tensors.of(type, numbers, shape.batched(BATCH));
                })
                .toArray(INDArray[]::new);
    }
}
