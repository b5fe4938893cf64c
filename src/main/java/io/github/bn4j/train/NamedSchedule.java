package io.github.bn4j.train;

/** A schedule that prints as the call that makes it. */
record NamedSchedule(String name, Schedule schedule) implements Schedule {

    @Override
    public double factor(TrainingProgress at) {
        return schedule.factor(at);
    }

    @Override
    public String toString() {
        return name;
    }
}
