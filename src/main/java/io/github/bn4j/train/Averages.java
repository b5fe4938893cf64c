package io.github.bn4j.train;

import static java.util.Objects.requireNonNull;

import io.github.bn4j.data.Dataset;
import io.github.bn4j.engine.Model;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.internal.ElementBlocks;
import io.github.bn4j.internal.Floats;
import io.github.bn4j.internal.Tensors;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Averages the weights of a training, is what its epochs are judged by, and leaves them in the network at the end. The next {@code fit}
 * goes on from the weights of the training.
 */
final class Averages implements TrainingListener {

    /* In float32 a decay near 1 would be lost in rounding: an average that is as near as 1 / 1000 would not move any more. */

    private static final String AVERAGE = "average ";
    private static final String TAKEN = "taken";
    private static final String LIVE = "live";
    private static final String LEFT = "left";

    private final Averaging how;
    private final Model model;
    private final Dataset data;
    private final Map<Parameter, double[]> average = new LinkedHashMap<>();
    private long taken;
    private @Nullable Parameters judged;
    private @Nullable Snapshot live;
    private @Nullable Snapshot left;

    Averages(Averaging how, Model model, Dataset data) {
        this.how = how;
        this.model = model;
        this.data = data;
        for (Parameter parameter : model.parameters().all()) {
            if (parameter.trainable()) {
                average.put(parameter, new double[(int) parameter.shape().size()]);
            }
        }
    }

    @Override
    public void onStep(StepEvent step) {
        judged = null;
        if (begun(step) && isDue(step)) {
            double kept = how.decay(taken);
            average.forEach((parameter, values) -> takeIn(model.parameters().get(parameter.name()), values, kept));
            taken++;
        }
    }

    private boolean begun(StepEvent step) {
        TrainingRun run = step.run();
        return taken > 0 || (step.epoch() >= how.fromEpoch() && how.hasBegun(run.taken(), run.steps()));
    }

    private boolean isDue(StepEvent step) {
        return how.everySteps() == 0
                ? step.step() == step.run().stepsPerEpoch()
                : step.number() % how.everySteps() == 0;
    }

    private static void takeIn(INDArray weights, double[] average, double kept) {
        int[] from = new int[1];
        ElementBlocks.forEach(
                0,
                (block, length) -> {
                    for (int i = 0; i < length; i++) {
                        double before = average[from[0] + i];
                        average[from[0] + i] = before + (1 - kept) * (block[0][i] - before);
                    }
                    from[0] += length;
                },
                weights);
    }

    /** The average with statistics that belong to it; before there is one, what is trained. */
    @Override
    public Parameters judged(Parameters parameters) {
        if (taken == 0) {
            return parameters;
        }
        Parameters known = judged;
        if (known == null) {
            Parameters copy = parameters.to(parameters.type());
            average.forEach((parameter, values) -> Floats.write(values, copy.get(parameter.name())));
            known = how.recalibrate() ? new ExactStatistics(model, data).judged(copy) : copy;
            judged = known;
        }
        return known;
    }

    @Override
    public void onEnd(EndEvent end) {
        Parameters parameters = model.parameters();
        live = Snapshot.of(parameters);
        if (taken > 0) {
            Snapshot.of(judged(parameters)).writeTo(parameters);
        }
    }

    /** Comes after those that write to the network at the end, and sees what they leave. */
    TrainingListener last() {
        return new TrainingListener() {
            @Override
            public void onEnd(EndEvent end) {
                left = Snapshot.of(model.parameters());
            }
        };
    }

    @Override
    public String name() {
        return how.toString();
    }

    @Override
    public Map<String, INDArray> state() {
        Map<String, INDArray> state = new LinkedHashMap<>();
        average.forEach((parameter, values) -> state.put(
                AVERAGE + parameter.name(),
                Tensors.of(DataType.DOUBLE, values, parameter.shape().dims())));
        state.put(TAKEN, Tensors.number((double) taken));
        Snapshot trained = live;
        Snapshot held = left;
        if (trained != null && held != null) {
            trained.addTo(state, LIVE);
            held.addTo(state, LEFT);
        }
        return state;
    }

    /**
     * Where somebody has written to the network since the end of the {@code fit} before, or others of its parameters are trained, an average
     * of other weights says nothing.
     */
    @Override
    public void restore(Map<String, INDArray> state) {
        Snapshot trained = Snapshot.in(state, LIVE);
        Snapshot held = Snapshot.in(state, LEFT);
        boolean others = average.keySet().stream().anyMatch(each -> !state.containsKey(AVERAGE + each.name()));
        if (others || (held != null && !held.isIn(model.parameters()))) {
            return;
        }
        if (trained != null) {
            trained.writeTo(model.parameters());
        }
        average.replaceAll((parameter, none) -> Floats.values(requireNonNull(state.get(AVERAGE + parameter.name()))));
        taken = requireNonNull(state.get(TAKEN)).getLong(0);
    }
}
