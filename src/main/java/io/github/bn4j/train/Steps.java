package io.github.bn4j.train;

import io.github.bn4j.data.Rows;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.engine.TrainingProgram;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.internal.Arena;
import io.github.bn4j.internal.Tensors;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The steps of one {@code fit}, from rows of the data to changed parameters. */
final class Steps implements AutoCloseable {

    /** A compiled step and the arrays that its batches are copied to. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Program(TrainingProgram compiled, INDArray[] inputs) {}

    private final Engine engine;
    private final Graph graph;
    private final Parameters parameters;
    private final List<INDArray> arrays;
    private final OptimizerState optimizer;
    private final long seed;
    private final Map<Integer, Program> bySize = new LinkedHashMap<>();
    private long done;

    /**
     * Compiles a program for each batch size that occurs, so that refusals come before the first step.
     *
     * @param graph its only output is the loss
     * @param arrays all examples for each input of the graph
     * @param batches the rows of the batches of an epoch; other epochs have batches of the same sizes
     */
    Steps(
            Engine engine,
            Graph graph,
            Parameters parameters,
            List<INDArray> arrays,
            Optimizer optimizer,
            long seed,
            List<int[]> batches) {
        this.engine = engine;
        this.graph = graph;
        this.parameters = parameters;
        this.arrays = arrays.stream()
                .map(array -> Tensors.dense(array, parameters.type()))
                .toList();
        this.optimizer = new OptimizerState(optimizer, parameters);
        this.seed = seed;
        batches.forEach(rows -> bySize.computeIfAbsent(rows.length, this::compile));
    }

    private Program compile(int size) {
        INDArray[] inputs = graph.inputs().values().stream()
                .map(value -> Tensors.zeros(parameters.type(), value.shape().batched(size)))
                .toArray(INDArray[]::new);
        return new Program(engine.training(graph, parameters, size, seed), inputs);
    }

    /** One step on a batch; returns its loss. */
    double step(int epoch, int[] rows) {
        Program program = bySize.get(rows.length);
        if (program == null) {
            throw new AssertionError("no program for a batch of " + rows.length);
        }
        for (int i = 0; i < arrays.size(); i++) {
            Rows.copy(arrays.get(i), rows, program.inputs[i]);
        }
        done++;
        double loss = program.compiled.step(done, program.inputs);
        if (!Double.isFinite(loss) || !Tensors.isFinite(parameters.gradients())) {
            throw NonFinite.explain(engine, graph, parameters, seed, epoch, done, program.inputs);
        }
        try (MemoryWorkspace arena = Arena.open()) {
            optimizer.step();
            RunningStatistics.commit(parameters, program.compiled.statistics());
        }
        return loss;
    }

    @Override
    public void close() {
        bySize.values().forEach(program -> program.compiled.close());
    }
}
