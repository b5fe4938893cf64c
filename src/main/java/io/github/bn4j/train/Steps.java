package io.github.bn4j.train;

import io.github.bn4j.engine.BatchStatistics;
import io.github.bn4j.engine.Model;
import io.github.bn4j.engine.TrainingProgram;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.internal.Arena;
import io.github.bn4j.internal.Tensors;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The steps of one {@code fit}, from rows of the data to changed parameters. */
final class Steps implements AutoCloseable {

    private final Model model;
    private final Parameters parameters;
    private final Feed feed;
    private final TrainingState training;
    private final OptimizerState optimizer;
    private final List<GradientChange> changes;
    private final StateGuard state;
    private final Map<Integer, TrainingProgram> bySize = new LinkedHashMap<>();

    /**
     * Compiles a program for each batch size that occurs, so that refusals come before the first step.
     *
     * @param model its only output is the loss
     * @param feed the batches, in the order of the steps
     * @param training how far the training has come. Modified by steps.
     * @param batches the rows of the runs of an epoch; other epochs have runs of the same sizes
     */
    Steps(Model model, Feed feed, TrainingState training, Settings settings, List<int[]> batches) {
        this.model = model;
        this.parameters = model.parameters();
        this.feed = feed;
        this.training = training;
        state = new StateGuard(parameters);
        batches.forEach(rows -> bySize.computeIfAbsent(rows.length, model::training));
        changes = settings.changes;
        optimizer = training.optimizer(settings.optimizer, parameters, settings.decays);
    }

    /** Begins an epoch. */
    void begin(int epoch, List<int[]> batches) {
        feed.begin(epoch, batches);
    }

    /** Passes over the next batches. */
    void skip(int... sizes) {
        for (int i = 0; i < sizes.length; i++) {
            feed.take();
        }
    }

    /**
     * One step on the next batches, with the learning rate times {@code factor}.
     *
     * @param sizes of the batches that make the step
     * @return the mean loss of its examples
     */
    double step(int epoch, double factor, int... sizes) {
        if (sizes.length == 1) {
            Run run = run(epoch, sizes[0]);
            parameters.step(() -> commit(epoch, factor, run.statistics));
            return run.loss;
        }
        int all = Arrays.stream(sizes).sum();
        INDArray sum = Tensors.zeros(parameters.type(), parameters.gradients().length());
        MergedStatistics statistics = new MergedStatistics();
        double loss = 0;
        for (int size : sizes) {
            Run run = run(epoch, size);
            double share = (double) size / all;
            try (MemoryWorkspace arena = Arena.open()) {
                sum.addi(parameters.gradients().mul(share));
            }
            statistics.add(run.statistics, size);
            loss += share * run.loss;
        }
        parameters.gradients().assign(sum);
        sum.close();
        List<BatchStatistics> merged = statistics.merged(parameters.type());
        parameters.step(() -> commit(epoch, factor, merged));
        return loss;
    }

    /** What a run of the engine leaves besides gradients. */
    private record Run(double loss, List<BatchStatistics> statistics) {}

    private Run run(int epoch, int size) {
        INDArray[] inputs = feed.take();
        TrainingProgram program = bySize.get(size);
        if (program == null) {
            throw new AssertionError("no program for a batch of " + size);
        }
        long done = training.nextRun();
        double loss = program.step(done, inputs);
        if (!Double.isFinite(loss) || !optimizer.takesGradients()) {
            throw NonFinite.explain(model, epoch, done, inputs);
        }
        return new Run(loss, program.statistics());
    }

    /* What is written is looked at as it is stored, in float32, and taken back if it is not finite. */
    private void commit(int epoch, double factor, List<BatchStatistics> statistics) {
        try (MemoryWorkspace arena = Arena.open()) {
            changeGradients(epoch);
            state.keep();
            RunningStatistics.commit(parameters, statistics);
            if (!state.isFinite()) {
                String where = NonFinite.runningStatistic(model, statistics);
                state.restore();
                throw NonFinite.in(where, epoch, training.runs());
            }
            if (!optimizer.step(factor)) {
                state.restore();
                throw NonFinite.in(
                        "what the optimizer " + optimizer + " makes of the parameters", epoch, training.runs());
            }
        }
    }

    private void changeGradients(int epoch) {
        for (GradientChange change : changes) {
            change.apply(parameters);
            if (!optimizer.takesGradients()) {
                throw NonFinite.in("what " + change + " makes of the gradients", epoch, training.runs());
            }
        }
    }

    @Override
    public void close() {
        bySize.values().forEach(TrainingProgram::close);
    }
}
