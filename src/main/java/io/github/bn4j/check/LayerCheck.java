package io.github.bn4j.check;

import static java.util.Objects.requireNonNull;

import io.github.bn4j.engine.Engine;
import io.github.bn4j.engine.InferenceProgram;
import io.github.bn4j.engine.Model;
import io.github.bn4j.engine.internal.TrainingPass;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Initializer;
import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Tracer;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.Tensors;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The contract that every layer keeps, ours and yours. */
public final class LayerCheck {

    private static final double GRADIENT = 1e-6;
    private static final double FLOAT = 1e-4;
    private static final int BATCH = 4;

    private final Layer layer;
    private final Shape input;
    private final Graph graph;
    private final OptionalLong wholeNumbers;
    private final INDArray x;
    private final List<String> violations = new ArrayList<>();

    private LayerCheck(Layer layer, Shape input) {
        this.layer = layer;
        this.input = input;
        graph = trace(layer, input);
        // Rows may be asked for behind ops that only move their numbers, so the whole layer gets whole ones.
        wholeNumbers = graph.nodes().stream().flatMapToLong(Draws::wholeNumbers).min();
        x = Draws.of(wholeNumbers, input, BATCH, new Random(3), random -> 4 * random.nextDouble() - 2);
    }

    /**
     * What a layer does wrong, one sentence each; empty if it keeps the contract:
     *
     * <ul>
     *   <li>it traces the same way twice and has a description,
     *   <li>its arithmetic yields the shape it promised, and the same bits for the same input,
     *   <li>float32 and float64 agree,
     *   <li>its gradients agree with central differences to 1e-6,
     *   <li>what its ops claim of themselves holds,
     *   <li>it comes back from a file as it was,
     *   <li>in float32, the fastest engine that can run here and {@link Engine#nd4j} agree on outputs and gradients.
     * </ul>
     *
     * <p>Inputs are random numbers, whole ones if an op of the layer asks for them with {@link
     * io.github.bn4j.graph.Op#wholeNumbers}.
     *
     * @param layer the layer
     * @param input shape of one example
     */
    public static List<String> violations(Layer layer, Shape input) {
        LayerCheck check = new LayerCheck(layer, input);
        check.checkTrace();
        check.checkArithmetic();
        check.checkGradients();
        for (Node node : check.graph.nodes()) {
            check.violations.addAll(
                    OpCheck.violations(node.op(), node.inputShapes(), node.parameterShapes(), BATCH, 11));
        }
        RoundTrip.violations(check.graph).forEach(check::violation);
        check.checkEngines(Engine.nd4j(), Engine.fastest(DataType.FLOAT));
        return check.violations;
    }

    private static Graph trace(Layer layer, Shape input) {
        Tracer tracer = new Tracer();
        Value y = tracer.scope().call(layer, tracer.input("x", input));
        tracer.output("y", y);
        return tracer.graph();
    }

    private void violation(String what) {
        violations.add(layer.label() + " " + what);
    }

    private void checkTrace() {
        if (!trace(layer, input).toString().equals(graph.toString())) {
            violation("traces another graph the second time");
        }
        if (layer.toString().isBlank()) {
            violation("has an empty toString");
        }
    }

    private void checkArithmetic() {
        Parameters doubles = Parameters.initial(graph.parameters(), 5, DataType.DOUBLE);
        Model model = new Model(graph, Set.of(), doubles, Engine.nd4j(), 5);
        INDArray first = predict(model);
        if (!first.equalsWithEps(predict(model), 0)) {
            violation("gives other bits for the same input");
        }
        double difference = difference(predict(model.with(doubles.to(DataType.FLOAT))), first);
        if (!(difference <= FLOAT)) {
            violation("differs between float32 and float64 by " + difference);
        }
    }

    private INDArray predict(Model model) {
        try (InferenceProgram program = model.inference(BATCH)) {
            return program.run(x).get(0);
        }
    }

    private void checkGradients() {
        double error = GradientCheck.largestError(layer, input, wholeNumbers, BATCH, 7);
        if (!(error <= GRADIENT)) {
            violation("has a gradient that differs from central differences by " + error);
        }
    }

    private void checkEngines(Engine reference, Engine fastest) {
        Map<String, INDArray> expected = trained(reference);
        trained(fastest).forEach((name, actual) -> {
            double difference = difference(actual, requireNonNull(expected.get(name)));
            if (!(difference <= FLOAT)) {
                violation("differs between " + reference.name() + " and " + fastest.name() + " by " + difference
                        + " in " + name);
            }
        });
    }

    /** What a step of training and a prediction yield in float32. The input is a parameter if it may be, so that its gradient shows. */
    private Map<String, INDArray> trained(Engine engine) {
        Tracer tracer = new Tracer();
        Value given = tracer.input("x", wholeNumbers.isPresent() ? input : Shape.of(1));
        if (wholeNumbers.isEmpty()) {
            Parameter parameter = tracer.scope().weight("input", Shape.of(input.batched(BATCH)), any -> 0);
            given = tracer.scope().apply(new GivenInput(), given, parameter);
        }
        Value y = tracer.scope().call("layer", layer, given);
        tracer.output("y", y);
        Graph graph = tracer.graph();
        Parameters parameters = Parameters.initial(graph.parameters(), 5, DataType.FLOAT);
        if (wholeNumbers.isEmpty()) {
            parameters.get("input").assign(x.castTo(DataType.FLOAT));
        }
        INDArray array = wholeNumbers.isPresent()
                ? x.castTo(DataType.FLOAT)
                : Tensors.zeros(DataType.FLOAT, Shape.of(1).batched(BATCH));
        Model model = new Model(graph, Set.of(), parameters, engine, 5);
        INDArray target = Draws.of(OptionalLong.empty(), y.shape(), BATCH, new Random(9), Initializer.normal(1)::next);
        Map<String, INDArray> results = new LinkedHashMap<>();
        try (InferenceProgram program = model.inference(BATCH);
                TrainingPass pass = new TrainingPass(model, BATCH, List.of(target.castTo(DataType.FLOAT)))) {
            results.put("a prediction", program.run(array).get(0));
            results.put("training", requireNonNull(pass.run(1, array).outputs().get("y")));
            for (Parameter parameter : parameters.all()) {
                if (parameter.trainable()) {
                    INDArray gradient = parameters.gradient(parameter.name());
                    results.put("the gradient by " + parameter.name(), gradient.dup());
                }
            }
        }
        return results;
    }

    /** The largest difference of two elements, relative to the largest element that is expected, or to 1. */
    private static double difference(INDArray actual, INDArray expected) {
        INDArray doubles = expected.castTo(DataType.DOUBLE);
        double scale = Math.max(1, doubles.amaxNumber().doubleValue());
        return actual.castTo(DataType.DOUBLE).sub(doubles).amaxNumber().doubleValue() / scale;
    }
}
