package io.github.bn4j.train;

import java.util.Optional;

/**
 * A schedule made of another one.
 *
 * @param before the other one
 * @param call what was called on it
 * @param schedule what came of it
 */
record ChangedSchedule(Schedule before, String call, Schedule schedule) implements Schedule {

    @Override
    public double factor(TrainingProgress at) {
        return schedule.factor(at);
    }

    @Override
    public Optional<String> watches() {
        return before.watches();
    }

    @Override
    public String toString() {
        return before + "." + call;
    }
}
