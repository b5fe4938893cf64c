package io.github.bn4j.engine.nd4j;

import static io.github.bn4j.internal.Checks.checkState;

import io.github.bn4j.engine.BatchStatistics;
import io.github.bn4j.engine.Shard;
import io.github.bn4j.engine.TrainingProgram;
import io.github.bn4j.engine.internal.StepSums;
import io.github.bn4j.engine.internal.reference.ReferenceCall;
import io.github.bn4j.engine.internal.reference.ReferenceStep;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Parameters;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A training step by interpretation. */
final class Nd4jTraining implements TrainingProgram {

    private final ReferenceStep examples;
    private final StepSums sums;
    private final Shard shard;
    private final long seed;
    private List<INDArray> extra = List.of();
    private boolean closed;

    Nd4jTraining(Graph graph, Parameters parameters, Shard shard, long seed) {
        this.examples = new ReferenceStep(graph, parameters, shard);
        this.sums = new StepSums(shard, parameters);
        this.shard = shard;
        this.seed = seed;
    }

    @Override
    public double step(long step, INDArray... inputs) {
        checkState(!closed, "training program expects to be open but got a step after close; compile a new one");
        return StepSums.guarded(shard, () -> {
            ReferenceStep.Result own = examples.run(ReferenceCall.seed(seed, step), inputs);
            extra = own.outputs();
            return sums.add(own.loss(), true, own.statistics()).orElseThrow();
        });
    }

    @Override
    public List<INDArray> outputs() {
        return extra;
    }

    @Override
    public List<BatchStatistics> statistics() {
        return sums.statistics();
    }

    @Override
    public void close() {
        closed = true;
    }
}
