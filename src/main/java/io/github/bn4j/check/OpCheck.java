package io.github.bn4j.check;

import static java.util.Objects.requireNonNull;

import io.github.bn4j.engine.Engine;
import io.github.bn4j.engine.Model;
import io.github.bn4j.engine.internal.TrainingPass;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Initializer;
import io.github.bn4j.graph.LinearMap;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.graph.ScaleEffect;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Shift;
import io.github.bn4j.graph.ShiftEffect;
import io.github.bn4j.graph.Tracer;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Holds what an op claims of itself against numbers, in float64: changes inputs and parameters, and looks. */
public final class OpCheck {

    private static final double TOLERANCE = 1e-9;

    /** Makes an epsilon beside a variance too small to be seen. */
    private static final double LARGE = 1e6;

    private final Op op;
    private final List<Shape> inputs;
    private final List<Shape> parameters;
    private final List<OptionalLong> wholeNumbers;
    private final int batch;
    private final Random random;
    private final List<INDArray> arrays = new ArrayList<>();
    private final Graph graph;
    private final Parameters store;
    private final Value y;
    private final Model model;
    private final TrainingPass pass;
    private final List<String> violations = new ArrayList<>();

    private OpCheck(Op op, List<Shape> inputs, List<Shape> parameters, int batch, long seed) {
        this.op = op;
        this.inputs = inputs;
        this.parameters = parameters;
        this.batch = batch;
        random = new Random(seed);
        wholeNumbers = Draws.wholeNumbers(op, inputs.size(), parameters);
        Tracer tracer = new Tracer();
        List<Value> values = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            values.add(tracer.input("input" + i, inputs.get(i)));
            arrays.add(Draws.of(wholeNumbers.get(i), inputs.get(i), batch, random, Initializer.normal(1)::next));
        }
        List<Parameter> made = new ArrayList<>();
        for (int i = 0; i < parameters.size(); i++) {
            made.add(tracer.scope().state("parameter" + i, parameters.get(i), r -> 0.5 + r.nextDouble()));
        }
        y = tracer.scope().apply(op, values, made);
        tracer.output("y", y);
        graph = tracer.graph();
        store = Parameters.initial(made, seed, DataType.DOUBLE);
        model = new Model(graph, Set.of(), store, Engine.nd4j(), seed);
        pass = TrainingPass.of(model, batch);
    }

    /**
     * The claims of an op that numbers contradict, in words; empty if all hold: its shift and scale effects in training mode,
     * its linear map, and that it does nothing in a prediction if it says so.
     *
     * @param op the op
     * @param inputs shape of one example of each input
     * @param parameters whole shape of each parameter; they are filled with positive numbers, which may be variances
     * @param batch number of examples
     * @param seed of all numbers
     */
    public static List<String> violations(Op op, List<Shape> inputs, List<Shape> parameters, int batch, long seed) {
        OpCheck check = new OpCheck(op, inputs, parameters, batch, seed);
        try (TrainingPass pass = check.pass) {
            check.checkShifts();
            check.checkScales();
            op.linearMap(parameters).ifPresent(check::checkLinearMap);
        }
        if (op.trainingOnly()) {
            check.checkPrediction();
        }
        return check.violations;
    }

    /** The inputs that may hold any numbers, and so may be shifted and scaled. */
    private int[] shiftable() {
        return IntStream.range(0, inputs.size())
                .filter(input -> wholeNumbers.get(input).isEmpty())
                .toArray();
    }

    private void checkShifts() {
        INDArray before = train(arrays);
        double tolerance = tolerance(before);
        for (int input : shiftable()) {
            for (Shift kind : List.of(Shift.UNIFORM, Shift.PER_CHANNEL, Shift.PER_POSITION)) {
                ShiftEffect effect = op.shiftEffect(input, kind.of(inputs.get(input)), inputs, parameters);
                INDArray shifted = arrays.get(input).add(shift(kind, inputs.get(input)));
                INDArray change = train(with(input, shifted)).sub(before);
                Shift claimed = effect.result().of(y.shape());
                if (!holds(change, claimed, y.shape(), tolerance)) {
                    violations.add("op " + op.label() + " claims that a shift " + kind + " at input " + input
                            + " becomes " + claimed + " but the change of its output is not");
                }
            }
        }
    }

    private void checkScales() {
        for (int input : shiftable()) {
            ScaleEffect effect = op.scaleEffect(input);
            double[] scale = positive(channels(inputs.get(input)));
            INDArray large = arrays.get(input).mul(LARGE);
            boolean holds =
                    switch (effect) {
                        case BLOCKED -> true;
                        case PASSES ->
                            isScaled(train(arrays), train(with(input, scaled(arrays.get(input), scale))), scale);
                        case ABSORBED -> {
                            INDArray before = train(with(input, large));
                            INDArray after = train(with(input, scaled(large, scale)));
                            yield after.sub(before).amaxNumber().doubleValue() <= tolerance(before);
                        }
                    };
            if (!holds) {
                violations.add("op " + op.label() + " claims that a scale at input " + input + " is " + effect
                        + " but its output says otherwise");
            }
        }
    }

    /* Each element of the output comes from one channel, or from none of this input. */
    private boolean isScaled(INDArray before, INDArray after, double[] scale) {
        double[] from = numbers(before);
        double[] to = numbers(after);
        double tolerance = tolerance(before);
        for (int i = 0; i < from.length; i++) {
            double element = from[i];
            double result = to[i];
            if (Math.abs(result - element) > tolerance
                    && Arrays.stream(scale).noneMatch(factor -> Math.abs(result - factor * element) <= tolerance)) {
                return false;
            }
        }
        return true;
    }

    /* f(x; a W b) = a f(b x; W), where a scales the output channels that W says it has, and b the input channels. */
    private void checkLinearMap(LinearMap map) {
        boolean holds = inputs.size() == 1
                && map.inputs() == channels(inputs.get(0))
                && map.outputs() == channels(y.shape())
                && parameters.get(0).size() == (long) map.first() * map.second() * map.taps();
        if (holds) {
            double[] before = positive(map.inputs());
            double[] behind = positive(map.outputs());
            INDArray expected = scaled(train(with(0, scaled(arrays.get(0), before))), behind);
            INDArray weight = store.get(graph.nodes().get(0).parameters().get(0).name());
            INDArray old = weight.dup('c');
            double[] changed = old.data().asDouble();
            for (int i = 0; i < changed.length; i++) {
                changed[i] *= before[map.input(i)] * behind[map.output(i)];
            }
            weight.assign(Tensors.of(DataType.DOUBLE, changed, weight.shape()));
            INDArray actual = train(arrays);
            weight.assign(old);
            holds = actual.sub(expected).amaxNumber().doubleValue() <= tolerance(expected);
        }
        if (!holds) {
            violations.add("op " + op.label() + " claims to be linear by " + map + " but its output says otherwise");
        }
    }

    private void checkPrediction() {
        Graph output = graph.withOutputs(Map.of("y", y));
        INDArray predicted =
                requireNonNull(model.running(output).predict(named()).get("y"));
        if (!Arrays.equals(numbers(predicted), numbers(arrays.get(0)))) {
            violations.add("op " + op.label() + " claims to do nothing in a prediction but changes its input");
        }
    }

    private Map<String, INDArray> named() {
        Map<String, INDArray> named = new LinkedHashMap<>();
        graph.inputs()
                .forEach((name, value) -> named.put(
                        name, Tensors.zeros(DataType.DOUBLE, value.shape().batched(batch))));
        for (int i = 0; i < arrays.size(); i++) {
            named.put("input" + i, arrays.get(i));
        }
        return named;
    }

    private INDArray train(List<INDArray> given) {
        return requireNonNull(
                pass.run(1, given.toArray(INDArray[]::new)).outputs().get("y"));
    }

    private List<INDArray> with(int input, INDArray array) {
        List<INDArray> changed = new ArrayList<>(arrays);
        changed.set(input, array);
        return changed;
    }

    private static double[] numbers(INDArray array) {
        return array.dup('c').data().asDouble();
    }

    private static double tolerance(INDArray values) {
        return TOLERANCE * Math.max(1, values.amaxNumber().doubleValue());
    }

    private static int channels(Shape shape) {
        return shape.rank() == 0 ? 1 : Math.toIntExact(shape.dim(0));
    }

    private double[] positive(int channels) {
        return random.doubles(channels, 0.5, 2).toArray();
    }

    private static INDArray scaled(INDArray examples, double[] scale) {
        double[] values = numbers(examples);
        int perChannel = Math.toIntExact(examples.length() / examples.size(0)) / scale.length;
        for (int i = 0; i < values.length; i++) {
            values[i] *= scale[i / perChannel % scale.length];
        }
        return Tensors.of(DataType.DOUBLE, values, examples.shape());
    }

    private INDArray shift(Shift kind, Shape shape) {
        int size = Math.toIntExact(shape.size());
        int perConstant =
                switch (kind) {
                    case UNIFORM -> size;
                    case PER_CHANNEL -> shape.rank() >= 1 ? Math.toIntExact(size / shape.dim(0)) : 1;
                    default -> 1;
                };
        double[] one = new double[size];
        for (int i = 0; i < size; i++) {
            one[i] = i % perConstant == 0 ? 3 * random.nextGaussian() : one[i - 1];
        }
        double[] all = new double[size * batch];
        for (int i = 0; i < all.length; i++) {
            all[i] = one[i % size];
        }
        return Tensors.of(DataType.DOUBLE, all, shape.batched(batch));
    }

    private boolean holds(INDArray change, Shift claimed, Shape shape, double tolerance) {
        double[] values = numbers(change);
        int size = values.length / batch;
        int channel = shape.rank() >= 1 ? Math.toIntExact(size / shape.dim(0)) : size;
        for (int i = 0; i < values.length; i++) {
            double expected =
                    switch (claimed) {
                        case NONE -> 0;
                        case UNIFORM -> values[0];
                        case PER_CHANNEL -> values[i % size / channel * channel];
                        case PER_POSITION -> values[i % size];
                        case ANY -> values[i];
                    };
            if (!(Math.abs(values[i] - expected) <= tolerance)) {
                return false;
            }
        }
        return true;
    }
}
