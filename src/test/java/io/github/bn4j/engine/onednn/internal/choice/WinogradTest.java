package io.github.bn4j.engine.onednn.internal.choice;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bn4j.engine.onednn.internal.binding.ConvolutionPass;
import io.github.bn4j.engine.onednn.internal.binding.ConvolutionPass.Geometry;
import io.github.bn4j.engine.onednn.internal.binding.ElementType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WinogradTest {

    /* Each was measured to differ by a fifth at least, on Zen 4 and two threads. */
    @ParameterizedTest(name = "{0} of {1} to {2} channels of {3}×{3}: {4} {5} {6}")
    @CsvSource({
        "32, 512, 512, 1, direct, direct, direct",
        "32, 512, 512, 2, direct, direct, direct",
        "32, 256, 256, 2, direct, direct, direct",
        "8, 512, 512, 5, direct, direct, direct",
        "8, 256, 256, 8, Winograd, Winograd, Winograd",
        "32, 128, 128, 8, Winograd, Winograd, Winograd",
        "64, 512, 512, 4, Winograd, Winograd, Winograd",
        "64, 64, 64, 8, Winograd, Winograd, Winograd",
        "64, 32, 32, 28, Winograd, Winograd, Winograd",
        "64, 24, 24, 32, Winograd, Winograd, Winograd",
        "64, 16, 16, 32, direct, direct, Winograd",
        "64, 16, 64, 32, direct, Winograd, Winograd",
        "64, 16, 16, 8, direct, direct, direct",
        "64, 8, 8, 32, direct, direct, direct",
        "64, 3, 64, 32, direct, Winograd, direct",
        "1, 32, 32, 28, direct, direct, direct",
        "1, 512, 512, 7, direct, direct, direct",
        "1, 64, 64, 56, Winograd, Winograd, Winograd",
    })
    void paysWhereTilesAreFullAndChannelsMany(
            long examples, long in, long out, long size, String forward, String byImage, String byWeights) {
        Geometry geometry = geometry(ElementType.FLOAT32, 1, examples, in, out, size, 3, 1, 1);
        assertThat(chosen(ConvolutionPass.TRAINING, geometry)).isEqualTo(forward);
        assertThat(chosen(ConvolutionPass.PREDICTION, geometry)).isEqualTo(forward);
        assertThat(chosen(ConvolutionPass.DATA_GRADIENT, geometry)).isEqualTo(byImage);
        assertThat(chosen(ConvolutionPass.WEIGHTS_GRADIENT, geometry)).isEqualTo(byWeights);
    }

    @Test
    void isForDenseKernelsOfThreeByThreeInFloat32() {
        assertThat(geometry(ElementType.FLOAT32, 1, 64, 64, 64, 28, 3, 1, 1)).matches(WinogradTest::pays);
        assertThat(geometry(ElementType.BFLOAT16, 1, 64, 64, 64, 28, 3, 1, 1)).matches(not -> !pays(not));
        assertThat(geometry(ElementType.FLOAT32, 2, 64, 64, 64, 28, 3, 1, 1)).matches(not -> !pays(not));
        assertThat(geometry(ElementType.FLOAT32, 1, 64, 64, 64, 28, 1, 1, 1)).matches(not -> !pays(not));
        assertThat(geometry(ElementType.FLOAT32, 1, 64, 64, 64, 28, 5, 1, 1)).matches(not -> !pays(not));
        assertThat(geometry(ElementType.FLOAT32, 1, 64, 64, 64, 28, 3, 2, 1)).matches(not -> !pays(not));
        assertThat(geometry(ElementType.FLOAT32, 1, 64, 64, 64, 28, 3, 1, 2)).matches(not -> !pays(not));
    }

    private static boolean pays(Geometry geometry) {
        return Winograd.pays(ConvolutionPass.TRAINING, geometry);
    }

    private static String chosen(ConvolutionPass pass, Geometry geometry) {
        return Winograd.pays(pass, geometry) ? "Winograd" : "direct";
    }

    private static Geometry geometry(
            ElementType type,
            int groups,
            long examples,
            long in,
            long out,
            long size,
            long kernel,
            long stride,
            long dilation) {
        long padding = (kernel - 1) * dilation / 2;
        long made = (size + 2 * padding - (kernel - 1) * dilation - 1) / stride + 1;
        long[] weights = groups == 1
                ? new long[] {out, in, kernel, kernel}
                : new long[] {groups, out / groups, in / groups, kernel, kernel};
        return new Geometry(
                type,
                false,
                groups,
                new long[] {examples, in, size, size},
                weights,
                new long[] {examples, out, made, made},
                false,
                new long[] {stride, stride},
                new long[] {dilation - 1, dilation - 1},
                new long[] {padding, padding},
                new long[] {padding, padding});
    }
}
