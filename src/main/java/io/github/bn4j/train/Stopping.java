package io.github.bn4j.train;

import static java.util.Objects.requireNonNull;

import io.github.bn4j.internal.Tensors;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Ends a training as {@link EarlyStopping} says. */
final class Stopping implements TrainingListener {

    private static final String BEST = "best";
    private static final String LAST_GAIN = "lastGain";
    private static final String WITHOUT = "without";

    private final EarlyStopping how;
    private final Watched watched;
    private double lastGain = Double.NaN;
    private int without;
    private int best;
    private @Nullable Snapshot kept;

    Stopping(EarlyStopping how, Watched watched) {
        this.how = how;
        this.watched = watched;
    }

    @Override
    public void onEpoch(EpochEvent event) {
        Epoch epoch = event.epoch();
        double value = watched.of(epoch);
        if (watched.isGain(value, lastGain, how.leastGain())) {
            lastGain = value;
            without = 0;
        } else {
            without++;
        }
        if (watched.isBest(epoch, event.history(), best)) {
            best = epoch.number();
            kept = how.restoreBest() ? Snapshot.of(event.judged()) : null;
        }
        if (without >= how.patience()) {
            event.run()
                    .stop(watched.name() + " has not got better for " + without
                            + (without == 1 ? " epoch" : " epochs"));
        }
    }

    /** The next {@code fit} has its patience new. */
    @Override
    public void onEnd(EndEvent end) {
        without = 0;
        Snapshot was = kept;
        if (how.restoreBest() && was != null) {
            was.writeTo(end.run().parameters());
        }
    }

    @Override
    public String name() {
        return "stopEarly on " + watched.name();
    }

    @Override
    public Map<String, INDArray> state() {
        Map<String, INDArray> state = new LinkedHashMap<>();
        state.put(BEST, Tensors.number(best));
        state.put(LAST_GAIN, Tensors.number(lastGain));
        state.put(WITHOUT, Tensors.number(without));
        Snapshot was = kept;
        if (was != null) {
            was.addTo(state, BEST);
        }
        return state;
    }

    @Override
    public void restore(Map<String, INDArray> state) {
        best = requireNonNull(state.get(BEST)).getInt(0);
        lastGain = requireNonNull(state.get(LAST_GAIN)).getDouble(0);
        without = requireNonNull(state.get(WITHOUT)).getInt(0);
        kept = Snapshot.in(state, BEST);
    }
}
