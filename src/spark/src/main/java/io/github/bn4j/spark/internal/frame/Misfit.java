package io.github.bn4j.spark.internal.frame;

/** A cell that is not what its column has to hold; whoever knows column and row makes a message of it. */
final class Misfit extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final String expected;
    private final String actual;
    private final String advice;

    Misfit(String expected, String actual, String advice) {
        super(null, null, false, false);
        this.expected = expected;
        this.actual = actual;
        this.advice = advice;
    }

    static Misfit missing(String expected) {
        return new Misfit(
                expected, "null", "fill it by na().fill(…) or an Imputer, or leave such rows out by na().drop()");
    }

    String expected() {
        return expected;
    }

    String actual() {
        return actual;
    }

    String advice() {
        return advice;
    }
}
