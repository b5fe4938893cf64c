package io.github.bn4j.train;

import static io.github.bn4j.TensorAssert.assertTensor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.bn4j.Bits;
import io.github.bn4j.Network;
import io.github.bn4j.NetworkBuilder;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.data.Digits;
import io.github.bn4j.data.Split;
import io.github.bn4j.layer.Dense;
import io.github.bn4j.networks.ReadmeNetwork;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class TrainingTest {

    @Test
    void reachesTheAccuracyOfTheReadmeOnDigits() {
        double sum = 0;
        for (int seed = 0; seed < 5; seed++) {
            Split split = Digits.load().split(0.8, seed);
            Network net = ReadmeNetwork.builder().build(seed);
            net.trainer()
                    .optimizer(Adam.of(1e-3))
                    .loss(Loss.softmaxCrossEntropy())
                    .epochs(15)
                    .batchSize(32)
                    .fit(split.train());
            sum += net.evaluate(split.test()).accuracy();
        }
        assertThat(sum / 5).isGreaterThanOrEqualTo(0.985);
    }

    private static NetworkBuilder sigmoids(boolean batchNorm) {
        NetworkBuilder net = Network.input(1, 8, 8).flatten();
        for (int i = 0; i < 3; i++) {
            net = net.dense(100);
            net = (batchNorm ? net.batchNorm1d() : net).sigmoid();
        }
        return net.dense(10);
    }

    // Ioffe and Szegedy 2015, section 4.1, on digits. Means of five seeds: single ones differ by some points, also
    // between
    // ways of rounding.
    @Test
    void learnsWithBatchNormWhatSigmoidsAloneDoNot() {
        Dataset digits = Digits.load();
        double[] accuracy = new double[2];
        for (int seed = 0; seed < 5; seed++) {
            for (int i = 0; i < 2; i++) {
                Network net = sigmoids(i == 1).build(seed);
                net.trainer()
                        .optimizer(Sgd.of(0.1))
                        .loss(Loss.softmaxCrossEntropy())
                        .epochs(10)
                        .batchSize(32)
                        .fit(digits.slice(0, 898));
                accuracy[i] += net.evaluate(digits.slice(898, 1797)).accuracy() / 5;
            }
        }
        assertThat(accuracy[0]).isLessThanOrEqualTo(0.20);
        assertThat(accuracy[1]).isGreaterThanOrEqualTo(0.88);
    }

    @Test
    void trainsAlikeWithTheBiasKeptAndDropped() {
        Dataset train = Digits.load().slice(0, 898);
        Network dropped = biased(false);
        Network kept = biased(true);
        Random random = new Random(9);
        for (int i = 1; i <= 3; i++) {
            INDArray bias = kept.parameters().get("dense_" + i + ".bias");
            for (int k = 0; k < bias.length(); k++) {
                bias.putScalar(k, random.nextGaussian());
            }
        }
        List<Double> first = parity(dropped, train);
        List<Double> second = parity(kept, train);
        // 69 epochs of ⌈898 / 31⌉ = 29 steps.
        assertThat(first).hasSize(2001);
        assertThat(second).hasSize(2001);
        for (int step = 0; step < 2001; step++) {
            assertThat(second.get(step)).as("step %s", step).isCloseTo(first.get(step), within(1e-13));
        }
        // The running means have forgotten all but 0.9^2001 of the bias they did not see at first.
        assertTensor(dropped.predict(train.features())).isCloseTo(kept.predict(train.features()), 1e-11);
    }

    private static Network biased(boolean useBias) {
        NetworkBuilder net = Network.input(1, 8, 8).flatten();
        for (int i = 0; i < 3; i++) {
            Dense dense = Dense.of(100);
            net = net.then(useBias ? dense.useBias(true) : dense).batchNorm1d().sigmoid();
        }
        return net.dense(10).build(3, DataType.DOUBLE);
    }

    /** The loss of every step. */
    private static List<Double> parity(Network net, Dataset train) {
        List<Double> losses = new ArrayList<>();
        TrainingListener recorder = new TrainingListener() {
            @Override
            public void onStep(StepEvent step) {
                losses.add(step.loss());
            }
        };
        net.trainer()
                .optimizer(Sgd.of(0.1))
                .loss(Loss.softmaxCrossEntropy())
                .epochs(69)
                .batchSize(31)
                .listener(recorder)
                .fit(train);
        return losses;
    }

    @Test
    void repeatsItselfBitForBit() {
        Dataset few = Digits.load().slice(0, 200);
        INDArray[] parameters = new INDArray[2];
        for (int i = 0; i < 2; i++) {
            Network net = ReadmeNetwork.builder().build(7);
            net.trainer().loss(Loss.softmaxCrossEntropy()).epochs(2).fit(few);
            parameters[i] = net.parameters().trainable();
        }
        assertThat(parameters[0].data().asFloat())
                .containsExactly(parameters[1].data().asFloat());
    }

    @Test
    void drawsTheSameWeightsWhetherABiasIsThereOrNot() {
        Network with = Network.input(4)
                .then(Dense.of(3).useBias(true))
                .batchNorm1d()
                .dense(2)
                .build(5);
        Network without = Network.input(4).dense(3).batchNorm1d().dense(2).build(5);
        for (String name : without.parameters().names()) {
            Bits.assertSame(with.parameters().get(name), without.parameters().get(name));
        }
    }

    /** As Ctrl-C does in JShell. The first epoch is kept, the network can be trained on, and listeners are told. */
    @Test
    void stopsWhenItsThreadIsInterrupted() {
        Dataset data = Digits.load().slice(0, 64);
        Network net = Network.input(1, 8, 8).flatten().dense(10).build(1);
        Network copy = Network.input(1, 8, 8).flatten().dense(10).build(1);
        List<String> told = new ArrayList<>();
        Trainer trainer = net.trainer().loss(Loss.softmaxCrossEntropy()).epochs(5);
        TrainingListener interrupting = new TrainingListener() {
            @Override
            public void onEpoch(EpochEvent event) {
                told.add("epoch " + event.epoch().number());
                Thread.currentThread().interrupt();
            }

            @Override
            public void onEnd(EndEvent end) {
                told.add("end");
            }
        };
        try {
            History history = trainer.listener(interrupting).fit(data);
            assertThat(history.epochs()).hasSize(1);
            assertThat(history.endedEarly()).contains("after epoch 1: the thread was interrupted");
            assertThat(history.toString())
                    .endsWith(System.lineSeparator() + "ended early, after epoch 1: the thread was interrupted");
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(told).containsExactly("epoch 1", "end");
        copy.trainer().loss(Loss.softmaxCrossEntropy()).epochs(1).fit(data);
        Bits.assertSame(net.parameters().trainable(), copy.parameters().trainable());
        History next = trainer.fit(data);
        assertThat(next.endedEarly()).isEmpty();
        assertThat(next.epochs()).extracting(Epoch::number).containsExactly(1, 2, 3, 4, 5, 6);
    }
}
