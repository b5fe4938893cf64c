package io.github.bn4j.engine.replica;

import io.github.bn4j.engine.BatchStatistics;
import io.github.bn4j.engine.internal.reference.BatchPart;
import io.github.bn4j.engine.internal.reference.Interpreter;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.Arena;
import io.github.bn4j.internal.Tensors;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** The training step of some examples of a batch. */
final class Replica {

    private final Parameters parameters;
    private final Interpreter interpreter;
    private final List<Value> outputs;
    private final int first;
    private final int size;
    private final int batch;

    /** What a step leaves besides its gradients. */
    record Result(double lossSum, List<INDArray> outputs, List<BatchStatistics> statistics) {}

    /**
     * A part of a batch.
     *
     * @param parameters with a gradient vector that nobody else writes to
     * @param first number of the first example
     * @param size number of examples
     * @param batch number of examples of the whole batch
     */
    Replica(Graph graph, Parameters parameters, int first, int size, int batch) {
        this.parameters = parameters;
        this.interpreter = new Interpreter(graph, parameters, size);
        this.outputs = List.copyOf(graph.outputs().values());
        this.first = first;
        this.size = size;
        this.batch = batch;
    }

    /**
     * One step; leaves what these examples contribute to the gradient of the mean loss of the batch.
     *
     * @param sum adds up over all parts of the batch
     * @param inputs the whole batch. Not modified.
     */
    Result step(UnaryOperator<double[]> sum, long seed, INDArray... inputs) {
        BatchPart part = new BatchPart() {
            @Override
            public long firstExample() {
                return first;
            }

            @Override
            public INDArray sum(INDArray own) {
                double[] total = sum.apply(own.dup('c').data().asDouble());
                return Nd4j.createFromArray(total).castTo(own.dataType()).reshape('c', own.shape());
            }
        };
        try (MemoryWorkspace arena = Arena.open()) {
            INDArray[] own = Arrays.stream(inputs).map(this::part).toArray(INDArray[]::new);
            Interpreter.Run run = interpreter.forward(true, seed, part, own);
            INDArray losses = run.value(outputs.get(0));
            parameters.gradients().assign(0);
            interpreter.backward(
                    run, outputs.get(0), Nd4j.valueArrayOf(losses.shape(), 1.0 / batch, losses.dataType()));
            List<INDArray> extra = outputs.stream()
                    .skip(1)
                    .map(value -> Tensors.copy(run.value(value)))
                    .toList();
            return new Result(losses.sumNumber().doubleValue(), extra, run.statistics());
        }
    }

    // As a copy, because ops may look at parts of it, which ND4J gets wrong for some views.
    private INDArray part(INDArray whole) {
        return whole.get(NDArrayIndex.interval(first, (long) first + size))
                .reshape('c', length(whole.shape()))
                .dup('c');
    }

    private long[] length(long... shape) {
        long[] own = shape.clone();
        own[0] = size;
        return own;
    }

    INDArray gradients() {
        return parameters.gradients();
    }
}
