package io.github.bn4j.graph;

import static io.github.bn4j.internal.Checks.checkArgument;

/**
 * How an op is linear in its input by its first parameter, the weight: each output channel is a sum of elements of the weight
 * times elements of the input, and this says which channels each element of the weight connects.
 *
 * @param first length of axis 0 of the weight
 * @param second length of axis 1 of the weight
 * @param taps number of elements of a kernel, which the remaining axes hold
 * @param groups number of blocks of channels that do not see each other; axis 1 counts channels within a block
 * @param inputFirst whether axis 0 is that of the input channels
 */
public record LinearMap(int first, int second, int taps, int groups, boolean inputFirst) {

    /** Refuses lengths that are not positive, and groups that do not divide axis 0. */
    public LinearMap {
        checkArgument(
                first >= 1 && second >= 1 && taps >= 1 && groups >= 1 && first % groups == 0,
                "LinearMap expects positive lengths and groups that divide axis 0 but got [%s, %s, %s] in %s groups",
                first,
                second,
                taps,
                groups);
    }

    /** The map of a weight {@code [outputs, inputs / groups, …]}. */
    public static LinearMap outputsFirst(Shape weight, int groups) {
        return of(weight, groups, false);
    }

    /** The map of a weight {@code [inputs, outputs / groups, …]}. */
    public static LinearMap inputsFirst(Shape weight, int groups) {
        return of(weight, groups, true);
    }

    private static LinearMap of(Shape weight, int groups, boolean inputFirst) {
        int first = Math.toIntExact(weight.dim(0));
        int second = Math.toIntExact(weight.dim(1));
        return new LinearMap(first, second, Math.toIntExact(weight.size() / first / second), groups, inputFirst);
    }

    /** The number of output channels. */
    public int outputs() {
        return inputFirst ? second * groups : first;
    }

    /** The number of input channels. */
    public int inputs() {
        return inputFirst ? first : second * groups;
    }

    /** The output channel that an element of the weight, counted in row-major order, contributes to. */
    public int output(int element) {
        return inputFirst ? grouped(element) : element / taps / second;
    }

    /** The input channel that an element of the weight, counted in row-major order, is multiplied by. */
    public int input(int element) {
        return inputFirst ? element / taps / second : grouped(element);
    }

    // Axis 1 counts channels within the group that axis 0 is in.
    private int grouped(int element) {
        int group = element / taps / second / (first / groups);
        return group * second + element / taps % second;
    }
}
