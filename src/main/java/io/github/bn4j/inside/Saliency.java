package io.github.bn4j.inside;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkGiven;
import static io.github.bn4j.internal.Checks.checkPresent;
import static java.util.Objects.requireNonNull;

import io.github.bn4j.engine.Binding;
import io.github.bn4j.engine.Finiteness;
import io.github.bn4j.engine.Model;
import io.github.bn4j.engine.internal.PlainExamples;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Value;
import io.github.bn4j.inside.internal.Activations;
import io.github.bn4j.inside.internal.BatchGradients;
import io.github.bn4j.inside.internal.ExampleRange;
import io.github.bn4j.inside.internal.ScoreGradients;
import io.github.bn4j.internal.Floats;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.rewrite.Part;
import io.github.bn4j.train.TrainingMemory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Which parts of an example the score of a class comes from, in prediction mode: by gradients, integrated gradients, or Grad-CAM. The
 * score is the logit of the class: what comes to a softmax at the end of the network, or else the element of the output. The class is the
 * one with the largest score unless said otherwise; every setting returns a new one. Computes any number of examples, a chunk at a time, on
 * copies of the parameters; may be used by several threads.
 */
public final class Saliency {

    private static final String WHO = "saliency";

    private final Model model;
    private final TrainingMemory memory;
    private final @Nullable String output;
    private final Choice choice;
    private final Integration integration;
    private final @Nullable INDArray baseline;

    /** Which score of each row counts, of scores {@code [rows, width]}. */
    @FunctionalInterface
    private interface Choice {
        int[] of(Network network, List<double[]> scores);
    }

    /** The output that is looked at. */
    private record Network(String output, Value scores, List<String> classNames) {

        String name(int number) {
            return number < classNames.size() ? classNames.get(number) : Integer.toString(number);
        }
    }

    private Saliency(
            Model model,
            TrainingMemory memory,
            @Nullable String output,
            Choice choice,
            Integration integration,
            @Nullable INDArray baseline) {
        this.model = model;
        this.memory = memory;
        this.output = output;
        this.choice = choice;
        this.integration = integration;
        this.baseline = baseline;
    }

    /**
     * That of a network.
     *
     * @param model Not modified.
     * @param memory has the names of its classes
     */
    public static Saliency of(Model model, TrainingMemory memory) {
        return new Saliency(model, memory, null, Saliency::largest, Integration.gaussLegendre(50), null);
    }

    private static int[] largest(Network network, List<double[]> scores) {
        return scores.stream()
                .mapToInt(row -> IntStream.range(0, row.length).reduce(0, (a, b) -> row[b] > row[a] ? b : a))
                .toArray();
    }

    private Saliency with(Choice other) {
        return new Saliency(model, memory, output, other, integration, baseline);
    }

    /** Looks at one of several outputs. */
    public Saliency output(String name) {
        checkGiven(name, WHO, "the name of an output");
        checkPresent(
                model.graph().outputs().get(name),
                "saliency expects the name of an output but got \"%s\"; this network has %s",
                name,
                model.graph().outputs().keySet());
        return new Saliency(model, memory, name, choice, integration, baseline);
    }

    /** Looks at a class by its name, of each example. */
    public Saliency ofClass(String name) {
        checkGiven(name, WHO, "the name of a class");
        return with((network, scores) -> {
            int number = network.classNames().indexOf(name);
            checkArgument(
                    number >= 0,
                    "saliency expects the name of a class of output \"%s\" but got \"%s\"; %s",
                    network.output(),
                    name,
                    network.classNames().isEmpty()
                            ? "its classes have no names, so give the number, or classNames(names) first"
                            : "there are " + network.classNames());
            return filled(scores.size(), number);
        });
    }

    /** Looks at a class by its number from 0, or at an element of an output that is no classification, of each example. */
    public Saliency ofClass(int number) {
        return with((network, scores) -> {
            requireClass(network, number);
            return filled(scores.size(), number);
        });
    }

