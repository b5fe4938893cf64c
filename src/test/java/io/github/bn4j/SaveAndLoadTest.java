package io.github.bn4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.data.Dataset;
import io.github.bn4j.data.Digits;
import io.github.bn4j.graph.Call;
import io.github.bn4j.graph.Gradients;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.train.Loss;
import java.nio.file.Path;
import java.util.List;
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
}
