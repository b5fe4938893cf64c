package io.github.bn4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.Bits;
import io.github.bn4j.Network;
import io.github.bn4j.checkpoint.CheckpointException;
import io.github.bn4j.checkpoint.TensorFile;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.train.History;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class DatasetFileTest {

    private static final List<String> NAMES = List.of("zero", "one", "2", "3", "4", "5", "6", "7", "8", "nine\n");
    private static final Dataset DIGITS = Digits.load().slice(0, 131).classNames(NAMES);

    @TempDir
    private Path folder;

    @Test
    void bringsBackFeaturesTargetsNamesAndWeights() {
        double[] weights = new double[131];
        Arrays.setAll(weights, row -> 1 + row / 3.0);
        Path file = folder.resolve("digits.safetensors");
        DIGITS.weights(weights).save(file);
        Dataset back = Dataset.stream(file);

        assertThat(back.source()).isPresent();
        assertThat(back.toString()).endsWith(", weighted, read on demand, in memory 0 MB]");
        Bits.assertSame(back.load().features(), DIGITS.features());
        Bits.assertSame(back.labels(), DIGITS.labels());
        assertThat(back.classNames()).isEqualTo(NAMES);
        assertThat(back.labelKinds()).isEqualTo(DIGITS.labelKinds());
        assertThat(back.weights()).hasValue(weights);
    }

    @Test
    void keepsWhatTargetsAre() {
        INDArray whole = Nd4j.createFromArray(3, 1, 2);
        Dataset data = Dataset.of(
                Map.of("x", Nd4j.createFromArray(new double[][] {{1, 1 / 3.0}, {3, 4}, {5, 6}})),
                Map.of("count", whole, "size", Nd4j.createFromArray(new double[][] {{1 / 3.0}, {2}, {3}})));
        Path file = folder.resolve("two.safetensors");
        data.save(file);
        Dataset back = Dataset.stream(file);
        assertThat(back.labelKinds()).isEqualTo(data.labelKinds());
        assertThat(back.targets().get("size").getDouble(0)).isEqualTo(1 / 3.0);
        assertThat(back.targets().get("count").toIntVector()).containsExactly(3, 1, 2);
        assertThat(back.load().features().dataType()).isEqualTo(DataType.FLOAT);
        assertThat(back.load().features().getFloat(1)).isEqualTo(1 / 3f);
        DIGITS.oneHot(10).save(file);
        assertThat(Dataset.stream(file).labelKinds()).containsValue(LabelKind.DISTRIBUTIONS);
    }

    @Test
    void trainsToTheBitsOfTheDataThatWereStored() {
        Path file = folder.resolve("digits.safetensors");
        Dataset.stream(new Rows(131), DIGITS.labels()).save(file);
        assertThat(losses(Dataset.stream(file))).isEqualTo(losses(DIGITS));
    }

    private static List<Double> losses(Dataset data) {
        History history = Network.input(1, 8, 8)
                .conv2d(4, 3)
                .batchNorm2d()
                .relu()
                .flatten()
                .dense(10)
                .build(42)
                .trainer()
                .epochs(2)
                .fit(data);
        return history.epochs().stream().map(epoch -> epoch.trainLoss()).toList();
    }

    /** Digits, up to one that cannot be read. */
    private record Rows(int broken) implements ExampleSource {

        @Override
        public int size() {
            return 131;
        }

        @Override
        public long[] shape() {
            return new long[] {1, 8, 8};
        }

        @Override
        public void read(int index, float[] into) throws IOException {
            if (index == broken) {
                throw new IOException("a scratch");
            }
            System.arraycopy(DIGITS.features().slice(index).dup().data().asFloat(), 0, into, 0, into.length);
        }
    }

    @Test
    void leavesTheFileThatWasThereWhereAnExampleCannotBeRead() throws IOException {
        Path file = folder.resolve("digits.safetensors");
        Dataset broken = Dataset.stream(new Rows(100), DIGITS.labels());
        assertThatThrownBy(() -> broken.save(file)).hasMessageContaining("a scratch");
        assertThat(files()).isEmpty();
        DIGITS.slice(0, 3).save(file);
        assertThatThrownBy(() -> broken.save(file)).hasMessageContaining("a scratch");
        assertThat(files()).containsExactly(file);
        assertThat(Dataset.stream(file).size()).isEqualTo(3);
    }

    private List<Path> files() throws IOException {
        try (var all = Files.list(folder)) {
            return all.toList();
        }
    }

    @Test
    void refusesOtherAndDamagedFiles() throws IOException {
        Path file = folder.resolve("other.safetensors");
        new TensorFile(Map.of("images", Tensors.zeros(DataType.FLOAT, 3)), Map.of()).write("test", file);
        assertThatThrownBy(() -> Dataset.stream(file))
                .isInstanceOf(DataException.class)
                .hasMessage(
                        "Dataset.stream expects a file that save wrote, with \"features\" in \"%s\", but got [images]; for other"
                                + " arrays there is stream(ArrayFile.of(file, name), labels)",
                        file);
        DIGITS.save(file);
        try (RandomAccessFile cut = new RandomAccessFile(file.toFile(), "rw")) {
            cut.setLength(cut.length() - 5);
        }
        assertThatThrownBy(() -> Dataset.stream(file)).isInstanceOf(CheckpointException.class);
        assertThatThrownBy(() -> Dataset.stream(folder.resolve("none"))).isInstanceOf(CheckpointException.class);
        assertThatThrownBy(() -> DIGITS.save(folder.resolve("no/where")))
                .isInstanceOf(CheckpointException.class)
                .hasMessageStartingWith("Dataset.save expects an existing directory");
        Dataset two = Dataset.of(Map.of("a", Nd4j.ones(2, 1), "b", Nd4j.ones(2, 1)), Map.of());
        assertThatThrownBy(() -> two.save(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Dataset.save expects a single input array but got [")
                .hasMessageEndingWith("]; store each by itself");
    }
}