    /** Looks at a class of its own for each example. */
    public Saliency ofClasses(int... numbers) {
        checkGiven(numbers, WHO, "the number of a class for each example");
        int[] own = numbers.clone();
        return with((network, scores) -> {
            checkArgument(
                    own.length == scores.size(),
                    "saliency expects a class for each of %s examples but got %s",
                    scores.size(),
                    own.length);
            Arrays.stream(own).forEach(number -> requireClass(network, number));
            return own;
        });
    }

    private static void requireClass(Network network, int number) {
        long width = network.scores().shape().size();
        checkArgument(
                number >= 0 && number < width,
                "saliency expects the number of a class of output \"%s\" from 0 to %s but got %s",
                network.output(),
                width - 1,
                number);
    }

    private static int[] filled(int rows, int number) {
        int[] all = new int[rows];
        Arrays.fill(all, number);
        return all;
    }

    /** Sets by which rule, and with how many steps, integrated gradients are added up; Gauss-Legendre with 50 unless said otherwise. */
    public Saliency integration(Integration how) {
        checkGiven(how, WHO, "an Integration");
        return new Saliency(model, memory, output, choice, how, baseline);
    }

    /**
     * Sets what integrated gradients compare with; zeros unless said otherwise.
     *
     * @param example {@code [shape]} for all examples, or {@code [examples, shape]}. Not modified.
     */
    public Saliency baseline(INDArray example) {
        checkGiven(example, WHO, "an array as baseline");
        return new Saliency(model, memory, output, choice, integration, Tensors.copy(example));
    }

    /**
     * The gradient of the score of each example by its elements.
     *
     * @param x {@code [examples, shape]}. Not modified.
     * @throws IllegalArgumentException if the network has several inputs, x does not fit or is not finite, or there is no such class
     * @throws IllegalStateException if a parameter is NaN or infinite
     */
    public Attribution gradient(INDArray x) {
        Look look = look(x);
        INDArray values = Tensors.zeros(type(), x.shape());
        look.gradients(
                look.differentiable(),
                x,
                (from, chunk) -> put(values, from, chunk.gradients().get(0)));
        return new Attribution(values, look.scored);
    }

    /** The gradient of the score of one example, its elements in row-major order. */
    public Attribution gradient(float... example) {
        return gradient(PlainExamples.of(model.graph()).batch(example));
    }

    /** The gradient of the score of one example in float64. */
    public Attribution gradient(double... example) {
        return gradient(PlainExamples.of(model.graph()).batch(example));
    }

    /**
     * What each element adds to the score, compared with the baseline. Takes as many times as long as there are steps.
     *
     * @param x {@code [examples, shape]}. Not modified.
     * @throws IllegalArgumentException as {@link #gradient(INDArray)}, or if the baseline has another shape
     */
    public IntegratedGradients integratedGradients(INDArray x) {
        Look look = look(x);
        INDArray end = Tensors.copy(x.castTo(DataType.DOUBLE));
        INDArray start = start(end);
        INDArray way = end.sub(start);
        INDArray sum = Tensors.zeros(DataType.DOUBLE, x.shape());
        double[][] nodes = integration.nodes();
        try (ScoreGradients gradients = look.program(look.differentiable())) {
            for (int k = 0; k < nodes[0].length; k++) {
                double weight = nodes[1][k];
                INDArray between = way.mul(nodes[0][k]).addi(start);
                gradients.run(between, look.classes, (from, chunk) -> {
                    INDArray gradient = chunk.gradients().get(0);
                    ExampleRange.of(sum, from, from + (int) gradient.size(0))
                            .addi(gradient.castTo(DataType.DOUBLE).mul(weight));
                });
            }
        }
        sum.muli(way);
        List<double[]> before = look.scores(start);
        List<double[]> parts = PlainExamples.rows(sum);
        List<Double> errors = IntStream.range(0, parts.size())
                .mapToObj(row -> Math.abs(Arrays.stream(parts.get(row)).sum()
                        - (look.scored.get(row).score() - before.get(row)[look.classes[row]])))
                .toList();
        return new IntegratedGradients(Tensors.dense(sum, type()), look.scored, integration, errors);
    }

