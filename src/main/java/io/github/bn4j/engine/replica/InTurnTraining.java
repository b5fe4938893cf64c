package io.github.bn4j.engine.replica;

import static io.github.bn4j.internal.Checks.checkState;

import io.github.bn4j.engine.BatchStatistics;
import io.github.bn4j.engine.CollectiveException;
import io.github.bn4j.engine.Finiteness;
import io.github.bn4j.engine.ProgramRequirements;
import io.github.bn4j.engine.Shard;
import io.github.bn4j.engine.TrainingProgram;
import io.github.bn4j.engine.internal.reference.ReferenceCall;
import io.github.bn4j.engine.internal.reference.ReferenceStep;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.internal.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A training step of parts of a batch, one after another in the memory of one: what was computed up to a sum is computed again once the
 * sum is known.
 */
final class InTurnTraining implements TrainingProgram {

    /* Gradients of parts are gradients of one loss, the mean over the batch, so they add up; they are added in the order of
     * the parts, so that the same batch gives the same bits. */

    private final Graph graph;
    private final Parameters parameters;
    private final Parameters ofPart;
    private final long seed;
    private final int[] sizes;
    private final int batch;
    private final InTurn.Sums sums = new InTurn.Sums();
    private final List<InTurn> parts;
    private final List<ReferenceStep> steps = new ArrayList<>();
    private List<ReferenceStep.Result> results = List.of();
    private boolean closed;

    InTurnTraining(Graph graph, Parameters parameters, long seed, int... sizes) {
        this.graph = graph;
        this.parameters = parameters;
        this.seed = seed;
        this.sizes = sizes;
        batch = Arrays.stream(sizes).sum();
        ofPart = parameters.withOwnGradients();
        parts = sums.parts(sizes.length);
        parts.forEach(part -> steps.add(new ReferenceStep(graph, ofPart, Shard.of(part, sizes))));
    }

    @Override
    public double step(long step, INDArray... inputs) {
        checkState(!closed, "training program expects to be open but got a step after close; compile a new one");
        ProgramRequirements.requireInputs(graph, batch, inputs);
        Finiteness.requireInputs(graph, parameters.type(), inputs);
        sums.forget();
        parameters.gradients().assign(0);
        do {
            results = round(ReferenceCall.seed(seed, step), inputs);
        } while (results.isEmpty());
        return results.stream().mapToDouble(ReferenceStep.Result::loss).sum() / batch;
    }

    /** Learns one sum more; or, if all are known, gives the results. */
    private List<ReferenceStep.Result> round(long seed, INDArray... inputs) {
        List<ReferenceStep.Result> done = new ArrayList<>();
        int first = 0;
        for (InTurn part : parts) {
            part.begin();
            int size = sizes[part.rank()];
            try {
                done.add(steps.get(part.rank()).run(seed, Rows.of(inputs, first, size)));
                parameters.gradients().addi(ofPart.gradients());
            } catch (InTurn.Unknown stop) {
                // What it would have added is among the missing now.
            }
            first += size;
        }
        if (done.isEmpty()) {
            sums.learn();
        } else if (done.size() < parts.size()) {
            throw new CollectiveException("collective expects every rank to ask for the same sums but got "
                    + (parts.size() - done.size()) + " of " + parts.size() + " that ask for more");
        }
        return done;
    }

    @Override
    public List<INDArray> outputs() {
        List<INDArray> whole = new ArrayList<>();
        for (int i = 0; i < graph.outputs().size() - 1; i++) {
            int output = i;
            whole.add(Tensors.copy(Nd4j.concat(
                    0, results.stream().map(part -> part.outputs().get(output)).toArray(INDArray[]::new))));
        }
        return whole;
    }

    @Override
    public List<BatchStatistics> statistics() {
        return results.isEmpty() ? List.of() : results.get(0).statistics();
    }

    @Override
    public void close() {
        closed = true;
    }
}
