package io.github.bn4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.bn4j.internal.Tensors;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class StandardizationTest {

    private static Dataset data(DataType type, double[] values, long... shape) {
        INDArray features = Tensors.of(DataType.DOUBLE, values, shape).castTo(type);
        return Dataset.of(features, Tensors.zeros(DataType.FLOAT, shape[0]));
    }

    private static double[] gaussian(int count, double mean, double deviation) {
        Random random = new Random(1);
        return DoubleStream.generate(() -> mean + deviation * random.nextGaussian())
                .limit(count)
                .toArray();
    }

    /** Columns 1, 2, 3, 6 and 7, 7, 7, 7: means 3 and 7, variances (4 + 1 + 0 + 9) / 4 and 0. */
    @Test
    void standardisesEachFeatureAndMakesConstantsZero() {
        Dataset train = data(DataType.FLOAT, new double[] {1, 7, 2, 7, 3, 7, 6, 7}, 4, 2);
        Standardization scale = Standardization.fit(train);
        double deviation = Math.sqrt(3.5);

        assertThat(scale.means()).containsExactly(3, 7);
        assertThat(scale.deviations()).containsExactly(deviation, 0);
        float[] scaled = scale.apply(train).features().data().asFloat();
        float[] expected = {(float) (-2 / deviation), 0, (float) (-1 / deviation), 0, 0, 0, (float) (3 / deviation), 0};
        assertThat(scaled).containsExactly(expected);
        assertThat(scale).hasToString("Standardization[means [3.0, 7.0], deviations [" + deviation + ", 0.0]]");
    }

    @Test
    void standardisesEachChannelOfImages() {
        double[] values = gaussian(20 * 3 * 4, 5, 2);
        Dataset train = data(DataType.FLOAT, values, 20, 3, 2, 2);
        float[] scaled =
                Standardization.fit(train).apply(train).features().data().asFloat();
        for (int channel = 0; channel < 3; channel++) {
            double sum = 0;
            double squares = 0;
            for (int i = 0; i < scaled.length; i++) {
                if (i / 4 % 3 == channel) {
                    sum += scaled[i];
                    squares += (double) scaled[i] * scaled[i];
                }
            }
            assertThat(sum / 80).isCloseTo(0, within(1e-6));
            assertThat(squares / 80).isCloseTo(1, within(1e-6));
        }
    }

    @Test
    void takesStatisticsFromTheTrainingDataAlone() {
        Standardization scale = Standardization.fit(data(DataType.FLOAT, new double[] {0, 4}, 2, 1));
        Dataset test = scale.apply(data(DataType.FLOAT, new double[] {4, 8, -2}, 3, 1));

        assertThat(test.features().data().asFloat()).containsExactly(1, 3, -2);
        assertThat(test.labels().length()).isEqualTo(3);
    }

    /** What float32 says of numbers near 1e6 is exact in float64, and so are their differences. */
    @Test
    void keepsTheDigitsOfFeaturesFarFromZero() {
        INDArray far =
                Tensors.of(DataType.DOUBLE, gaussian(1000, 1e6, 1), 1000, 1).castTo(DataType.FLOAT);
        double[] exact = far.castTo(DataType.DOUBLE).data().asDouble();
        double mean = DoubleStream.of(exact).map(x -> x - 1e6).average().orElseThrow();
        double variance = DoubleStream.of(exact)
                .map(x -> (x - 1e6 - mean) * (x - 1e6 - mean))
                .average()
                .orElseThrow();
        Dataset train = Dataset.of(far, Tensors.zeros(DataType.FLOAT, 1000));
        float[] scaled = Standardization.fit(train).apply(far).data().asFloat();
        for (int i = 0; i < 1000; i++) {
            assertThat(scaled[i]).isCloseTo((float) ((exact[i] - 1e6 - mean) / Math.sqrt(variance)), within(1e-6f));
        }
    }

    @Test
    void takesConstantsFarFromZeroForConstants() {
        double[] values = new double[999];
        Arrays.fill(values, 0.1f + 1e7f);
        Standardization scale = Standardization.fit(data(DataType.FLOAT, values, 999, 1));

        assertThat(scale.deviations()).containsExactly(0);
    }

    @Test
    void goesBackToWhereItCameFrom() {
        for (DataType type : new DataType[] {DataType.FLOAT, DataType.DOUBLE}) {
            double[] values = gaussian(60, 3, 10);
            Dataset train = data(type, values, 5, 3, 4);
            Standardization scale = Standardization.fit(train);
            INDArray back = scale.invert(scale.apply(train.features()));
            assertThat(back.dataType()).isEqualTo(type);
            double[] numbers = back.data().asDouble();
            for (int i = 0; i < 60; i++) {
                assertThat(numbers[i]).isCloseTo(values[i], within(type == DataType.FLOAT ? 1e-5 : 1e-13));
            }
        }
    }

    @Test
    void makesFloatsOfWholeNumbersAndReadsViews() {
        INDArray bytes = Tensors.of(DataType.FLOAT, new double[] {0, 4}, 2, 1).castTo(DataType.UINT8);
        Standardization scale = Standardization.fit(Dataset.of(bytes, Tensors.zeros(DataType.FLOAT, 2)));
        assertThat(scale.apply(bytes).dataType()).isEqualTo(DataType.FLOAT);
        assertThat(scale.apply(bytes).data().asFloat()).containsExactly(-1, 1);
        INDArray columns = Tensors.of(DataType.FLOAT, new double[] {0, 4}, 2, 1).dup('f');
        assertThat(scale.apply(columns).data().asFloat()).containsExactly(-1, 1);
    }

    @Test
    void refusesOtherShapes() {
        Standardization scale = Standardization.fit(data(DataType.FLOAT, new double[] {1, 2, 3, 4}, 2, 2));
        assertThatThrownBy(() -> scale.apply(Tensors.zeros(DataType.FLOAT, 5, 3)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Standardization expects features [examples, 2, …] but got [5, 3]; give it data like those it"
                                + " was fitted to");
        assertThatThrownBy(() -> Standardization.fit(data(DataType.FLOAT, new double[] {1, 2}, 2)))
                .hasMessage("Standardization expects features [examples, features, …] but got [2]; reshape them");
    }
}