    /** What each element of one example adds to its score, its elements in row-major order. */
    public IntegratedGradients integratedGradients(float... example) {
        return integratedGradients(PlainExamples.of(model.graph()).batch(example));
    }

    /** What each element of one example in float64 adds to its score. */
    public IntegratedGradients integratedGradients(double... example) {
        return integratedGradients(PlainExamples.of(model.graph()).batch(example));
    }

    private INDArray start(INDArray x) {
        INDArray start = Tensors.zeros(DataType.DOUBLE, x.shape());
        INDArray given = baseline;
        if (given == null) {
            return start;
        }
        long[] one = Arrays.copyOfRange(x.shape(), 1, x.rank());
        boolean forEach = Arrays.equals(given.shape(), x.shape());
        boolean single = Arrays.equals(given.shape(), one)
                || Arrays.equals(
                        given.shape(),
                        LongStream.concat(LongStream.of(1), LongStream.of(one)).toArray());
        checkArgument(
                forEach || single,
                "saliency expects a baseline of shape %s, or %s, but got %s",
                Arrays.toString(one),
                Arrays.toString(x.shape()),
                Arrays.toString(given.shape()));
        if (forEach) {
            return start.assign(given);
        }
        INDArray row = given.reshape(
                'c', LongStream.concat(LongStream.of(1), LongStream.of(one)).toArray());
        for (int i = 0; i < x.size(0); i++) {
            ExampleRange.of(start, i, i + 1).assign(row);
        }
        return start;
    }

    /**
     * Where a layer speaks for the score of each example. Take the last one with places, after its activation.
     *
     * @param layer path of a layer whose result has channels and places, {@code [channels, height, width]} or {@code [channels, length]}
     * @param x {@code [examples, shape]}. Not modified.
     * @throws IllegalArgumentException as {@link #gradient(INDArray)}, or if the layer has no places, or the score does not come from it
     */
    public GradCam gradCam(String layer, INDArray x) {
        checkGiven(layer, "gradCam", "the path of a layer");
        checkGiven(x, "gradCam", "an array of examples");
        Value value = value(layer);
        Look look = look(x);
        checkArgument(
                look.graph.producer(value) != null,
                "gradCam expects a layer that the score of output \"%s\" comes from but got \"%s\"; take one before it",
                look.network.output(),
                layer);
        int rows = (int) x.size(0);
        int channels = (int) value.shape().dim(0);
        int places = (int) (value.shape().size() / channels);
        double[] weights = new double[rows * channels];
        double[] signed = new double[rows * places];
        look.gradients(List.of(value), x, (from, chunk) -> {
            double[] activations = Floats.values(chunk.values().get(0));
            double[] gradients = Floats.values(chunk.gradients().get(0));
            for (int i = 0; i < activations.length; i++) {
                weights[from * channels + i / places] += gradients[i] / places;
            }
            for (int i = 0; i < activations.length; i++) {
                signed[from * places + i / (channels * places) * places + i % places] +=
                        weights[from * channels + i / places] * activations[i];
            }
        });
        Shape input = look.input.shape();
        Shape measure = input.rank() == value.shape().rank() ? input : value.shape();
        return new GradCam(
                layer,
                Tensors.of(type(), signed, Maps.withoutChannels(value.shape().batched(rows))),
                Tensors.of(type(), weights, rows, channels),
                look.scored,
                LongStream.of(measure.dims()).skip(1).boxed().toList());
    }

    /** Where a layer speaks for the score of one example, its elements in row-major order. */
    public GradCam gradCam(String layer, float... example) {
        checkGiven(layer, "gradCam", "the path of a layer");
        return gradCam(layer, PlainExamples.of(model.graph()).batch(example));
    }

