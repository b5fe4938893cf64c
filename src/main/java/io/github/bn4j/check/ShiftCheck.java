package io.github.bn4j.check;

import io.github.bn4j.engine.Engine;
import io.github.bn4j.engine.TrainingProgram;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Initializer;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Shift;
import io.github.bn4j.graph.ShiftEffect;
import io.github.bn4j.graph.Tracer;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.Tensors;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Holds what an op claims of shifts against numbers: shifts an input, in float64 and training mode, and looks. */
public final class ShiftCheck {

    private static final double TOLERANCE = 1e-9;

    private ShiftCheck() {}

    /**
     * The claims of an op that numbers contradict, in words; empty if all hold.
     *
     * @param op the op
     * @param inputs shape of one example of each input
     * @param parameters whole shape of each parameter; they are filled with positive numbers, which may be variances
     * @param batch number of examples
     * @param seed of all numbers
     */
    public static List<String> violations(Op op, List<Shape> inputs, List<Shape> parameters, int batch, long seed) {
        Random random = new Random(seed);
        Tracer tracer = new Tracer();
        List<Value> values = new ArrayList<>();
        List<INDArray> arrays = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            values.add(tracer.input("input" + i, inputs.get(i)));
            arrays.add(noise(random, inputs.get(i).batched(batch)));
        }
        List<Parameter> made = new ArrayList<>();
        for (int i = 0; i < parameters.size(); i++) {
            made.add(tracer.scope().state("parameter" + i, parameters.get(i), r -> 0.5 + r.nextDouble()));
        }
        Value y = tracer.scope().apply(op, values, made);
        Value zeros = tracer.input("zeros", y.shape());
        arrays.add(Tensors.zeros(DataType.DOUBLE, y.shape().batched(batch)));
        Map<String, Value> outputs = new LinkedHashMap<>();
        outputs.put("loss", tracer.scope().apply(new WeightedSum(), y, zeros));
        outputs.put("y", y);
        Graph graph = tracer.graph().withOutputs(outputs);
        Parameters store = Parameters.initial(made, seed, DataType.DOUBLE);
        List<String> violations = new ArrayList<>();
        try (TrainingProgram program = Engine.nd4j().training(graph, store, batch, seed)) {
            INDArray before = run(program, arrays);
            double tolerance = TOLERANCE * Math.max(1, before.amaxNumber().doubleValue());
            for (int input = 0; input < inputs.size(); input++) {
                for (Shift kind : List.of(Shift.UNIFORM, Shift.PER_CHANNEL, Shift.PER_POSITION)) {
                    ShiftEffect effect = op.shiftEffect(input, kind.of(inputs.get(input)), inputs, parameters);
                    List<INDArray> shifted = new ArrayList<>(arrays);
                    shifted.set(input, arrays.get(input).add(shift(random, kind, inputs.get(input), batch)));
                    INDArray change = run(program, shifted).sub(before);
                    Shift claimed = effect.result().of(y.shape());
                    if (!holds(change, claimed, y.shape(), batch, tolerance)) {
                        violations.add("op " + op.label() + " claims that a shift " + kind + " at input " + input
                                + " becomes " + claimed + " but the change of its output is not");
                    }
                }
            }
        }
        return violations;
    }

    private static INDArray run(TrainingProgram program, List<INDArray> arrays) {
        program.step(1, arrays.toArray(INDArray[]::new));
        return program.outputs().get(0);
    }

    private static INDArray noise(Random random, long[] shape) {
        int size = Math.toIntExact(Shape.of(shape).size());
        Initializer normal = Initializer.normal(1);
        double[] values = new double[size];
        for (int i = 0; i < size; i++) {
            values[i] = normal.next(random);
        }
        return Tensors.of(DataType.DOUBLE, values, shape);
    }

    private static INDArray shift(Random random, Shift kind, Shape shape, int batch) {
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

    private static boolean holds(INDArray change, Shift claimed, Shape shape, int batch, double tolerance) {
        double[] values = change.dup('c').data().asDouble();
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
