package io.github.bn4j.engine.onednn.internal.lowering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.bn4j.ChildProcess;
import io.github.bn4j.Network;
import io.github.bn4j.engine.BatchStatistics;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.engine.NeedsOneDnn;
import io.github.bn4j.engine.internal.TrainingPass;
import io.github.bn4j.layer.Padding;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Means and variances against two passes in float64, also where equal values make the errors of a float32 sum add up. */
@NeedsOneDnn
class ChannelMomentsTest {

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "1, 1, 8193, 3",
        "33, 3, 1482, 1",
        "17, 2, 1369, 16",
        "5, 3, 4097, 8",
        "64, 1, 37, 29",
        "2, 1, 3, 5000",
        "1, 1, 1, 7"
    })
    void areThoseOfTwoPassesInFloat64(int runs, int blocks, int rows, int lanes) {
        ChannelRuns where = new ChannelRuns(runs, blocks, rows, lanes);
        int channels = blocks * lanes;
        Random random = new Random(runs * 31L + lanes);
        FloatBuffer batch = FloatBuffer.allocate(runs * blocks * rows * lanes);
        FloatBuffer points = FloatBuffer.allocate(channels);
        for (int channel = 0; channel < channels; channel++) {
            double mean = random.nextGaussian() * Math.pow(10, channel % 4);
            double background = random.nextDouble();
            for (long row = 0; row < where.count(); row++) {
                double noise = random.nextDouble() < background ? 0.3 : random.nextGaussian();
                batch.put(where.element(channel / lanes, row) + channel % lanes, (float) (mean + noise));
            }
            points.put(channel, (float) mean + channel % 3 * 20);
        }

        ChannelMoments moments = new ChannelMoments(where);
        moments.measure(batch, points, channels);

        for (int channel = 0; channel < channels; channel++) {
            double sum = 0;
            double squares = 0;
            for (long row = 0; row < where.count(); row++) {
                sum += batch.get(where.element(channel / lanes, row) + channel % lanes);
            }
            for (long row = 0; row < where.count(); row++) {
                double distance =
                        batch.get(where.element(channel / lanes, row) + channel % lanes) - sum / where.count();
                squares += distance * distance;
            }
            double variance = squares / where.count();
            assertThat(moments.mean(channel))
                    .isCloseTo(sum / where.count(), within(1e-6 * Math.sqrt(variance) + 1e-12));
            assertThat(moments.variance(channel)).isCloseTo(variance, within(1e-6 * variance + 1e-12));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 8, 20})
    void areExactForImagesWithABackground(int channels) {
        assertThat(largestError(channels)).isLessThan(3e-6);
    }

    @ParameterizedTest
    @ValueSource(strings = {"AVX2", "SSE41"})
    void areExactOnOtherProcessors(String instructions) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                ChildProcess.program("java"), "-cp", ChildProcess.CLASS_PATH, ImagesWithABackground.class.getName());
        builder.environment().put("DNNL_MAX_CPU_ISA", instructions);
        assertThat(ChildProcess.run(0, folder, builder)).contains("exact: true true");
    }

    /** For a process of its own. */
    static final class ImagesWithABackground {
        private ImagesWithABackground() {}

        public static void main(String[] args) {
            ChildProcess.print("exact: " + (largestError(3) < 3e-6) + " " + (largestError(16) < 3e-6));
        }
    }

    /** Zeros are added exactly, and numbers that differ are rounded to either side, so neither is measured again. */
    @Test
    void areLeftToOneDnnWhereNothingRepeats() {
        ChannelRuns where = new ChannelRuns(8, 1, 1024, 16);
        Random random = new Random(5);
        FloatBuffer batch = FloatBuffer.allocate(8 * 1024 * 16);
        for (int i = 0; i < batch.limit(); i++) {
            batch.put(i, random.nextInt(3) == 0 ? (float) random.nextGaussian() : 0);
        }
        EqualValues equal = new EqualValues(where);
        assertThat(equal.in(batch)).isFalse();

        for (int row = 0; row < where.count(); row += 3) {
            batch.put(where.element(0, row) + 11, 0.7f);
        }
        assertThat(equal.in(batch)).isTrue();
    }

    /* Of means in deviations and of variances in shares, for images of which 19 of 20 pixels are equal, 5 deviations from 0. */
    private static double largestError(int channels) {
        Network network = Network.input(channels, 39, 38)
                .conv2d(channels, 3, Padding.SAME)
                .batchNorm2d()
                .build(1)
                .on(Engine.oneDnn());
        INDArray weight = network.parameters().get("conv2d_1.weight").assign(0);
        for (int channel = 0; channel < channels; channel++) {
            weight.putScalar(new long[] {channel, channel, 1, 1}, 1);
        }
        Random random = new Random(7);
        float[][] values = new float[channels][17 * 39 * 38];
        INDArray images = Nd4j.create(DataType.FLOAT, channels, 17, 39, 38);
        for (int channel = 0; channel < channels; channel++) {
            for (int i = 0; i < values[channel].length; i++) {
                double pixel = random.nextInt(20) == 0 ? 5 + Math.sqrt(20) * random.nextGaussian() : 5.0137;
                values[channel][i] = (float) (0.035 * pixel);
            }
            images.slice(channel).assign(Nd4j.createFromArray(values[channel]).reshape(17, 39, 38));
        }
        try (TrainingPass pass = TrainingPass.of(network.model(), 17)) {
            BatchStatistics measured = pass.run(1, images.permute(1, 0, 2, 3).dup('c'))
                    .statistics()
                    .get(0);
            double largest = 0;
            for (int channel = 0; channel < channels; channel++) {
                double sum = 0;
                double squares = 0;
                for (float value : values[channel]) {
                    sum += value;
                }
                double mean = sum / values[channel].length;
                for (float value : values[channel]) {
                    squares += (value - mean) * (value - mean);
                }
                double variance = squares / values[channel].length;
                double off = Math.abs(measured.mean().getDouble(channel) - mean) / Math.sqrt(variance);
                double wide = Math.abs(measured.variance().getDouble(channel) / variance - 1);
                largest = Math.max(largest, Math.max(off, wide));
            }
            return largest;
        }
    }
}
