package io.github.bn4j.plot.internal.figure;

/** Where values stand in a chart. */
public record Frame(double left, double top, double right, double bottom, Scale x, Scale y) {

    double x(double value) {
        return left + (right - left) * x.share(value);
    }

    double y(double value) {
        return bottom - (bottom - top) * y.share(value);
    }
}
