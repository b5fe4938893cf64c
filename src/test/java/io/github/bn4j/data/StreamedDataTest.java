package io.github.bn4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.Bits;
import io.github.bn4j.internal.Tensors;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Data that are read on demand are the same data as in memory. */
class StreamedDataTest {

    private static final Dataset DIGITS = Digits.load().slice(0, 203);
    private static final Dataset STREAMED = ArrayExamples.stream(DIGITS);

    private static void assertSame(Dataset streamed, Dataset expected) {
        assertThat(streamed.source()).isPresent();
        assertThat(streamed.size()).isEqualTo(expected.size());
        assertThat(streamed.bytes()).isEqualTo(expected.bytes());
        assertThat(streamed.weights()).isEqualTo(expected.weights());
        assertThat(streamed.classNames()).isEqualTo(expected.classNames());
        assertThat(streamed.labelKinds()).isEqualTo(expected.labelKinds());
        Dataset loaded = streamed.load();
        Bits.assertSame(loaded.features(), expected.features());
        Bits.assertSame(loaded.labels(), expected.labels());
        assertThat(loaded.source()).isEmpty();
    }

    @Test
    void choosesExamplesAsInMemory() {
        assertSame(STREAMED, DIGITS);
        assertSame(STREAMED.slice(3, 90), DIGITS.slice(3, 90));
        assertSame(STREAMED.select(5, 5, 0), DIGITS.select(5, 5, 0));
        assertSame(STREAMED.shuffle(3).slice(10, 40), DIGITS.shuffle(3).slice(10, 40));
        assertSame(STREAMED.split(0.7, 5).test(), DIGITS.split(0.7, 5).test());
        assertSame(
                STREAMED.split(0.6, 0.2, 5).validation(),
                DIGITS.split(0.6, 0.2, 5).validation());
        assertSame(
                STREAMED.folds(3, 9).get(1).train(), DIGITS.folds(3, 9).get(1).train());
        assertSame(STREAMED.oneHot(10), DIGITS.oneHot(10));
        assertSame(STREAMED.reshape(64), DIGITS.reshape(64));
    }

