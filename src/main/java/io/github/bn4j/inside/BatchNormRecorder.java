package io.github.bn4j.inside;

import static io.github.bn4j.internal.Checks.checkPresent;

import io.github.bn4j.engine.Model;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.graph.RunningAverages;
import io.github.bn4j.internal.Floats;
import io.github.bn4j.norm.internal.NormCalls;
import io.github.bn4j.train.EpochEvent;
import io.github.bn4j.train.StepEvent;
import io.github.bn4j.train.TrainingListener;
import io.github.bn4j.train.TrainingRun;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Records gamma, beta, running mean and running variance of each batch normalisation while a network is trained, from before the first
 * step. Goes on in the next {@code fit} of the same training; remembers what it saw in this process. Several trainings take one each.
 */
public final class BatchNormRecorder implements TrainingListener {

    private final Timeline<Map<String, BatchNormSeries.Moment>> timeline;

    private BatchNormRecorder(Timeline<Map<String, BatchNormSeries.Moment>> timeline) {
        this.timeline = timeline;
    }

    /** Records after each epoch. */
    public static BatchNormRecorder everyEpoch() {
        return new BatchNormRecorder(Timeline.ofEpochs());
    }

    /**
     * Records after each step whose number the given one divides.
     *
     * @param steps at least 1
     */
    public static BatchNormRecorder everySteps(int steps) {
        return new BatchNormRecorder(Timeline.ofSteps("BatchNormRecorder", steps));
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

    private static Map<String, BatchNormSeries.Moment> measure(Model model) {
        Map<String, BatchNormSeries.Moment> norms = new LinkedHashMap<>();
        for (List<Node> calls : NormCalls.of(model.graph()).values()) {
            Node node = calls.get(0);
            Parameters all = model.parameters();
            norms.put(
                    node.layer(),
                    new BatchNormSeries.Moment(
                            values(node.scale(), all),
                            values(node.shift(), all),
                            Floats.values(
                                    all.get(node.parameter(RunningAverages.MEAN).name())),
                            Floats.values(all.get(
                                    node.parameter(RunningAverages.VARIANCE).name()))));
        }
        return norms;
    }

    private static double @Nullable [] values(Optional<Parameter> parameter, Parameters all) {
        return parameter.map(each -> Floats.values(all.get(each.name()))).orElse(null);
    }

    /** What was recorded of all batch normalisations, in the order of the network; empty before a training. */
    public List<BatchNormSeries> series() {
        return timeline.values().isEmpty()
                ? List.of()
                : timeline.values().get(0).keySet().stream().map(this::series).toList();
    }

    /**
     * What was recorded of one.
     *
     * @param layer its path
     * @throws IllegalArgumentException if there is none; the message lists those there are
     */
    public BatchNormSeries series(String layer) {
        return new BatchNormSeries(
                layer,
                timeline.steps(),
                timeline.values().stream()
                        .map(norms -> checkPresent(
                                norms.get(layer),
                                "series expects the path of a batch normalisation but got \"%s\"; there are %s",
                                layer,
                                norms.keySet()))
                        .toList());
    }

    @Override
    public String toString() {
        return "BatchNormRecorder" + series();
    }
}
