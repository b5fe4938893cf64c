package io.github.bn4j.inside;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkGiven;

import io.github.bn4j.data.Dataset;
import io.github.bn4j.engine.Model;
import io.github.bn4j.norm.ModeGap;
import io.github.bn4j.train.EpochEvent;
import io.github.bn4j.train.StepEvent;
import io.github.bn4j.train.TrainingListener;
import io.github.bn4j.train.TrainingRun;
import java.util.ArrayList;
import java.util.List;

/**
 * Records how far training mode is from predictions on some examples, while a network is trained. Goes on in the next {@code fit} of the same
 * training; remembers what it saw in this process. Several trainings take one each.
 */
public final class ModeGapRecorder implements TrainingListener {

    private static final String WHO = "ModeGapRecorder";

    private final Dataset data;
    private final int batchSize;
    private final Timeline<ModeGap> timeline;

    /**
     * A gap at one time.
     *
     * @param step after which step of the training; 0 is before the first one
     * @param gap it
     */
    public record Moment(long step, ModeGap gap) {}

    private ModeGapRecorder(Dataset data, int batchSize, Timeline<ModeGap> timeline) {
        this.data = data;
        this.batchSize = batchSize;
        this.timeline = timeline;
    }

    /**
     * Records after each epoch.
     *
     * @param data examples; class numbers, if there are any, give the losses of both modes
     * @param batchSize number of examples per batch in training mode, at least 1
     */
    public static ModeGapRecorder of(Dataset data, int batchSize) {
        checkGiven(data, WHO, "a Dataset");
        checkArgument(batchSize >= 1, "ModeGapRecorder expects batches of at least 1 example but got %s", batchSize);
        return new ModeGapRecorder(data, batchSize, Timeline.ofEpochs());
    }

    /**
     * One that has seen nothing yet, and records after each step whose number the given one divides.
     *
     * @param steps at least 1
     */
    public ModeGapRecorder everySteps(int steps) {
        return new ModeGapRecorder(data, batchSize, Timeline.ofSteps(WHO, steps));
    }

    @Override
    public void onStart(TrainingRun run) {
        timeline.start(() -> measure(run.model()));
    }

    @Override
    public void onStep(StepEvent step) {
        timeline.step(step, () -> measure(step.run().model()));
    }

    @Override
    public void onEpoch(EpochEvent epoch) {
        timeline.epoch(() -> measure(epoch.run().model()));
    }

    private ModeGap measure(Model trained) {
        return ModeGap.of(trained.with(trained.parameters().withOwnGradients()), data, batchSize);
    }

    /** What was recorded, in order. */
    public List<Moment> moments() {
        long[] steps = timeline.steps();
        List<Moment> moments = new ArrayList<>();
        for (int i = 0; i < steps.length; i++) {
            moments.add(new Moment(steps[i], timeline.values().get(i)));
        }
        return moments;
    }

    @Override
    public String toString() {
        return "ModeGapRecorder" + moments();
    }
}
