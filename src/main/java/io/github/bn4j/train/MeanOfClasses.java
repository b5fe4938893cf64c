package io.github.bn4j.train;

import static io.github.bn4j.internal.Checks.checkArgument;

import java.io.Serializable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A metric that each class has.
 *
 * @param measure what is counted
 * @param together whether the examples of all classes are counted together
 * @param of the only class; null for all
 */
record MeanOfClasses(Measure measure, boolean together, @Nullable Integer of) implements ClassMetric, OfClasses {

    static final ClassMetric PRECISION = of(new Measure("precision", 1, 0, 1));
    static final ClassMetric RECALL = of(new Measure("recall", 1, 1, 0));
    static final ClassMetric F1 = of(new Measure("f1", 2, 1, 1));
    static final ClassMetric DICE = of(new Measure("dice", 2, 1, 1));
    static final ClassMetric IOU = of(new Measure("iou", 1, 1, 1));

    /** Wanted and told, as a share of a sum of that with what was wanted only and told only. */
    record Measure(String name, int both, int wantedOnly, int toldOnly) implements Serializable {

        double of(long wantedAndTold, long wanted, long told) {
            long whole = both * wantedAndTold + wantedOnly * wanted + toldOnly * told;
            return whole == 0 ? 0 : (double) both * wantedAndTold / whole;
        }
    }

    private static ClassMetric of(Measure measure) {
        return new MeanOfClasses(measure, false, null);
    }

    @Override
    public String name() {
        return measure.name + (together ? "Micro" : of == null ? "" : "OfClass" + of);
    }

    @Override
    public ClassMetric macro() {
        return of(measure);
    }

    @Override
    public ClassMetric micro() {
        return new MeanOfClasses(measure, true, null);
    }

    @Override
    public ClassMetric ofClass(int number) {
        checkArgument(number >= 0, "%s expects the number of a class from 0 but got %s", measure.name, number);
        return new MeanOfClasses(measure, false, number);
    }

    @Override
    public void check(int width) {
        checkArgument(
                of == null || of < width,
                "%s expects a class from 0 to %s but got %s; number the classes from 0",
                measure.name,
                width - 1,
                of);
    }

    @Override
    public Tally tally() {
        return new ClassCounts(this::value);
    }

    private double value(ClassCounts counts) {
        if (together) {
            long both =
                    IntStream.range(0, counts.classes()).mapToLong(counts::both).sum();
            long wanted = IntStream.range(0, counts.classes())
                    .mapToLong(counts::wantedOnly)
                    .sum();
            long told = IntStream.range(0, counts.classes())
                    .mapToLong(counts::toldOnly)
                    .sum();
            return both + wanted + told == 0 ? Double.NaN : measure.of(both, wanted, told);
        }
        return of == null
                ? CountedMetric.mean(counts.classes(), number -> ofClass(counts, number))
                : ofClass(counts, of);
    }

    private double ofClass(ClassCounts counts, int number) {
        return counts.occurs(number)
                ? measure.of(counts.both(number), counts.wantedOnly(number), counts.toldOnly(number))
                : Double.NaN;
    }

    @Override
    public String toString() {
        return name();
    }
}
