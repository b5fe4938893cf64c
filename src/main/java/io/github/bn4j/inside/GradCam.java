package io.github.bn4j.inside;

import io.github.bn4j.engine.internal.PlainExamples;
import io.github.bn4j.internal.Floats;
import io.github.bn4j.internal.Listing;
import io.github.bn4j.internal.Tensors;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Where a layer speaks for the score of each example: {@code max(Σ_k w_k A_k, 0)} over its channels {@code A_k}, with the mean of
 * {@code ∂score/∂A_k} over all places as {@code w_k}, after Selvaraju and others 2017, Grad-CAM, equations 1 and 2.
 *
 * @param layer its path
 * @param signed {@code Σ_k w_k A_k}, also where it speaks against the score, {@code [examples, height, width]} of the layer
 * @param weights {@code w_k}, {@code [examples, channels]}
 * @param scored which score of each example
 * @param size height and width of the input; those of the layer where the input has other axes than it
 */
public record GradCam(String layer, INDArray signed, INDArray weights, List<ScoredClass> scored, List<Long> size) {

    public GradCam {
        scored = List.copyOf(scored);
        size = List.copyOf(size);
    }

    /** What is above 0, in the size of the layer. */
    public INDArray map() {
        double[] values = Floats.values(signed);
        return Tensors.of(
                signed.dataType(),
                Arrays.stream(values).map(value -> Math.max(value, 0)).toArray(),
                signed.shape());
    }

    /** {@link #map} in the size of the input, bilinearly. */
    public INDArray upsampled() {
        return Maps.resized(map(), target());
    }

    /** {@link #signed} in the size of the input, bilinearly. */
    public INDArray signedUpsampled() {
        return Maps.resized(signed, target());
    }

    private long[] target() {
        return size.stream().mapToLong(Long::longValue).toArray();
    }

    /** {@link #upsampled} of one example in row-major order. */
    public float[] upsampled(int example) {
        return PlainExamples.floats(PlainExamples.rows(upsampled()).get(example));
    }

    /** The examples whose map is 0 everywhere. */
    public List<Integer> empty() {
        List<double[]> maps = PlainExamples.rows(signed);
        return IntStream.range(0, maps.size())
                .filter(row -> Arrays.stream(maps.get(row)).noneMatch(value -> value > 0))
                .boxed()
                .toList();
    }

    /** What is worth knowing of these maps, in a sentence each; empty if there is nothing. It is printed with them. */
    public List<String> warnings() {
        List<Integer> empty = empty();
        return empty.isEmpty()
                ? List.of()
                : List.of("gradCam expects layer \"" + layer
                        + "\" to speak for the score somewhere but got a map of 0 for examples "
                        + Listing.of(empty)
                        + "; take signed(), which has what speaks against it, or the layer after the activation");
    }

    @Override
    public String toString() {
        return "GradCam[" + layer + " " + Maps.shape(signed) + " for " + Maps.listed(scored) + "]"
                + String.join(
                        "",
                        warnings().stream()
                                .map(warning -> System.lineSeparator() + "warning: " + warning)
                                .toList());
    }
}
