package io.github.bn4j.train;

import java.util.function.ToDoubleFunction;

/** How often each class, or label, was told and wanted. */
final class ClassCounts implements Metric.Tally {

    private final ToDoubleFunction<ClassCounts> measure;
    private long[] both = {};
    private long[] wantedOnly = {};
    private long[] toldOnly = {};
    private long examples;
    private boolean labels;

    /** Counts for a number that is made of them. */
    ClassCounts(ToDoubleFunction<ClassCounts> measure) {
        this.measure = measure;
    }

    int classes() {
        return both.length;
    }

    long examples() {
        return examples;
    }

    /** Whether each example has any number of labels and not one class. */
    boolean labels() {
        return labels;
    }

    /** The examples of a class that were taken for it. */
    long both(int number) {
        return both[number];
    }

    long wantedOnly(int number) {
        return wantedOnly[number];
    }

    long toldOnly(int number) {
        return toldOnly[number];
    }

    long wanted(int number) {
        return both[number] + wantedOnly[number];
    }

    long told(int number) {
        return both[number] + toldOnly[number];
    }

    /** The examples that neither are of a class nor were taken for it. */
    long neither(int number) {
        return examples - both[number] - wantedOnly[number] - toldOnly[number];
    }

    boolean occurs(int number) {
        return neither(number) < examples;
    }

    private void begin(int classes) {
        if (both.length == 0) {
            both = new long[classes];
            wantedOnly = new long[classes];
            toldOnly = new long[classes];
        }
    }

    @Override
    public void add(Predictions some) {
        begin(some.width());
        examples += some.size();
        labels = some.task() == Task.MULTI_LABEL;
        for (int row = 0; row < some.size(); row++) {
            if (labels) {
                addLabels(some, row);
            } else {
                addClass(some.label(row), some.told(row));
            }
        }
    }

    private void addLabels(Predictions some, int row) {
        for (int label = 0; label < both.length; label++) {
            boolean wanted = some.target(row, label) > 0;
            boolean told = some.output(row, label) > 0;
            // What is NaN tells neither yes nor no, so it is wrong whatever was wanted.
            boolean wrong = Double.isNaN(some.output(row, label));
            if (wanted && told) {
                both[label]++;
            } else if (wanted) {
                wantedOnly[label]++;
            } else if (told || wrong) {
                toldOnly[label]++;
            }
        }
    }

    private void addClass(int wanted, int told) {
        if (wanted == told) {
            both[wanted]++;
            return;
        }
        wantedOnly[wanted]++;
        if (told >= 0) {
            toldOnly[told]++;
        }
    }

    @Override
    public void merge(Metric.Tally other) {
        ClassCounts more = (ClassCounts) other;
        begin(more.classes());
        for (int number = 0; number < more.classes(); number++) {
            both[number] += more.both[number];
            wantedOnly[number] += more.wantedOnly[number];
            toldOnly[number] += more.toldOnly[number];
        }
        examples += more.examples;
        labels |= more.labels;
    }

    @Override
    public double value() {
        return measure.applyAsDouble(this);
    }
}
