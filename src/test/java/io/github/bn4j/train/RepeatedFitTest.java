package io.github.bn4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.bn4j.Bits;
import io.github.bn4j.Network;
import io.github.bn4j.data.Augmentation;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.data.Digits;
import io.github.bn4j.data.TailBatch;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.internal.Floats;
import io.github.bn4j.networks.SmallNetworks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A trainer goes on where its last fit ended; a new one starts anew, in another order and with other masks. */
class RepeatedFitTest {

    private static final Dataset DATA = Digits.load().slice(0, 150);

    @TempDir
    private Path directory;

    private static Trainer trainer(Network net) {
        return net.trainer()
                .loss(Loss.softmaxCrossEntropy())
                .optimizer(Adam.of(1e-2))
                .batchSize(20);
    }

    private static void assertSameBits(Network first, Network second) {
        for (String name : second.parameters().names()) {
            Bits.assertSame(first.parameters().get(name), second.parameters().get(name));
        }
    }

    private static List<Epoch> withoutTime(History history) {
        return history.epochs().stream()
                .map(e -> new Epoch(e.number(), e.trainLoss(), e.validationLoss(), e.validationAccuracy(), 0))
                .toList();
    }

    private static void goesOn(Network once, Network twice, UnaryOperator<Trainer> settings) {
        Dataset validation = Digits.load().slice(150, 200);
        History whole = settings.apply(trainer(once)).epochs(5).fit(DATA, validation);
        Trainer trainer = settings.apply(trainer(twice));
        History first = trainer.epochs(2).fit(DATA, validation);
        History both = trainer.epochs(3).fit(DATA, validation);
        assertSameBits(once, twice);
        assertThat(withoutTime(first)).isEqualTo(withoutTime(whole).subList(0, 2));
        assertThat(withoutTime(both)).isEqualTo(withoutTime(whole));
        assertThat(both.last().number()).isEqualTo(5);
    }

    @Test
    void goesOnAsIfItHadNotStopped() {
        goesOn(
                SmallNetworks.convolutional(DataType.FLOAT),
                SmallNetworks.convolutional(DataType.FLOAT),
                trainer -> trainer);
        goesOn(
                SmallNetworks.convolutional(DataType.FLOAT),
                SmallNetworks.convolutional(DataType.FLOAT),
                trainer -> trainer.accumulate(2).tail(TailBatch.DROP));
        goesOn(
                SmallNetworks.convolutional(DataType.FLOAT),
                SmallNetworks.convolutional(DataType.FLOAT),
                trainer -> trainer.seed(99));
        goesOn(
                SmallNetworks.convolutional(DataType.FLOAT),
                SmallNetworks.convolutional(DataType.FLOAT),
                trainer -> trainer.optimizer(Sgd.of(0.05).momentum(0.9)));
        UnaryOperator<Trainer> augmented =
                trainer -> trainer.augment(Augmentation.of(Augmentation.flip(), Augmentation.mixup(0.4)));
        goesOn(SmallNetworks.convolutional(DataType.FLOAT), SmallNetworks.convolutional(DataType.FLOAT), augmented);
        goesOn(
                SmallNetworks.convolutional(DataType.FLOAT).on(Engine.nd4j()),
                SmallNetworks.convolutional(DataType.FLOAT).on(Engine.nd4j()),
                augmented);
        goesOn(
                SmallNetworks.convolutional(DataType.DOUBLE),
                SmallNetworks.convolutional(DataType.DOUBLE),
                trainer -> trainer.optimizer(AdamW.of(1e-2)));
    }

    /** The losses of the steps of one epoch with steps that change no loss. */
    private static List<Double> losses(Trainer trainer) {
        List<Double> losses = new ArrayList<>();
        TrainingListener recorder = new TrainingListener() {
            @Override
            public void onStep(StepEvent event) {
                losses.add(event.loss());
            }
        };
        trainer.loss(Loss.softmaxCrossEntropy())
                .optimizer(Sgd.of(1e-30))
                .listener(recorder)
                .fit(DATA);
        return losses;
    }

