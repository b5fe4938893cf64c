package io.github.bn4j.engine.internal;

import io.github.bn4j.engine.BatchStatistics;
import io.github.bn4j.engine.Model;
import io.github.bn4j.engine.TrainingProgram;
import io.github.bn4j.graph.Tracer;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.op.Addition;
import io.github.bn4j.op.MeanSquaredError;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Runs a model in training mode without training it. The loss is the squared error of all outputs; no parameter changes, but
 * their gradients do.
 */
public final class TrainingPass implements AutoCloseable {

    private static final String LOSS = "training mode.loss";
    private static final String TARGET = "training mode.target.";

    private final List<INDArray> targets;
    private final List<String> names;
    private final @Nullable TrainingProgram program;

    /**
     * A program.
     *
     * @param model its outputs are what is yielded
     * @param targets what each output is compared with, {@code [batch, shape]}, in their order
     */
    public TrainingPass(Model model, int batch, List<INDArray> targets) {
        this.targets = targets;
        Map<String, Value> outputs = model.graph().outputs();
        names = List.copyOf(outputs.keySet());
        Tracer tracer = new Tracer(model.graph());
        @Nullable Value loss = null;
        for (Map.Entry<String, Value> output : outputs.entrySet()) {
            Value y = output.getValue();
            Value target = tracer.input(TARGET + output.getKey(), y.shape());
            Value error = tracer.scope().apply(new MeanSquaredError(), y, target);
            loss = loss == null ? error : tracer.scope().apply(new Addition(), loss, error);
        }
        Map<String, Value> wanted = new LinkedHashMap<>();
        if (loss != null) {
            wanted.put(LOSS, loss);
        }
        wanted.putAll(outputs);
        program = loss == null
                ? null
                : model.running(tracer.graph().withOutputs(wanted)).training(batch);
    }

    /** A program that compares the outputs with zeros. */
    public static TrainingPass of(Model model, int batch) {
        return new TrainingPass(
                model,
                batch,
                model.graph().outputs().values().stream()
                        .map(y -> Tensors.zeros(
                                model.parameters().type(), y.shape().batched(batch)))
                        .toList());
    }

    /**
     * What one pass gave.
     *
     * @param loss the squared error
     * @param outputs by name
     * @param statistics what the ops measured; valid until the next pass
     */
    public record Result(double loss, Map<String, INDArray> outputs, List<BatchStatistics> statistics) {}

    /**
     * One pass.
     *
     * @param step which masks are drawn
     * @param inputs an array {@code [batch, shape]} for each input of the model, in their order. Not modified.
     */
    public Result run(long step, INDArray... inputs) {
        if (program == null) {
            return new Result(0, Map.of(), List.of());
        }
        List<INDArray> all = new ArrayList<>(Arrays.asList(inputs));
        all.addAll(targets);
        double loss = program.step(step, all.toArray(INDArray[]::new));
        List<INDArray> values = program.outputs();
        Map<String, INDArray> outputs = new LinkedHashMap<>();
        names.forEach(name -> outputs.put(name, values.get(outputs.size())));
        return new Result(loss, outputs, program.statistics());
    }

    @Override
    public void close() {
        if (program != null) {
            program.close();
        }
    }
}
