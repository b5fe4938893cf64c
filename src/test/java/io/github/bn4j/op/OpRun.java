package io.github.bn4j.op;

import static io.github.bn4j.TensorAssert.assertTensor;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.bn4j.TensorAssert;
import io.github.bn4j.check.GradientCheck;
import io.github.bn4j.check.OpCheck;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.engine.InferenceProgram;
import io.github.bn4j.engine.TrainingProgram;
import io.github.bn4j.engine.internal.reference.ReferenceCall;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Initializer;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Tracer;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.networks.Noise;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Runs one op by itself. */
final class OpRun {

    /** A number of the output, computed the slow way from its index. */
    interface Element {
        double at(long... index);
    }

    private OpRun() {}

    static INDArray random(Random random, long... shape) {
        return Noise.uniform(DataType.DOUBLE, random, shape);
    }

    static INDArray predict(Op op, List<INDArray> inputs, INDArray... weights) {
        Tracer tracer = new Tracer();
        tracer.output("y", trace(tracer, op, inputs, weights));
        Graph graph = tracer.graph();
        int batch = (int) inputs.get(0).size(0);
        try (InferenceProgram program = Engine.nd4j().inference(graph, store(graph, inputs, weights), batch)) {
            return program.run(inputs.toArray(INDArray[]::new)).get(0);
        }
    }

    static INDArray train(Op op, long seed, long step, List<INDArray> inputs, INDArray... weights) {
        Tracer tracer = new Tracer();
        Value y = trace(tracer, op, inputs, weights);
        Map<String, Value> outputs = new LinkedHashMap<>();
        outputs.put("loss", tracer.scope().apply(new MeanSquaredError(), y, tracer.input("target", y.shape())));
        outputs.put("y", y);
        Graph graph = tracer.graph().withOutputs(outputs);
        int batch = (int) inputs.get(0).size(0);
        List<INDArray> given = new ArrayList<>(inputs);
        given.add(Tensors.zeros(inputs.get(0).dataType(), y.shape().batched(batch)));
        try (TrainingProgram program = Engine.nd4j().training(graph, store(graph, inputs, weights), batch, seed)) {
            program.step(step, given.toArray(INDArray[]::new));
            return program.outputs().get(0);
        }
    }

    private static Value trace(Tracer tracer, Op op, List<INDArray> inputs, INDArray... weights) {
        List<Value> values = new ArrayList<>();
        for (INDArray input : inputs) {
            long[] example = java.util.Arrays.copyOfRange(input.shape(), 1, input.rank());
            values.add(tracer.input("input" + values.size(), Shape.of(example)));
        }
        List<Parameter> parameters = new ArrayList<>();
        for (INDArray weight : weights) {
            String name = "parameter" + parameters.size();
            parameters.add(tracer.scope().weight(name, Shape.of(weight.shape()), Initializer.constant(0)));
        }
        return tracer.scope().apply(op, values, parameters);
    }

    private static Parameters store(Graph graph, List<INDArray> inputs, INDArray... weights) {
        Parameters store =
                Parameters.initial(graph.parameters(), 1, inputs.get(0).dataType());
        for (int i = 0; i < weights.length; i++) {
            store.get("parameter" + i).assign(weights[i]);
        }
        return store;
    }

    /** The gradient by the only input of an op without parameters. */
    static INDArray gradient(Op op, INDArray x, INDArray dy) {
        Tracer tracer = new Tracer();
        Value y = trace(tracer, op, List.of(x));
        tracer.output("y", y);
        ReferenceCall call = new ReferenceCall(
                tracer.graph().nodes().get(0), new INDArray[] {x}, new INDArray[0], x.size(0), true, 1);
        assertThat(op.forward(call).shape()).isEqualTo(dy.shape());
        return op.backward(call, dy).inputs().get(0);
    }

    /** Compares every element of {@code actual}. */
    static void assertElements(INDArray actual, Element expected) {
        assertElements(actual, 1e-12, expected);
    }

    static void assertElements(INDArray actual, double tolerance, Element expected) {
        assertThat(actual.length()).isPositive();
        assertTensor(actual).isCloseTo(elements(actual.shape(), expected), tolerance);
    }

    private static INDArray elements(long[] shape, Element element) {
        double[] values = new double[(int) Shape.of(shape).size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = element.at(TensorAssert.index(i, shape));
        }
        return Tensors.of(DataType.DOUBLE, values, shape);
    }

    static void assertGradient(Op op, long seed, List<Shape> inputs, Shape... parameters) {
        assertThat(GradientCheck.largestError(op, inputs, List.of(parameters), 2, seed))
                .as("%s on %s", op, inputs)
                .isLessThan(1e-6);
    }

    static void assertShifts(Op op, long seed, List<Shape> inputs, Shape... parameters) {
        assertThat(OpCheck.violations(op, inputs, List.of(parameters), 3, seed))
                .as("%s on %s", op, inputs)
                .isEmpty();
    }
}
