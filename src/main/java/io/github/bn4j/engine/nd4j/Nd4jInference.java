package io.github.bn4j.engine.nd4j;

import static io.github.bn4j.internal.Checks.checkState;

import io.github.bn4j.engine.InferenceProgram;
import io.github.bn4j.engine.internal.reference.Interpreter;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.internal.Arena;
import io.github.bn4j.internal.Tensors;
import java.util.List;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A prediction by interpretation. */
final class Nd4jInference implements InferenceProgram {

    private final Graph graph;
    private final Interpreter interpreter;
    private volatile boolean closed;

    Nd4jInference(Graph graph, Parameters parameters, int batch) {
        this.graph = graph;
        this.interpreter = new Interpreter(graph, parameters, batch);
    }

    @Override
    public List<INDArray> run(INDArray... inputs) {
        checkState(!closed, "inference program expects to be open but got a run after close; compile a new one");
        try (MemoryWorkspace arena = Arena.open()) {
            Interpreter.Run run = interpreter.forward(false, 0, inputs);
            return graph.outputs().values().stream()
                    .map(value -> Tensors.copy(run.value(value)))
                    .toList();
        }
    }

    @Override
    public void refresh() {
        // Every run reads the parameters where they are.
    }

    @Override
    public void close() {
        closed = true;
    }
}
