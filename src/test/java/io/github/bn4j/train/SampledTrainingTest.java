package io.github.bn4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.Bits;
import io.github.bn4j.Network;
import io.github.bn4j.data.Augmentation;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.data.Digits;
import io.github.bn4j.data.Sampling;
import io.github.bn4j.internal.Tensors;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Trainings on examples that are drawn, some of them several times in an epoch or even in a batch. */
class SampledTrainingTest {

    private static final Dataset DATA = Digits.load().slice(0, 150);

    @TempDir
    private Path folder;

    private static Network network() {
        return Network.input(1, 8, 8)
                .flatten()
                .dense(20)
                .batchNorm1d()
                .relu()
                .dropout(0.2)
                .dense(10)
                .build(7);
    }

    private static double[] numbers(int count) {
        return IntStream.range(0, count).mapToDouble(row -> 1 + row * 7 % 5).toArray();
    }

    /** The order in which a fit with a seed draws the first epoch. */
    private static int[] drawn(Sampling sampling, Dataset data, long seed) {
        return sampling.rows(data, seed + 0x9E3779B97F4A7C15L);
    }

    /** Also where examples count differently, so that what a row is multiplied by depends on its step. */
    @Test
    void isATrainingOnTheDrawnRows() {
        Dataset weighted = DATA.weights(numbers(150));
        Loss weighing = Loss.softmaxCrossEntropy().classWeights(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
        Sampling few = Sampling.weighted(
                IntStream.range(0, 150).mapToDouble(row -> row < 9 ? 1 : 1e-3).toArray());
        for (Sampling sampling :
                new Sampling[] {few, Sampling.balanced(), Sampling.byClass(1, 0, 0, 0, 0, 0, 0, 0, 0, 9)}) {
            for (int batches : new int[] {1, 3}) {
                Network sampled = network();
                Network selected = network();
                Trainer trainer =
                        sampled.trainer().loss(weighing).seed(5).batchSize(20).accumulate(batches);
                Trainer other =
                        selected.trainer().loss(weighing).seed(5).batchSize(20).accumulate(batches);
                int[] rows = drawn(sampling, DATA, 5);
                History first = trainer.sampling(sampling).fit(weighted);
                History second = other.sampling(Sampling.inOrder()).fit(weighted.select(rows));
                assertThat(first.last().trainLoss()).isEqualTo(second.last().trainLoss());
                Bits.assertSame(
                        sampled.parameters().trainable(), selected.parameters().trainable());
                Bits.assertSame(
                        sampled.parameters().state(), selected.parameters().state());
            }
        }
    }

    @Test
    void goesOnAsIfItHadNotStopped() {
        Network once = network();
        Network twice = network();
        once.trainer()
                .loss(Loss.softmaxCrossEntropy())
                .sampling(Sampling.balanced())
                .augment(Augmentation.shift(1))
                .epochs(4)
                .fit(DATA);
        Trainer trainer = twice.trainer()
                .loss(Loss.softmaxCrossEntropy())
                .sampling(Sampling.balanced())
                .augment(Augmentation.shift(1))
                .epochs(2);
        trainer.fit(DATA);
        trainer.fit(DATA);
        Bits.assertSame(once.parameters().trainable(), twice.parameters().trainable());
    }

    /** In the middle of an epoch, in which some rows have come already. */
    @Test
    void resumesInTheMiddleOfAnEpoch() {
        Network once = network();
        Network killed = network();
        Network resumed = network();
        balanced(once).fit(DATA);
        TrainingListener killing = new TrainingListener() {
            @Override
            public void onStep(StepEvent step) {
                if (step.number() == 12) {
                    throw new UnsupportedOperationException("killed");
                }
            }
        };
        Checkpoints every = Checkpoints.in(folder).every(3);
        assertThatThrownBy(() ->
                        balanced(killed).checkpoints(every).listener(killing).fit(DATA))
                .hasMessage("killed");
        assertThatThrownBy(() -> balanced(network())
                        .sampling(Sampling.inOrder())
                        .checkpoints(every)
                        .resume(DATA))
                .hasMessageContaining("with sampling balanced(), but got sampling inOrder();");
        balanced(resumed).checkpoints(every).resume(DATA);
        Bits.assertSame(resumed.parameters().trainable(), once.parameters().trainable());
        Bits.assertSame(resumed.parameters().state(), once.parameters().state());
    }

    private static Trainer balanced(Network net) {
        return net.trainer()
                .loss(Loss.softmaxCrossEntropy().classWeights(1, 2, 3, 4, 5, 6, 7, 8, 9, 10))
                .sampling(Sampling.balanced())
                .augment(Augmentation.shift(1))
                .batchSize(20)
                .epochs(3);
    }

    @Test
    void changesAnExampleOtherwiseEachTimeThatItComes() {
        INDArray features = DATA.slice(0, 4).features();
        INDArray targets = DATA.slice(0, 4).oneHot(10).labels();
        int[] rows = {2, 2, 1, 2, 2};
        INDArray into = Tensors.zeros(DataType.FLOAT, 5, 1, 8, 8);
        INDArray labels = Tensors.zeros(DataType.FLOAT, 5, 10);
        AugmentedRows augmented = new AugmentedRows(features, targets, Augmentation.rotate(30), 1);
        int[] seen = new int[4];
        augmented.copy(
                1, BatchRows.of(rows, new int[] {5}, new double[0][], seen).get(0), into, labels);
        for (int i : new int[] {0, 1, 3, 4}) {
            for (int j : new int[] {0, 1, 3, 4}) {
                assertThat(into.slice(i).equals(into.slice(j))).isEqualTo(i == j);
            }
        }
        // The first time is that of an epoch that has each example once.
        INDArray single = Tensors.zeros(DataType.FLOAT, 1, 1, 8, 8);
        INDArray label = Tensors.zeros(DataType.FLOAT, 1, 10);
        augmented.copy(
                1,
                BatchRows.of(new int[] {2}, new int[] {1}, new double[0][], new int[4])
                        .get(0),
                single,
                label);
        Bits.assertSame(single.slice(0), into.slice(0));
        assertThat(seen).containsExactly(0, 1, 4, 0);
    }

    /** 3 % of the examples are sevens; without sampling, a network this small takes none for one after two epochs. */
    @Test
    void findsWhatIsRare() {
        Dataset digits = Digits.load();
        double[] labels = Arrays.stream(digits.labels().data().asDouble())
                .map(label -> label == 7 ? 1 : 0)
                .toArray();
        int[] rows = IntStream.range(0, digits.size())
                .filter(row -> labels[row] == 0 || row % 4 == 0)
                .toArray();
        Dataset rare = Dataset.of(digits.features(), Tensors.of(DataType.FLOAT, labels, labels.length))
                .select(rows);
        double[] recall = new double[2];
        for (int i = 0; i < 2; i++) {
            Network net = Network.input(1, 8, 8).flatten().dense(2).build(3);
            Trainer trainer = net.trainer().loss(Loss.softmaxCrossEntropy()).epochs(2);
            (i == 0 ? trainer : trainer.sampling(Sampling.balanced())).fit(rare);
            recall[i] = net.evaluate(rare).value(Metric.recall().ofClass(1));
        }
        assertThat(recall[0]).isLessThan(0.2);
        assertThat(recall[1]).isGreaterThan(0.8);
    }

    @Test
    void refusesEpochsOfDifferentSizes() {
        int[] sizes = {60, 40};
        int[] epoch = {0};
        Sampling uneven = (data, seed) ->
                IntStream.range(0, sizes[Math.min(1, epoch[0]++)]).toArray();
        assertThatThrownBy(() -> network()
                        .trainer()
                        .loss(Loss.softmaxCrossEntropy())
                        .sampling(uneven)
                        .epochs(2)
                        .fit(DATA))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageMatching("sampling expects as many rows in each epoch but got 40 after 60 from \\S+");
        assertThat(network().trainer().sampling(Sampling.balanced()).toString())
                .contains(", sampling balanced(), tail");
        assertThatThrownBy(() -> network()
                        .trainer()
                        .loss(Loss.softmaxCrossEntropy())
                        .sampling(Sampling.balanced())
                        .loop(8))
                .hasMessage(
                        "loop expects a trainer that says how to take a step but got one with [sampling]; leave that out,"
                                + " and do it between steps");
    }
}
