package io.github.bn4j.engine.internal.reference;

import io.github.bn4j.engine.BatchStatistics;
import io.github.bn4j.engine.Finiteness;
import io.github.bn4j.engine.ProgramRequirements;
import io.github.bn4j.graph.Gradients;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.Tensors;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Walks a graph forward and backward over one batch. Its arrays live in the arena that the caller has open. */
public final class Interpreter {

    private final Graph graph;
    private final Parameters parameters;
    private final int batch;
    private final GradientFlow gradientFlow;

    public Interpreter(Graph graph, Parameters parameters, int batch) {
        ProgramRequirements.requireBatch(batch);
        ProgramRequirements.requireMemory(graph, batch, parameters.type(), 1);
        this.graph = graph;
        this.parameters = parameters;
        this.batch = batch;
        this.gradientFlow = new GradientFlow(graph);
    }

    /** One run: the value of everything computed and the calls that computed it. */
    public record Run(Map<Integer, INDArray> values, List<ReferenceCall> calls) {

        public INDArray value(Value value) {
            INDArray array = values.get(value.id());
            if (array == null) {
                throw new AssertionError("no value " + value);
            }
            return array;
        }

        /** What ops measured of the batch, in the order of the graph; copies that outlive the arena. */
        public List<BatchStatistics> statistics() {
            List<BatchStatistics> measured = new ArrayList<>();
            for (ReferenceCall call : calls) {
                INDArray mean = call.mean();
                INDArray variance = call.variance();
                if (mean != null && variance != null) {
                    measured.add(
                            new BatchStatistics(call.node(), Tensors.copy(mean), Tensors.copy(variance), call.count()));
                }
            }
            return measured;
        }
    }

    public Run forward(boolean training, long seed, INDArray... inputs) {
        return forward(training, seed, BatchPart.WHOLE, inputs);
    }

    public Run forward(boolean training, long seed, BatchPart part, INDArray... inputs) {
        Run run = new Run(new HashMap<>(), new ArrayList<>());
        bind(run, inputs);
        for (Node node : graph.nodes()) {
            INDArray[] operands = node.inputs().stream().map(run::value).toArray(INDArray[]::new);
            INDArray[] weights = node.parameters().stream()
                    .map(parameter -> parameters.get(parameter.name()))
                    .toArray(INDArray[]::new);
            ReferenceCall call = new ReferenceCall(node, operands, weights, batch, training, seed, part);
            INDArray output = node.op().forward(call);
            call.require("forward", node.output().shape().batched(batch), output, parameters.type());
            run.values().put(node.output().id(), output);
            run.calls().add(call);
        }
        return run;
    }

    private void bind(Run run, INDArray... inputs) {
        ProgramRequirements.requireInputs(graph, batch, inputs);
        Finiteness.requireInputs(graph, parameters.type(), inputs);
        int index = 0;
        for (Value input : graph.inputs().values()) {
            run.values().put(input.id(), Tensors.dense(inputs[index++], parameters.type()));
        }
    }

    /** Adds to the gradient vector of the parameters what a gradient {@code dy} by {@code from} implies. */
    public void backward(Run run, Value from, INDArray dy) {
        Map<Integer, INDArray> gradients = new HashMap<>();
        gradients.put(from.id(), dy);
        for (int i = graph.nodes().size() - 1; i >= 0; i--) {
            Node node = graph.nodes().get(i);
            INDArray gradient = gradients.remove(node.output().id());
            if (gradient == null || !gradientFlow.reaches(node.output())) {
                continue;
            }
            Gradients result = node.op().backward(run.calls().get(i), gradient);
            run.calls().get(i).requireGradients(result);
            collect(run.calls().get(i), result, run, gradients);
        }
    }

    private void collect(ReferenceCall call, Gradients result, Run run, Map<Integer, INDArray> gradients) {
        Node node = call.node();
        List<Parameter> differentiable = node.differentiable();
        for (int p = 0; p < result.parameters().size(); p++) {
            Parameter parameter = differentiable.get(p);
            if (parameter.trainable()) {
                INDArray gradient = parameters.gradient(parameter.name());
                String what = "gradient of " + parameter.name();
                call.require(what, gradient.shape(), result.parameters().get(p), parameters.type());
                gradient.addi(result.parameters().get(p));
            }
        }
        for (int input = 0; input < node.inputs().size(); input++) {
            Value value = node.inputs().get(input);
            if (gradientFlow.reaches(value)) {
                long[] expected = run.value(value).shape();
                call.require(
                        "gradient of input " + input, expected, result.inputs().get(input), parameters.type());
                gradients.merge(value.id(), result.inputs().get(input), INDArray::add);
            }
        }
    }
}