    private static Network plain() {
        return Network.input(1, 8, 8).flatten().dense(10).build(3);
    }

    private static Network masked() {
        return Network.input(1, 8, 8).flatten().dropout(0.5).dense(10).build(3);
    }

    /** Each of the network, for a training in which only one thing is random: the order, the masks, the augmentation. */
    private static List<UnaryOperator<Trainer>> randomThings() {
        return List.of(
                trainer -> trainer.batchSize(16), trainer -> trainer.batchSize(150), trainer -> trainer.batchSize(150)
                        .augment(Augmentation.shift(2)));
    }

    @Test
    void hasAnotherOrderOtherMasksAndOtherImagesInEachTraining() {
        for (int i = 0; i < 3; i++) {
            UnaryOperator<Trainer> settings = randomThings().get(i);
            Network net = i == 1 ? masked() : plain();
            Trainer first = settings.apply(net.trainer());
            List<List<Double>> seen = new ArrayList<>();
            seen.add(losses(first));
            seen.add(losses(settings.apply(net.trainer())));
            seen.add(losses(first));
            seen.add(losses(settings.apply(net.trainer())));
            seen.add(losses(settings.apply(net.to(DataType.FLOAT).trainer())));
            assertThat(seen).as("case %s", i).doesNotHaveDuplicates();
        }
    }

    @Test
    void repeatsAScriptOfSeveralTrainingsBitForBit() {
        Network[] nets = {SmallNetworks.convolutional(DataType.FLOAT), SmallNetworks.convolutional(DataType.FLOAT)};
        for (Network net : nets) {
            trainer(net).fit(DATA);
            Trainer second = trainer(net).augment(Augmentation.crop(1));
            second.fit(DATA);
            second.optimizer(Sgd.of(0.01)).fit(DATA.slice(0, 77));
        }
        assertSameBits(nets[0], nets[1]);
    }

    @Test
    void repeatsTheOrderOfASeedThatIsGiven() {
        Network net = plain();
        List<Double> first = losses(net.trainer().batchSize(16).seed(5));
        assertThat(losses(net.trainer().batchSize(16))).isNotEqualTo(first);
        assertThat(losses(net.trainer().batchSize(16).seed(5))).isEqualTo(first);
        assertThat(losses(net.trainer().batchSize(16).seed(6))).isNotEqualTo(first);
    }

    @Test
    void startsAnewInANewTrainer() {
        Network net = plain();
        Trainer trainer = net.trainer()
                .loss(Loss.softmaxCrossEntropy())
                .optimizer(Adam.of(1e-3))
                .batchSize(150);
        trainer.epochs(20).fit(DATA);
        double[] before = Floats.values(net.parameters().get("dense_1.bias"));
        History anew = net.trainer()
                .loss(Loss.softmaxCrossEntropy())
                .optimizer(Adam.of(1e-3))
                .batchSize(150)
                .fit(DATA);
        assertThat(anew.epochs()).hasSize(1);
        assertThat(anew.last().number()).isEqualTo(1);
        // The first step of Adam moves each parameter by the rate, whatever its gradient (Kingma and Ba 2015, section
        // 2.1).
        double[] after = Floats.values(net.parameters().get("dense_1.bias"));
        for (int i = 0; i < after.length; i++) {
            assertThat(Math.abs(after[i] - before[i])).isCloseTo(1e-3, within(1e-6));
        }
    }

    /** Remembers in its slot how often it was used, and tells. */
    private record Counting(double learningRate, double weightDecay, List<String> told) implements DecayingOptimizer {

        @Override
        public List<String> slots() {
            return List.of("count");
        }

        @Override
        public void step(Update update) {
            INDArray count = update.slot("count").addi(1);
            if (update.weightDecay() > 0) {
                told.add("step " + update.step() + ", slot " + count.getInt(0) + ", rate " + update.rate());
            }
        }
    }

