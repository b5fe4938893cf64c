package io.github.bn4j.rewrite;

import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.op.Convolution;
import io.github.bn4j.op.MatrixMultiply;
import io.github.bn4j.op.TransposedConvolution;

/**
 * Which channels each element of the weight of a linear op connects.
 *
 * @param first length of axis 0
 * @param second length of axis 1
 * @param taps number of elements of a kernel
 * @param groups number of blocks of channels that do not see each other
 * @param inputFirst whether axis 0 is that of the input channels
 */
record LinearWeight(int first, int second, int taps, int groups, boolean inputFirst) {

    static boolean has(Node node) {
        return node.op() instanceof MatrixMultiply
                || node.op() instanceof Convolution
                || node.op() instanceof TransposedConvolution;
    }

    static LinearWeight of(Node node) {
        Shape weight = node.parameters().get(0).shape();
        int first = (int) weight.dim(0);
        int second = (int) weight.dim(1);
        int taps = (int) (weight.size() / first / second);
        if (node.op() instanceof Convolution op) {
            return new LinearWeight(first, second, taps, op.groups(), false);
        }
        return node.op() instanceof TransposedConvolution op
                ? new LinearWeight(first, second, taps, op.groups(), true)
                : new LinearWeight(first, second, taps, 1, false);
    }

    int outputs() {
        return inputFirst ? second * groups : first;
    }

    int inputs() {
        return inputFirst ? first : second * groups;
    }

    int output(int element) {
        return inputFirst ? grouped(element) : element / taps / second;
    }

    int input(int element) {
        return inputFirst ? element / taps / second : grouped(element);
    }

    // Axis 1 counts channels within the group that axis 0 is in.
    private int grouped(int element) {
        int group = element / taps / second / (first / groups);
        return group * second + element / taps % second;
    }

    /** The weight of the op with {@code after} applied to its output. */
    double[] scaledAfter(double[] weight, Affine after) {
        double[] scaled = new double[weight.length];
        for (int i = 0; i < weight.length; i++) {
            scaled[i] = weight[i] * after.scale()[output(i)];
        }
        return scaled;
    }

    /** The weight of the op with {@code before} applied to its input. */
    double[] scaledBefore(double[] weight, Affine before) {
        double[] scaled = new double[weight.length];
        for (int i = 0; i < weight.length; i++) {
            scaled[i] = weight[i] * before.scale()[input(i)];
        }
        return scaled;
    }

    /** What the shift of {@code before} adds to each output channel, where every output sees every tap. */
    double[] shifted(double[] weight, Affine before) {
        double[] shifted = new double[outputs()];
        for (int i = 0; i < weight.length; i++) {
            shifted[output(i)] += weight[i] * before.shift()[input(i)];
        }
        return shifted;
    }
}
