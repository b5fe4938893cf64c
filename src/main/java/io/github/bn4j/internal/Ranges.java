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

    /** Checks rows and columns between neighbouring outputs, and between neighbouring taps. */
    public static void checkSteps(
            String who, int strideHeight, int strideWidth, int dilationHeight, int dilationWidth) {
        checkArgument(
                strideHeight >= 1 && strideWidth >= 1,
                "%s expects strides of at least 1 but got %s×%s",
                who,
                strideHeight,
                strideWidth);
        checkArgument(
                dilationHeight >= 1 && dilationWidth >= 1,
                "%s expects dilations of at least 1 but got %s×%s",
                who,
                dilationHeight,
                dilationWidth);
    }

    /** Checks padding that is the same on opposite sides. */
    public static void checkPadding(String who, int height, int width) {
        checkArgument(height >= 0 && width >= 0, "%s expects padding of at least 0 but got %s×%s", who, height, width);
    }

    /** Checks rows and columns of a pooling's window, how many that makes, and the steps between neighbouring windows. */
    public static void checkWindow(String who, int kernelHeight, int kernelWidth, int strideHeight, int strideWidth) {
        checkArgument(
                kernelHeight >= 1 && kernelWidth >= 1 && strideHeight >= 1 && strideWidth >= 1,
                "%s expects kernel and stride of at least 1 but got kernel %s×%s, stride %s×%s",
                who,
                kernelHeight,
                kernelWidth,
                strideHeight,
                strideWidth);
        // ND4J counts the elements of a window in an int, and divides a mean by that.
        checkArgument(
                (long) kernelHeight * kernelWidth <= Integer.MAX_VALUE,
                "%s expects a window of at most %s elements but got kernel %s×%s",
                who,
                Integer.MAX_VALUE,
                kernelHeight,
                kernelWidth);
    }

    /** Checks that no window of a pooling can lie in the padding alone. */
    public static void checkWindowPadding(String who, int kernelHeight, int kernelWidth, int height, int width) {
        checkArgument(
                height >= 0 && width >= 0 && 2L * height <= kernelHeight && 2L * width <= kernelWidth,
                "%s expects padding from 0 to half of the kernel %s×%s but got %s×%s",
                who,
                kernelHeight,
                kernelWidth,
                height,
                width);
    }
}
