package io.github.bn4j.engine.nd4j;

import static io.github.bn4j.internal.Checks.checkState;

import io.github.bn4j.engine.BatchStatistics;
import io.github.bn4j.engine.ProgramRequirements;
import io.github.bn4j.engine.TrainingProgram;
import io.github.bn4j.engine.internal.reference.Interpreter;
import io.github.bn4j.engine.internal.reference.ReferenceCall;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.Arena;
import io.github.bn4j.internal.Tensors;
import java.util.List;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A training step by interpretation. */
final class Nd4jTraining implements TrainingProgram {

    private static final int WITH_GRADIENTS = 2;

    private final Parameters parameters;
    private final int batch;
    private final long seed;
    private final Interpreter interpreter;
    private final List<Value> outputs;
    private List<INDArray> extra = List.of();
    private List<BatchStatistics> statistics = List.of();
    private boolean closed;

    Nd4jTraining(Graph graph, Parameters parameters, int batch, long seed) {
        this.parameters = parameters;
        this.batch = batch;
        this.seed = seed;
        this.interpreter = new Interpreter(graph, parameters, batch);
        this.outputs = List.copyOf(graph.outputs().values());
        ProgramRequirements.requireTrainable(graph, batch);
        ProgramRequirements.requireMemory(graph, batch, parameters.type(), WITH_GRADIENTS);
    }

    @Override
    public double step(long step, INDArray... inputs) {
        checkState(!closed, "training program expects to be open but got a step after close; compile a new one");
        try (MemoryWorkspace arena = Arena.open()) {
            Interpreter.Run run = interpreter.forward(true, ReferenceCall.seed(seed, step), inputs);
            INDArray losses = run.value(outputs.get(0));
            double loss = losses.meanNumber().doubleValue();
            parameters.gradients().assign(0);
            interpreter.backward(
                    run, outputs.get(0), Nd4j.valueArrayOf(losses.shape(), 1.0 / batch, losses.dataType()));
            extra = outputs.stream()
                    .skip(1)
                    .map(value -> Tensors.copy(run.value(value)))
                    .toList();
            statistics = run.statistics();
            return loss;
        }
    }

    @Override
    public List<INDArray> outputs() {
        return extra;
    }

    @Override
    public List<BatchStatistics> statistics() {
        return statistics;
    }

    @Override
    public void close() {
        closed = true;
    }
}
