package io.github.bn4j.train;

/** A curve of what an evaluation found, as points in order. */
public final class ScoreCurve {

    private final String name;
    private final double[] x;
    private final double[] y;
    private final double value;

    ScoreCurve(String name, double[] x, double[] y, double value) {
        this.name = name;
        this.x = x;
        this.y = y;
        this.value = value;
    }

    /** The class or label that it is of; what it shows where it is of all of them. */
    public String name() {
        return name;
    }

    /** Where its points are along the first axis. */
    public double[] x() {
        return x.clone();
    }

    /** Where its points are along the second axis. */
    public double[] y() {
        return y.clone();
    }

    /** The metric that it is a picture of. */
    public double value() {
        return value;
    }

    @Override
    public String toString() {
        return "ScoreCurve[" + name + ", " + x.length + " points, " + MetricValue.text(value) + "]";
    }
}
