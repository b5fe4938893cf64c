package io.github.bn4j.inside;

import static io.github.bn4j.internal.Checks.checkArgument;

import io.github.bn4j.train.StepEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What was measured before the first step, and then after every so many, or after each epoch. Begins anew with a training that does. */
final class Timeline<T> {

    private static final int EPOCHS = 0;

    private final int every;
    private final List<Long> steps = new ArrayList<>();
    private final List<T> values = new ArrayList<>();
    private @Nullable T start;
    private long last;

    private Timeline(int every) {
        this.every = every;
    }

    static <T> Timeline<T> ofEpochs() {
        return new Timeline<>(EPOCHS);
    }

    static <T> Timeline<T> ofSteps(String who, int every) {
        checkArgument(every >= 1, "%s expects to record every 1 or more steps but got %s", who, every);
        return new Timeline<>(every);
    }

    /** One of nothing, that measures as often. */
    Timeline<T> empty() {
        return new Timeline<>(every);
    }

    void start(Supplier<T> measurement) {
        start = measurement.get();
    }

    void step(StepEvent step, Supplier<T> measurement) {
        long number = step.number();
        if (number <= last) {
            steps.clear();
            values.clear();
        }
        T before = start;
        if (before != null && steps.isEmpty()) {
            add(number - 1, before);
        }
        start = null;
        last = number;
        if (every != EPOCHS && number % every == 0) {
            add(number, measurement.get());
        }
    }

    void epoch(Supplier<T> measurement) {
        if (every == EPOCHS) {
            add(last, measurement.get());
        }
    }

    private void add(long step, T value) {
        steps.add(step);
        values.add(value);
    }

    List<T> values() {
        return values;
    }

    long[] steps() {
        return steps.stream().mapToLong(Long::longValue).toArray();
    }
}