    @Test
    void saysHowMuchMemoryItWouldTake() {
        assertThat(DIGITS.bytes()).isEqualTo(203 * 4 * (64 + 1));
        assertThat(STREAMED)
                .hasToString(
                        "Dataset[203 examples, features [1, 8, 8], labels [] with 10 classes, read on demand, in memory 0 MB]");
        ExampleSource large = new ExampleSource() {
            @Override
            public int size() {
                return 20_000;
            }

            @Override
            public long[] shape() {
                return new long[] {3, 64, 64};
            }

            @Override
            public void read(int index, float[] into) throws IOException {
                throw new IOException("nobody asks");
            }

            @Override
            public String toString() {
                return "a large source";
            }
        };
        Dataset data = Dataset.stream(large, new int[20_000]);
        assertThat(data)
                .hasToString(
                        "Dataset[20000 examples, features [3, 64, 64], labels [] with 1 classes, read on demand, in memory 937"
                                + " MB]");
        assertThatThrownBy(data::features)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "Dataset.features() expects features in memory but got 20000 examples that are read on demand, 937 MB;"
                                + " call load() for all of them or select(rows).load() for some");
        assertThatThrownBy(data::inputs)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "Dataset.inputs() expects features in memory but got 20000 examples that are read on demand, 937 MB;"
                                + " call load() for all of them or select(rows).load() for some");
        assertThatThrownBy(() -> data.select(7).load())
                .isInstanceOf(DataException.class)
                .hasMessage(
                        "Dataset expects to read example 0 of a large source but got java.io.IOException: nobody asks; see to"
                                + " it that it can be read")
                .hasCauseInstanceOf(IOException.class);
    }

    @Test
    void standardisesAsInMemory() {
        Standardization scale = Standardization.fit(STREAMED);
        Standardization expected = Standardization.fit(DIGITS);

        assertThat(scale.means()).containsExactly(expected.means());
        assertThat(scale.deviations()).containsExactly(expected.deviations());
        assertSame(scale.apply(STREAMED), expected.apply(DIGITS));
        Dataset flat = STREAMED.reshape(64);
        assertSame(
                Standardization.fit(flat).apply(flat.slice(100, 203)),
                Standardization.fit(DIGITS.reshape(64)).apply(DIGITS.reshape(64).slice(100, 203)));
        assertThatThrownBy(() -> scale.apply(flat))
                .hasMessage(
                        "Standardization expects features [examples, 1, …] but got [203, 64]; give it data like those it was"
                                + " fitted to");
    }

    @Test
    void takesClassesAndTargetsOfAnyKind() {
        ExampleSource three = new ArrayExamples(Tensors.zeros(DataType.FLOAT, 3, 2));
        assertThat(Dataset.stream(three, new int[] {0, 1, 0}).classCounts()).isEqualTo(Map.of("0", 2, "1", 1));
        assertThat(Dataset.stream(three, new String[] {"b", "a", "b"}).classNames())
                .containsExactly("a", "b");
        INDArray targets = Tensors.of(DataType.FLOAT, new double[] {0.5, 1, 2}, 3, 1);
        assertThat(Dataset.stream(three, targets).labelKinds()).isEqualTo(Map.of("labels", LabelKind.TARGETS));
        assertThat(Dataset.stream(three, Map.of("a", targets, "b", targets)).targets())
                .containsOnlyKeys("a", "b");
        assertThatThrownBy(() -> Dataset.stream(three, new int[] {0, 1}))
                .hasMessage("Dataset expects a label for each of 3 examples but got 2; give each example one");
        assertThatThrownBy(() -> Dataset.stream(three, Tensors.zeros(DataType.FLOAT, 2)))
                .hasMessage(
                        "Dataset expects the same number of examples in all arrays but got 3 in \"features\" and 2 in \"labels\"");
        assertThatThrownBy(() -> STREAMED.select(203)).hasMessage("Dataset expects rows from 0 to 202 but got 203");
        assertThatThrownBy(() -> STREAMED.readers(0)).hasMessage("Dataset.readers expects at least 1 thread but got 0");
        assertThatThrownBy(() -> DIGITS.readers(2))
                .hasMessage(
                        "Dataset.readers expects features that are read on demand but got some in memory; leave it out");
    }

    @Test
    void namesTheRowOfWhatIsNotFinite() {
        INDArray features = Tensors.zeros(DataType.FLOAT, 5, 3);
        features.putScalar(3, 1, Double.NaN);
        Dataset data = Dataset.stream(new ArrayExamples(features), new int[5]);

        assertThatThrownBy(data::load)
                .isInstanceOf(DataException.class)
                .hasMessage(
                        "Dataset expects finite numbers in \"features\" but got NaN in row 3 of an array; clean or impute the"
                                + " data");
    }

    @Test
    void readsWithAsManyThreadsAsItIsTold() throws InterruptedException {
        for (int threads : new int[] {1, 3}) {
            ArrayExamples source = new ArrayExamples(DIGITS.features());
            Dataset data = Dataset.stream(source, DIGITS.labels()).readers(threads);
            assertThat(data.slice(0, 200).shuffle(1).readers()).isEqualTo(threads);
            data.load();

            assertThat(source.reads()).isEqualTo(203);
            assertThat(source.threads()).allMatch(name -> name.startsWith("bn4j-reader"));
            assertThat(ArrayExamples.readersAlive()).isEmpty();
        }
        assertThat(STREAMED.readers()).isPositive();
        assertThat(DIGITS.readers()).isZero();
    }

    @Test
    void travelsByJavasSerialization() throws Exception {
        Dataset data =
                STREAMED.shuffle(2).slice(0, 20).classNames(List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"));
        Dataset scaled = Standardization.fit(data).apply(data).reshape(64);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new ObjectOutputStream(bytes).writeObject(scaled);
        Object back = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();

        assertSame((Dataset) back, scaled.load());
    }
}