    @Test
    void keepsTheStateOfAnOptimizerOfTheSameKindAlone() {
        List<String> told = new ArrayList<>();
        Trainer trainer = trainer(plain()).batchSize(75);
        trainer.optimizer(new Counting(1, 1, told)).fit(DATA);
        trainer.optimizer(new Counting(0.5, 1, told)).fit(DATA);
        trainer.optimizer(Sgd.of(0.1)).fit(DATA);
        trainer.optimizer(new Counting(0.5, 1, told)).fit(DATA);
        assertThat(told)
                .containsExactly(
                        "step 1, slot 1, rate 1.0",
                        "step 2, slot 2, rate 1.0",
                        "step 3, slot 3, rate 0.5",
                        "step 4, slot 4, rate 0.5",
                        "step 1, slot 1, rate 0.5",
                        "step 2, slot 2, rate 0.5");
    }

    @Test
    void runsTheScheduleOnceInEachFit() {
        List<Double> asked = new ArrayList<>();
        Trainer trainer = trainer(plain()).batchSize(50).epochs(2).schedule(at -> {
            asked.add(at.share());
            return 1;
        });
        trainer.fit(DATA);
        trainer.fit(DATA);
        List<Double> once = List.of(0.0, 1 / 6.0, 2 / 6.0, 3 / 6.0, 4 / 6.0, 5 / 6.0);
        assertThat(asked.subList(0, 6)).isEqualTo(once);
        assertThat(asked.subList(6, 12)).isEqualTo(once);
    }

    @Test
    void takesOtherDataAndOtherBatches() {
        Trainer trainer = trainer(SmallNetworks.convolutional(DataType.FLOAT));
        trainer.fit(DATA);
        History history = trainer.batchSize(33).fit(Digits.load().slice(300, 377), DATA);
        assertThat(history.epochs()).extracting(Epoch::number).containsExactly(1, 2);
        assertThat(history.epochs().get(0).validationLoss()).isNaN();
        assertThat(history.last().validationLoss()).isFinite();
    }

    @Test
    void countsAnEpochThatWasCutShort() {
        Network net = SmallNetworks.convolutional(DataType.FLOAT);
        Trainer trainer = trainer(net).epochs(3);
        TrainingListener interrupting = new TrainingListener() {
            @Override
            public void onStep(StepEvent event) {
                if (event.epoch() == 2 && event.step() == 4) {
                    Thread.currentThread().interrupt();
                }
            }
        };
        try {
            assertThat(trainer.listener(interrupting).fit(DATA).endedEarly())
                    .get()
                    .asString()
                    .startsWith("in epoch 2, after 4 of ");
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(trainer.epochs(1).fit(DATA).epochs())
                .extracting(Epoch::number)
                .containsExactly(1, 3);
    }

    @Test
    void changesNothingWhenAFitIsRefused() {
        Network refused = SmallNetworks.convolutional(DataType.FLOAT);
        Network other = SmallNetworks.convolutional(DataType.FLOAT);
        Trainer trainer = trainer(refused);
        assertThatThrownBy(() -> trainer.batchSize(149).fit(DATA))
                .hasMessageContaining("more than one value per channel");
        assertThatThrownBy(() -> trainer.augment(Augmentation.of((example, others, random) -> {
                            throw new IllegalStateException("no");
                        }))
                        .fit(DATA))
                .hasMessage("no");
        trainer.fit(DATA);
        trainer(other).fit(DATA);
        assertSameBits(refused, other);
    }

    @Test
    void keepsTheBestOfAllItsFits() throws Exception {
        Path file = directory.resolve("best.safetensors");
        Trainer trainer = trainer(SmallNetworks.convolutional(DataType.FLOAT))
                .keepBest(file)
                .epochs(6);
        Dataset validation = Digits.load().slice(150, 300);
        trainer.fit(DATA, validation);
        byte[] best = Files.readAllBytes(file);
        // A rate that ruins the network.
        History history = trainer.optimizer(Sgd.of(5)).epochs(1).fit(DATA, validation);
        assertThat(KeepBest.byLoss().of(history).number()).isLessThan(7);
        assertThat(Files.readAllBytes(file)).isEqualTo(best);
        Files.delete(file);
        trainer.optimizer(Sgd.of(1e-9)).epochs(1).fit(DATA, validation);
        assertThat(file).exists();
    }
}
