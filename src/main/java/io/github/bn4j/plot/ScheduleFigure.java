package io.github.bn4j.plot;

import io.github.bn4j.plot.internal.figure.Chart;
import io.github.bn4j.plot.internal.figure.Figure;
import io.github.bn4j.plot.internal.figure.Ink;
import io.github.bn4j.plot.internal.figure.Line;
import io.github.bn4j.plot.internal.figure.Scale;
import io.github.bn4j.train.History;
import io.github.bn4j.train.Schedule;
import io.github.bn4j.train.TrainingProgress;
import java.util.List;
import java.util.stream.IntStream;

/** The factor of the learning rate in the course of a training. */
final class ScheduleFigure {

    private ScheduleFigure() {}

    static Figure of(Schedule schedule, int epochs, int stepsPerEpoch) {
        int steps = Math.multiplyExact(epochs, stepsPerEpoch);
        History none = new History(List.of());
        double[] at = IntStream.rangeClosed(1, steps).mapToDouble(step -> step).toArray();
        double[] factors = IntStream.range(0, steps)
                .mapToDouble(
                        step -> schedule.factor(new TrainingProgress(step, steps, step / stepsPerEpoch, epochs, none)))
                .toArray();
        return Figure.of(Chart.of(
                        "learning rate: " + schedule,
                        "step",
                        "factor",
                        List.of(Line.of("", Ink.ofSeries(0), at, factors)))
                .x(Scale::whole)
                .y(Scale::fromZero));
    }
}
