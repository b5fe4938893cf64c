package io.github.bn4j.engine.replica;

import static io.github.bn4j.internal.Checks.checkState;

import io.github.bn4j.engine.BatchStatistics;
import io.github.bn4j.engine.Finiteness;
import io.github.bn4j.engine.ProgramRequirements;
import io.github.bn4j.engine.TrainingProgram;
import io.github.bn4j.engine.internal.reference.ReferenceCall;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.internal.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A training step by interpretation of parts of the batch, which add up to what the whole batch would give. */
final class ReplicaTraining implements TrainingProgram {

    /* Gradients of parts are gradients of one loss, the mean over the batch, so they add up; they are added in the order of
     * the parts, so that the same batch gives the same bits. */

    private final Graph graph;
    private final Parameters parameters;
    private final int batch;
    private final long seed;
    private final Lockstep lockstep;
    private final List<Replica> replicas = new ArrayList<>();
    private List<INDArray> extra = List.of();
    private List<BatchStatistics> statistics = List.of();
    private boolean closed;

    ReplicaTraining(Graph graph, Parameters parameters, long seed, Lockstep lockstep, int... sizes) {
        this.graph = graph;
        this.parameters = parameters;
        this.batch = Arrays.stream(sizes).sum();
        this.seed = seed;
        this.lockstep = lockstep;
        ProgramRequirements.requireTrainable(graph, batch);
        requireNoGhosts(graph, batch);
        Parameters shared = parameters.withOwnGradients();
        int first = 0;
        for (int size : sizes) {
            Parameters own = lockstep.atOnce() ? parameters.withOwnGradients() : shared;
            replicas.add(new Replica(graph, own, first, size, batch));
            first += size;
        }
    }

    private static void requireNoGhosts(Graph graph, int batch) {
        for (Node node : graph.nodes()) {
            if (node.op()
                    .normalization()
                    .filter(norm -> norm.statistics().block(batch) < batch)
                    .isPresent()) {
                throw new IllegalArgumentException(
                        "layer \"" + node.layer() + "\" expects to see its ghost batches whole"
                                + " but got parts of a batch; use Statistics.batch(), or train without replicas");
            }
        }
    }

    @Override
    public double step(long step, INDArray... inputs) {
        checkState(!closed, "training program expects to be open but got a step after close; compile a new one");
        ProgramRequirements.requireInputs(graph, batch, inputs);
        Finiteness.requireInputs(graph, parameters.type(), inputs);
        INDArray total = parameters.gradients().assign(0);
        List<Replica.Result> results =
                lockstep.run(replicas, ReferenceCall.seed(seed, step), part -> total.addi(part.gradients()), inputs);
        statistics = results.get(0).statistics();
        extra = new ArrayList<>();
        for (int i = 0; i < graph.outputs().size() - 1; i++) {
            int output = i;
            extra.add(Nd4j.concat(
                    0,
                    results.stream().map(result -> result.outputs().get(output)).toArray(INDArray[]::new)));
        }
        return results.stream().mapToDouble(Replica.Result::lossSum).sum() / batch;
    }

    @Override
    public List<INDArray> outputs() {
        return extra.stream().map(Tensors::copy).toList();
    }

    @Override
    public List<BatchStatistics> statistics() {
        return statistics;
    }

    @Override
    public void close() {
        closed = true;
        lockstep.close();
    }
}