    /** Where a layer speaks for the score of one example in float64. */
    public GradCam gradCam(String layer, double... example) {
        checkGiven(layer, "gradCam", "the path of a layer");
        return gradCam(layer, PlainExamples.of(model.graph()).batch(example));
    }

    private Value value(String layer) {
        Graph part = model.sharing(Part.of("gradCam", model.traced(), layer)).graph();
        Value value = part.outputs().values().iterator().next();
        checkArgument(
                value.shape().rank() == 2 || value.shape().rank() == 3,
                "gradCam expects a layer with channels and places, [channels, height, width], but got \"%s\" %s; take one before"
                        + " pooling and Flatten, such as %s",
                layer,
                value.shape(),
                Activations.layersWithPlaces(model.graph()));
        return value;
    }

    private DataType type() {
        return model.parameters().type();
    }

    private static void put(INDArray all, int from, INDArray rows) {
        ExampleRange.of(all, from, from + (int) rows.size(0)).assign(rows);
    }

    private Look look(INDArray x) {
        checkGiven(x, WHO, "an array of examples");
        Graph graph = model.graph();
        Map<String, INDArray> bound = Binding.of(WHO, graph.inputs(), Binding.single(WHO, graph.inputs(), x));
        model.requireFinite(WHO);
        Finiteness.requireInput(bound.keySet().iterator().next(), x, type());
        return new Look(network(graph), x);
    }

    private Network network(Graph graph) {
        String name = output;
        if (name == null) {
            checkArgument(
                    graph.outputs().size() == 1,
                    "saliency expects one of outputs %s but got none; say output(name)",
                    graph.outputs().keySet());
            name = graph.outputs().keySet().iterator().next();
        }
        Value scores =
                ScoreGradients.scores(graph, requireNonNull(graph.outputs().get(name)));
        long classes = scores.shape().rank() == 0 ? 1 : scores.shape().dim(0);
        checkArgument(
                scores.shape().size() == classes,
                "saliency expects a score for each class in output \"%s\" but got %s; reduce it to one place, as with"
                        + " upTo(layer) and a pooling",
                name,
                scores.shape());
        return new Network(name, scores, memory.classNames(name));
    }

    /** Some examples, looked at for one score each. */
    private final class Look {

        final Network network;
        final Graph graph;
        final Value input;
        final int[] classes;
        final List<ScoredClass> scored;

        Look(Network network, INDArray x) {
            this.network = network;
            graph = model.graph().withOutputs(Map.of("score", network.scores()));
            input = graph.inputs().values().iterator().next();
            List<double[]> scores = scores(x);
            classes = choice.of(network, scores);
            scored = new ArrayList<>();
            for (int row = 0; row < classes.length; row++) {
                scored.add(new ScoredClass(classes[row], network.name(classes[row]), scores.get(row)[classes[row]]));
            }
        }

        List<double[]> scores(INDArray x) {
            Map<String, INDArray> named = model.running(graph)
                    .predict(Map.of(graph.inputs().keySet().iterator().next(), x));
            return PlainExamples.rows(requireNonNull(named.get("score")));
        }

        List<Value> differentiable() {
            checkArgument(
                    !BatchGradients.isChosenFrom(graph, input),
                    "saliency expects an input that scores have gradients by but got \"%s\", whose numbers are rows of a table; take"
                            + " gradCam of a layer behind the table",
                    input.name());
            return List.of(input);
        }

        ScoreGradients program(List<Value> values) {
            return new ScoreGradients(model, network.scores(), values);
        }

        void gradients(List<Value> values, INDArray x, ScoreGradients.Taker taker) {
            try (ScoreGradients gradients = program(values)) {
                gradients.run(x, classes, taker);
            }
        }
    }

    @Override
    public String toString() {
        return "Saliency[" + (output == null ? "" : "output " + output + ", ") + integration + "]";
    }
}
