package io.github.bn4j.internal;

import static io.github.bn4j.internal.Checks.checkArgument;

/**
 * The settings that a layer and the op that it traces both have, and what they may be. Whoever is set first refuses, so
 * that the mistake shows in the line that makes it.
 */
public final class Ranges {

    private Ranges() {}

    /** Checks what is added to a variance. */
    public static void checkEpsilon(String who, double epsilon) {
        checkArgument(
                epsilon >= 0 && Double.isFinite(epsilon), "%s expects epsilon of at least 0 but got %s", who, epsilon);
    }

    /** Checks the share of values that are dropped. */
    public static void checkRate(String who, double rate) {
        checkArgument(rate >= 0 && rate < 1, "%s expects a rate from 0 to less than 1 but got %s", who, rate);
    }

    /** Checks a number that may be any. */
    public static void checkFinite(String who, String what, double value) {
        checkArgument(Double.isFinite(value), "%s expects a finite %s but got %s", who, what, value);
    }

    /** Checks bounds of results, of which one may be infinite. */
    public static void checkBounds(String who, double lower, double upper) {
        checkArgument(
                lower <= upper && lower < Double.POSITIVE_INFINITY && upper > Double.NEGATIVE_INFINITY,
                "%s expects a lower bound and an upper bound no less than it but got %s and %s",
                who,
                lower,
                upper);
    }

    /** Checks the number of blocks of channels. */
    public static void checkGroups(String who, int groups) {
        checkArgument(groups >= 1, "%s expects at least 1 group but got %s", who, groups);
    }

    /** Checks rows and columns of a pooling's window, and how many elements that makes. */
    public static void checkWindow(String who, int kernelHeight, int kernelWidth) {
        checkArgument(
                kernelHeight >= 1 && kernelWidth >= 1,
                "%s expects a kernel of at least 1×1 but got %s×%s",
                who,
                kernelHeight,
                kernelWidth);
        // ND4J counts the elements of a window in an int, and divides a mean by that.
        checkArgument(
                (long) kernelHeight * kernelWidth <= Integer.MAX_VALUE,
                "%s expects a window of at most %s elements but got kernel %s×%s",
                who,
                Integer.MAX_VALUE,
                kernelHeight,
                kernelWidth);
    }
}
