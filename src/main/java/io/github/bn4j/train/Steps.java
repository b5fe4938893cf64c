package io.github.bn4j.train;

import io.github.bn4j.engine.BatchStatistics;
import io.github.bn4j.engine.Model;
import io.github.bn4j.engine.TrainingProgram;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.internal.Arena;
import io.github.bn4j.internal.Tensors;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The steps of a {@code fit} or of a {@link Loop}, from batches to changed parameters. */
final class Steps implements AutoCloseable {

    private final Model model;
    private final Parameters parameters;
    private final TrainingState training;
    private final Settings settings;
    private final String who;
    private final StateGuard state;
    private final ProgramsBySize programs;
    private @Nullable OptimizerState optimizer;
    private int epoch;
    private double normBeforeChanges;

    /**
     * No steps yet.
     *
     * @param model its only output is the loss
     * @param training how far the training has come. Modified by steps.
     * @param who what the user called, for messages
     */
    Steps(Model model, TrainingState training, Settings settings, String who) {
        this.model = model;
        this.parameters = model.parameters();
        this.training = training;
        this.settings = settings;
        this.who = who;
        state = new StateGuard(parameters);
        programs = new ProgramsBySize(model);
    }

    /** Compiles programs for batches of some sizes, so that refusals come before the first step. */
    void prepare(List<StepBatches> any) {
        StepBatches.runs(any).forEach(batch -> programs.of(batch.batch()));
    }

    /**
     * Begins steps after others may have changed what they change.
     *
     * @param number of the epoch, from 1; 0 where there are none
     */
    void begin(int number) {
        epoch = number;
        optimizer = training.optimizer(settings.optimizer, parameters, settings.rules);
    }

    private OptimizerState optimizer() {
        OptimizerState begun = optimizer;
        if (begun == null) {
            throw new AssertionError("steps that were not begun");
        }
        return begun;
    }

    /** The norm of the gradients of the last step, before any change. */
    double gradientNorm() {
        return settings.changes.isEmpty() ? GradientNorm.of(parameters.gradients()) : normBeforeChanges;
    }

    /**
     * One step on the next batches, with the learning rate times {@code factor}.
     *
     * @param next gives them; each may be written to again at the call after the next
     * @param sizes of the batches that make the step
     * @return the mean loss of its examples
     */
    double step(double factor, Supplier<INDArray[]> next, int... sizes) {
        if (sizes.length == 1) {
            Run run = run(sizes[0], next.get());
            parameters.step(() -> commit(factor, run.statistics));
            return run.loss;
        }
        int all = Arrays.stream(sizes).sum();
        INDArray sum = Tensors.zeros(parameters.type(), parameters.gradients().length());
        MergedStatistics statistics = new MergedStatistics();
        double loss = 0;
        for (int size : sizes) {
            Run run = run(size, next.get());
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
        parameters.step(() -> commit(factor, merged));
        return loss;
    }

    /** What a run of the engine leaves besides gradients. */
    private record Run(double loss, List<BatchStatistics> statistics) {}

    private Run run(int size, INDArray... inputs) {
        TrainingProgram program = programs.of(size);
        double loss = program.step(training.nextRun(), inputs);
        if (!Double.isFinite(loss) || !optimizer().takesGradients()) {
            throw NonFinite.explain(model, when(), size, inputs);
        }
        return new Run(loss, program.statistics());
    }

    private NonFinite.When when() {
        return new NonFinite.When(who, epoch, training.runs());
    }

    /* What is written is looked at as it is stored, in float32, and taken back if it is not finite. */
    private void commit(double factor, List<BatchStatistics> statistics) {
        try (MemoryWorkspace arena = Arena.open()) {
            changeGradients();
            state.keep();
            RunningStatistics.commit(parameters, statistics);
            if (!state.isFinite()) {
                String where = NonFinite.runningStatistic(model, statistics);
                state.restore();
                throw NonFinite.in(where, when());
            }
            if (!optimizer().step(factor)) {
                state.restore();
                throw NonFinite.in("what the optimizer " + settings.optimizer + " makes of the parameters", when());
            }
        }
    }

    private void changeGradients() {
        apply(settings.penalties);
        if (!settings.listeners.isEmpty() && !settings.changes.isEmpty()) {
            normBeforeChanges = GradientNorm.of(parameters.gradients());
        }
        apply(settings.changes);
    }

    private void apply(List<? extends GradientChange> changes) {
        for (GradientChange change : changes) {
            change.apply(parameters);
            if (!optimizer().takesGradients()) {
                throw NonFinite.in("what " + change + " makes of the gradients", when());
            }
        }
    }

    @Override
    public void close() {
        programs.close();
    }
}
