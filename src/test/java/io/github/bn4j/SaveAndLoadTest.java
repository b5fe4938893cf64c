package io.github.bn4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.checkpoint.Checkpoint;
import io.github.bn4j.checkpoint.CheckpointException;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.data.Digits;
import io.github.bn4j.graph.Call;
import io.github.bn4j.graph.Gradients;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.op.MeanSquaredError;
import io.github.bn4j.train.Loss;
import io.github.bn4j.train.Task;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class SaveAndLoadTest {

    @TempDir
    Path folder;

    /** An op that is not the library's. */
    record Doubling() implements Op {

        @Override
        public Shape outputShape(List<Shape> inputs, List<Shape> parameters) {
            return inputs.get(0);
        }

        @Override
        public INDArray forward(Call call) {
            return call.input(0).mul(2);
        }

        @Override
        public Gradients backward(Call call, INDArray dy) {
            return Gradients.of(dy.mul(2));
        }
    }

    @Test
    void keepsEverythingThatMatters() {
        Dataset digits = Digits.load().slice(0, 100);
        Network net = Network.input(1, 8, 8)
                .conv2d(4, 3)
                .batchNorm2d()
                .residual(b -> b.relu().conv2d(4, 1).batchNorm2d())
                .dropout(0.1)
                .flatten()
                .dense(10)
                .build(42);
        net.trainer().loss(Loss.softmaxCrossEntropy()).fit(digits);
        Path file = folder.resolve("net.safetensors");
        net.save(file);
        Network again = Network.load(file);
        Bits.assertSame(again.predict(digits.features()), net.predict(digits.features()));
        assertThat(again.summary()).isEqualTo(net.summary());
        assertThat(again.explainBias()).isEqualTo(net.explainBias());
        assertThat(again.parameters().names()).isEqualTo(net.parameters().names());
        net.trainer().loss(Loss.softmaxCrossEntropy()).fit(digits);
        again.trainer().loss(Loss.softmaxCrossEntropy()).fit(digits);
        Bits.assertSame(again.predict(digits.features()), net.predict(digits.features()));
    }

    @Test
    void keepsFloat64() {
        Network net = Network.input(3).dense(2).build(1, DataType.DOUBLE);
        Path file = folder.resolve("net.safetensors");
        net.save(file);
        INDArray x = Nd4j.ones(DataType.DOUBLE, 2, 3);
        Bits.assertSame(Network.load(file).predict(x), net.predict(x));
        assertThat(Network.load(file).parameters().type()).isEqualTo(DataType.DOUBLE);
    }

    @Test
    void loadsAStrangersOpOnlyIfItIsHandedIn() {
        Network net = Network.input(3)
                .then((scope, x) -> scope.apply(new Doubling(), x))
                .dense(2)
                .build(1);
        Path file = folder.resolve("net.safetensors");
        net.save(file);
        assertThatThrownBy(() -> Network.load(file)).hasMessageContaining("Doubling");
        INDArray x = Nd4j.ones(DataType.FLOAT, 2, 3);
        Bits.assertSame(Network.load(file, Doubling.class).predict(x), net.predict(x));
    }

    private static Network named() {
        Network net = Network.input(3).dense(4).batchNorm1d().relu().dense(2).build(1);
        Dataset data =
                Dataset.of(Nd4j.rand(DataType.FLOAT, 8, 3), Nd4j.createFromArray(0f, 1f, 0f, 1f, 0f, 1f, 0f, 1f));
        net.trainer().loss(Loss.softmaxCrossEntropy()).fit(data.classNames(List.of("a, \"b\"", "ü")));
        return net;
    }

    @Test
    void keepsWhatTheNetworkWasTrainedFor() {
        Network net = named();
        Path file = folder.resolve("net.safetensors");
        net.save(file);
        Network again = Network.load(file);
        assertThat(again.classNames()).containsExactly("a, \"b\"", "ü");
        Dataset shares = Dataset.of(
                Nd4j.rand(DataType.FLOAT, 3, 3), Nd4j.createFromArray(new float[][] {{1, 0}, {0, 1}, {1, 0}}));
        assertThat(again.evaluate(shares)).hasToString(net.evaluate(shares).toString());
        assertThat(again.evaluate(shares).task()).isEqualTo(Task.CLASSIFICATION);
        assertThat(again.trainer())
                .as("the seed of the second training")
                .hasToString(net.trainer().toString());
    }

    @Test
    void keepsALossThatDoesNotSayWhatItIsFor() {
        Network net = Network.input(3).dense(2).build(1);
        Dataset shares = Dataset.of(
                Nd4j.ones(DataType.FLOAT, 4, 3), Nd4j.ones(DataType.FLOAT, 4, 2).mul(0.5));
        net.trainer()
                .loss((scope, output, target) -> scope.apply(new MeanSquaredError(), output, target))
                .fit(shares);
        Path file = folder.resolve("net.safetensors");
        net.save(file);
        assertThatThrownBy(() -> Network.load(file).evaluate(shares)).hasMessageContaining("a loss that does not say");
    }

    @Test
    void refusesDamagedSectionsOfTrainings() throws IOException {
        Path file = folder.resolve("net.safetensors");
        named().save(file);
        Checkpoint whole = Checkpoint.read(file);
        Map<String, String> wrong = Map.of(
                "trainings", "-1",
                "task.dense_2", "guessing",
                "classNames.dense_2", "cat,dog");
        Map<String, String> expected = Map.of(
                "trainings", "a number of trainings from 0 as \"trainings\" in \"%s\" but got -1",
                "task.dense_2",
                        "classification, regression or untold as \"task.dense_2\" in \"%s\" but got \"guessing\"",
                "classNames.dense_2", "JSON as classNames.dense_2 in \"%s\" but got broken JSON");
        wrong.forEach((name, text) -> {
            Map<String, String> sections = new LinkedHashMap<>(whole.sections());
            assertThat(sections).containsKey(name);
            sections.put(name, text);
            new Checkpoint(whole.graph(), whole.tensors(), sections).write(file);
            assertThatThrownBy(() -> Network.load(file))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageStartingWith(
                            "Network.load expects " + expected.get(name).formatted(file))
                    .hasMessageEndingWith("; the file is damaged, use another copy");
        });
    }
}
