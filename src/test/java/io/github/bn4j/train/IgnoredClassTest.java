package io.github.bn4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.Network;
import io.github.bn4j.checkpoint.Checkpoint;
import io.github.bn4j.checkpoint.CheckpointException;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.data.Digits;
import io.github.bn4j.layer.Padding;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What a loss ignores is no part of any judgement, in the training or after it, also of a network that was stored. */
class IgnoredClassTest {

    private static final int NOT_KNOWN = 255;
    private static final Dataset DIGITS = Digits.load().slice(0, 120);

    @TempDir
    private Path folder;

    private static INDArray withoutSome(INDArray classes) {
        INDArray some = classes.dup();
        for (long i = 0; i < some.length(); i += 3) {
            some.putScalar(i, NOT_KNOWN);
        }
        return some;
    }

    private static Network digits() {
        return Network.input(1, 8, 8).flatten().dense(10).build(7);
    }

    private static Trainer trainer(Network net) {
        return net.trainer()
                .loss(Loss.softmaxCrossEntropy().ignoring(NOT_KNOWN))
                .optimizer(Adam.of(1e-2));
    }

    @Test
    void leavesOutOfAnEvaluationWhatTheLossLeavesOut() {
        Network net = digits();
        Dataset some = Dataset.of(DIGITS.features(), withoutSome(DIGITS.labels()));
        int[] known = new int[80];
        for (int i = 0; i < known.length; i++) {
            known[i] = i / 2 * 3 + 1 + i % 2;
        }
        Epoch last = trainer(net)
                .metrics(Metric.f1(), Metric.rocAuc())
                .epochs(3)
                .fit(some, some)
                .last();

        Evaluation result = net.evaluate(some);
        Evaluation expected = net.evaluate(DIGITS.select(known));

        assertThat(result.confusion()).isDeepEqualTo(expected.confusion());
        assertThat(result.accuracy()).isEqualTo(expected.accuracy()).isEqualTo(last.validationAccuracy());
        assertThat(result.f1()).isEqualTo(last.metrics().get("f1"));
        assertThat(result.rocAuc()).isEqualTo(last.metrics().get("rocAuc"));
        assertThat(net.evaluate(some, Task.CLASSIFICATION).logLoss()).isEqualTo(expected.logLoss());
    }

    @Test
    void leavesOutPositionsOfImages() {
        Network net = Network.input(1, 8, 8)
                .conv2d(3, 3, Padding.SAME)
                .relu()
                .conv2d(2, 1)
                .build(7);
        INDArray images = DIGITS.features();
        INDArray ink = images.gt(0.5).castTo(images.dataType()).reshape(120, 8, 8);
        Dataset some = Dataset.of(images, withoutSome(ink));
        Epoch last =
                trainer(net).metrics(Metric.iou()).epochs(2).fit(some, some).last();
        Evaluation result = net.evaluate(some);
        assertThat(result.iou()).isEqualTo(last.metrics().get("iou"));
        int counted = 0;
        for (int[] row : result.confusion()) {
            for (int count : row) {
                counted += count;
            }
        }
        assertThat(counted).isEqualTo(120 * 64 * 2 / 3);
    }

    @Test
    void isKnownToTheNetworkInItsFile() {
        Network net = digits();
        Dataset some = Dataset.of(DIGITS.features(), withoutSome(DIGITS.labels()));
        trainer(net).fit(some);
        Path file = folder.resolve("net.safetensors");
        net.save(file);
        assertThat(Network.load(file).evaluate(some))
                .hasToString(net.evaluate(some).toString());
        // The last loss counts.
        net.trainer().loss(Loss.softmaxCrossEntropy()).fit(DIGITS);
        assertThatThrownBy(() -> net.evaluate(some))
                .hasMessage(
                        "Evaluation expects labels as whole numbers from 0 to 9 but got 255.0 in row 0; number the classes"
                                + " from 0");

        Checkpoint whole = Checkpoint.read(file);
        Map<String, String> sections = new LinkedHashMap<>(whole.sections());
        assertThat(sections).containsEntry("ignoredClass.dense_1", "255");
        sections.put("ignoredClass.dense_1", "3000000000");
        Path damaged = folder.resolve("damaged.safetensors");
        new Checkpoint(whole.graph(), whole.tensors(), sections).write(damaged);
        assertThatThrownBy(() -> Network.load(damaged))
                .isInstanceOf(CheckpointException.class)
                .hasMessage("Network.load expects the number of a class as \"ignoredClass.dense_1\" in \"" + damaged
                        + "\" but got 3000000000; the file is damaged, use another copy");
    }

    @Test
    void refusesToJudgeByNothing() {
        Network net = digits();
        trainer(net).fit(DIGITS);
        Dataset none = Dataset.of(DIGITS.features(), DIGITS.labels().mul(0).add(NOT_KNOWN));
        assertThatThrownBy(() -> net.evaluate(none))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "evaluate expects targets for output \"dense_1\" with a class but got 255 alone, which its loss"
                                + " ignores");
    }
}
