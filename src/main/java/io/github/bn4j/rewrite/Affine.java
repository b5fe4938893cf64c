package io.github.bn4j.rewrite;

import io.github.bn4j.graph.AddBias;
import io.github.bn4j.graph.LinearMap;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.op.BatchNormalization;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * What a chain of biases and batch normalisations does in a prediction: {@code y = scale x + shift}, per channel. A batch
 * normalisation is {@code scale = gamma / √(runningVariance + epsilon)}, {@code shift = beta − scale runningMean} (Ioffe and
 * Szegedy 2015, algorithm 2).
 */
@SuppressWarnings("ArrayRecordComponent")
record Affine(double[] scale, double[] shift) {

    static boolean is(Node node) {
        return node.op() instanceof AddBias || node.op() instanceof BatchNormalization;
    }

    /**
     * The whole chain, first node first.
     *
     * @param values the elements of a parameter, in a new array
     */
    static Affine of(List<Node> chain, int channels, Function<Parameter, double[]> values) {
        Affine whole = identity(channels);
        for (Node node : chain) {
            whole = whole.then(of(node, channels, values));
        }
        return whole;
    }

    private static Affine identity(int channels) {
        double[] ones = new double[channels];
        Arrays.fill(ones, 1);
        return new Affine(ones, new double[channels]);
    }

    private static Affine of(Node node, int channels, Function<Parameter, double[]> values) {
        Affine identity = identity(channels);
        if (!(node.op() instanceof BatchNormalization op)) {
            return new Affine(identity.scale, values.apply(node.parameters().get(0)));
        }
        double[] scale = op.scale() ? values.apply(node.parameters().get(0)) : identity.scale;
        double[] shift = op.shift() ? values.apply(node.parameters().get(op.shiftParameter())) : identity.shift;
        double[] mean = values.apply(node.parameters().get(op.runningMean()));
        double[] variance = values.apply(node.parameters().get(op.runningMean() + 1));
        for (int c = 0; c < channels; c++) {
            scale[c] /= Math.sqrt(variance[c] + op.epsilon());
            shift[c] -= scale[c] * mean[c];
        }
        return new Affine(scale, shift);
    }

    /** The weight of a linear op with this applied to its output. */
    double[] after(LinearMap map, double[] weight) {
        double[] scaled = new double[weight.length];
        for (int i = 0; i < weight.length; i++) {
            scaled[i] = weight[i] * scale[map.output(i)];
        }
        return scaled;
    }

    /** The weight of a linear op with the scale of this applied to its input. */
    double[] before(LinearMap map, double[] weight) {
        double[] scaled = new double[weight.length];
        for (int i = 0; i < weight.length; i++) {
            scaled[i] = weight[i] * scale[map.input(i)];
        }
        return scaled;
    }

    /** What the shift of this at its input adds to each output channel, where every output sees every tap. */
    double[] shifted(LinearMap map, double[] weight) {
        double[] shifted = new double[map.outputs()];
        for (int i = 0; i < weight.length; i++) {
            shifted[map.output(i)] += weight[i] * shift[map.input(i)];
        }
        return shifted;
    }

    private Affine then(Affine next) {
        double[] product = new double[scale.length];
        double[] sum = new double[scale.length];
        for (int c = 0; c < scale.length; c++) {
            product[c] = scale[c] * next.scale[c];
            sum[c] = shift[c] * next.scale[c] + next.shift[c];
        }
        return new Affine(product, sum);
    }
}
