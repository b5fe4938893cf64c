package io.github.bn4j.check;

import io.github.bn4j.engine.Engine;
import io.github.bn4j.engine.InferenceProgram;
import io.github.bn4j.engine.Model;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Tracer;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The contract that every layer keeps, ours and yours. */
public final class LayerCheck {

    private static final double GRADIENT = 1e-6;
    private static final double FLOAT = 1e-4;
    private static final int BATCH = 4;

    private LayerCheck() {}

    /**
     * What a layer does wrong, one sentence each; empty if it keeps the contract: it traces the same way twice, its
     * arithmetic yields the shape it promised, float32 and float64 agree, the same input gives the same bits, its gradients
     * agree with central differences to 1e-6, its ops' claims about shifts hold, and it has a description.
     *
     * @param layer the layer
     * @param input shape of one example
     */
    public static List<String> violations(Layer layer, Shape input) {
        List<String> violations = new ArrayList<>();
        Graph graph = trace(layer, input);
        if (!trace(layer, input).toString().equals(graph.toString())) {
            violations.add(layer.label() + " traces another graph the second time");
        }
        if (layer.toString().isBlank()) {
            violations.add(layer.label() + " has an empty toString");
        }
        checkArithmetic(layer, graph, input, violations);
        double error = GradientCheck.largestError(layer, input, BATCH, 7);
        if (!(error <= GRADIENT)) {
            violations.add(layer.label() + " has a gradient that differs from central differences by " + error);
        }
        for (Node node : graph.nodes()) {
            violations.addAll(OpCheck.violations(node.op(), node.inputShapes(), node.parameterShapes(), BATCH, 11));
        }
        return violations;
    }

    private static Graph trace(Layer layer, Shape input) {
        Tracer tracer = new Tracer();
        Value y = tracer.scope().call(layer, tracer.input("x", input));
        tracer.output("y", y);
        return tracer.graph();
    }

    private static void checkArithmetic(Layer layer, Graph graph, Shape input, List<String> violations) {
        Random random = new Random(3);
        double[] values = random.doubles(BATCH * input.size(), -2, 2).toArray();
        INDArray x = Tensors.of(DataType.DOUBLE, values, input.batched(BATCH));
        Parameters doubles = Parameters.initial(graph.parameters(), 5, DataType.DOUBLE);
        Model model = new Model(graph, Set.of(), doubles, Engine.nd4j(), 5);
        INDArray first = predict(model, x);
        if (!first.equalsWithEps(predict(model, x), 0)) {
            violations.add(layer.label() + " gives other bits for the same input");
        }
        INDArray single = predict(model.with(doubles.to(DataType.FLOAT)), x).castTo(DataType.DOUBLE);
        double scale = Math.max(1, first.amaxNumber().doubleValue());
        double difference = first.sub(single).amaxNumber().doubleValue();
        if (!(difference <= FLOAT * scale)) {
            violations.add(layer.label() + " differs between float32 and float64 by " + difference);
        }
    }

    private static INDArray predict(Model model, INDArray x) {
        try (InferenceProgram program = model.inference(BATCH)) {
            return program.run(x).get(0);
        }
    }
}
