package io.github.bn4j.graph;

import java.util.Arrays;
import java.util.function.Function;

/**
 * {@code y = scale x + shift}, per channel.
 *
 * @param scale one per channel
 * @param shift one per channel
 */
@SuppressWarnings("ArrayRecordComponent")
public record ScaleAndShift(double[] scale, double[] shift) {

    /** How the numbers follow from the parameters of an op. */
    @FunctionalInterface
    public interface Rule {

        /**
         * The scale and shift of a call.
         *
         * @param channels number of channels
         * @param values the elements of the parameter of that name, in a new array
         */
        ScaleAndShift of(int channels, Function<String, double[]> values);
    }

    /** Scale 1 and shift 0. */
    public static ScaleAndShift identity(int channels) {
        double[] ones = new double[channels];
        Arrays.fill(ones, 1);
        return new ScaleAndShift(ones, new double[channels]);
    }

    /** First this, then another. */
    public ScaleAndShift then(ScaleAndShift next) {
        double[] product = new double[scale.length];
        double[] sum = new double[scale.length];
        for (int c = 0; c < scale.length; c++) {
            product[c] = scale[c] * next.scale[c];
            sum[c] = shift[c] * next.scale[c] + next.shift[c];
        }
        return new ScaleAndShift(product, sum);
    }

    /** The weight of a linear op with this applied to its output. */
    public double[] after(LinearMap map, double... weight) {
        double[] scaled = new double[weight.length];
        for (int i = 0; i < weight.length; i++) {
            scaled[i] = weight[i] * scale[map.output(i)];
        }
        return scaled;
    }

    /** The weight of a linear op with the scale of this applied to its input. */
    public double[] before(LinearMap map, double... weight) {
        double[] scaled = new double[weight.length];
        for (int i = 0; i < weight.length; i++) {
            scaled[i] = weight[i] * scale[map.input(i)];
        }
        return scaled;
    }

    /** What the shift of this at its input adds to each output channel, where every output sees every tap. */
    public double[] shifted(LinearMap map, double... weight) {
        double[] shifted = new double[map.outputs()];
        for (int i = 0; i < weight.length; i++) {
            shifted[map.output(i)] += weight[i] * shift[map.input(i)];
        }
        return shifted;
    }
}
