package io.github.bn4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bn4j.data.*;
import io.github.bn4j.graph.*;
import io.github.bn4j.layer.*;
import io.github.bn4j.train.*;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The first lines that a user types, as they stand. */
class FiveMinutesTest {

    @TempDir
    Path folder;

    @Test
    void works() throws Exception {
        Dataset digits = Digits.load(); // 1,797 images [1, 8, 8], 10 classes, embedded in the jar
        Split split = digits.split(0.8, 42); // stratified, seeded; digits.slice(from, to) keeps the order

        Network net = Network.input(1, 8, 8) // channels, height, width
                .conv2d(16, 3, Padding.SAME)
                .batchNorm2d()
                .relu()
                .conv2d(32, 3, Padding.SAME)
                .batchNorm2d()
                .relu()
                .maxPool2d(2)
                .flatten()
                .dense(64)
                .batchNorm1d()
                .relu()
                .dense(10)
                .build(42); // seed

        assertThat(net.summary()).contains("38394 trainable parameters, 224 running statistics");
        assertThat(net.explainBias().toString()).endsWith("112 parameters saved");

        History history = net.trainer()
                .optimizer(Adam.of(1e-3))
                .loss(Loss.softmaxCrossEntropy())
                .epochs(3)
                .batchSize(32)
                .fit(split.train(), split.test());

        assertThat(net.evaluate(split.test()).accuracy()).isGreaterThan(0.95);
        assertThat(history.last().validationAccuracy())
                .isEqualTo(net.evaluate(split.test()).accuracy());
        INDArray logits = net.predict(split.test().features());
        Path file = folder.resolve("digits.safetensors");
        net.save(file);
        Network again = Network.load(file); // keeps its bias decisions
        Bits.assertSame(again.predict(split.test().features()), logits);
        assertThat(again.parameters().names()).doesNotContain("conv2d_1.bias");

        GraphBuilder g = new GraphBuilder();
        Value x = g.input("x", 3, 32, 32);
        Value y = g.call(Conv2d.of(16, 3).padding(Padding.SAME).useBias(true), x);
        assertThat(g.build(y).parameters().names()).containsExactly("conv2d_1.weight", "conv2d_1.bias");
        assertThat(net.to(DataType.DOUBLE).parameters().type()).isEqualTo(DataType.DOUBLE);
    }
}
