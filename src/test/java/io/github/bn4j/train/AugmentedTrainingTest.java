package io.github.bn4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.Network;
import io.github.bn4j.data.Augmentation;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.data.Digits;
import io.github.bn4j.layer.Padding;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;

class AugmentedTrainingTest {

    private static Network net() {
        return Network.input(1, 8, 8)
                .conv2d(8, 3, Padding.SAME)
                .batchNorm2d()
                .relu()
                .flatten()
                .dense(10)
                .build(3);
    }

    private static Trainer trainer(Network net) {
        return net.trainer().loss(Loss.softmaxCrossEntropy()).epochs(2).batchSize(30);
    }

    private static long feeds() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("bn4j-feed"))
                .count();
    }

    private static void awaitNoFeed() throws InterruptedException {
        for (int i = 0; i < 200 && feeds() > 0; i++) {
            Thread.sleep(10);
        }
        assertThat(feeds()).isZero();
    }

    @Test
    void repeatsItselfBitForBit() {
        Dataset few = Digits.load().slice(0, 200);
        float[][] parameters = new float[3][];
        for (int i = 0; i < 3; i++) {
            Network net = net();
            Trainer trainer = trainer(net).augment(Augmentation.of(Augmentation.crop(1), Augmentation.cutmix(1)));
            (i == 2 ? trainer.seed(9) : trainer).fit(few);
            parameters[i] = net.parameters().trainable().data().asFloat();
        }
        assertThat(parameters[1]).containsExactly(parameters[0]);
        assertThat(parameters[2]).isNotEqualTo(parameters[0]);
    }

    /** An augmentation that changes nothing goes by way of the other thread, plain copies of small batches do not. */
    @Test
    void trainsAlikeOnAnotherThread() {
        Dataset few = Digits.load().slice(0, 200);
        Network plain = net();
        trainer(plain).fit(few);
        Network fed = net();
        trainer(fed).augment((example, others, random) -> example).fit(few);
        assertThat(fed.parameters().trainable().data().asFloat())
                .containsExactly(plain.parameters().trainable().data().asFloat());
    }

    @Test
    void mixesClassNumbersAsDistributionsAndJudgesByClassNumbers() {
        Dataset digits = Digits.load();
        Network net = net();
        History history = trainer(net)
                .epochs(6)
                .augment(Augmentation.mixup(0.2))
                .fit(digits.slice(0, 900), digits.slice(900, 1797));
        assertThat(history.last().validationAccuracy())
                .isEqualTo(net.evaluate(digits.slice(900, 1797)).accuracy())
                .isGreaterThan(0.8);
    }

    @Test
    void throwsWhatTheOtherThreadThrowsAndEndsIt() throws InterruptedException {
        Dataset few = Digits.load().slice(0, 200);
        AtomicInteger calls = new AtomicInteger();
        Augmentation broken = (example, others, random) -> {
            if (calls.incrementAndGet() > 100) {
                throw new IllegalStateException("broken");
            }
            return example;
        };
        Network net = net();
        assertThatThrownBy(() -> trainer(net).augment(broken).fit(few))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("broken");
        awaitNoFeed();
        trainer(net).augment(Augmentation.crop(1)).fit(few);
        awaitNoFeed();
    }

    @Test
    void endsTheOtherThreadWhenAListenerThrows() throws InterruptedException {
        TrainingListener listener = new TrainingListener() {
            @Override
            public void onStep(StepEvent step) {
                throw new IllegalStateException("enough");
            }
        };
        assertThatThrownBy(() -> trainer(net())
                        .augment(Augmentation.crop(1))
                        .listener(listener)
                        .fit(Digits.load().slice(0, 200)))
                .hasMessage("enough");
        awaitNoFeed();
    }

    @Test
    void refusesDataThatCannotBeAugmented() {
        Dataset few = Digits.load().slice(0, 20);
        assertThatThrownBy(() -> {
                    Network flat = Network.input(64).dense(10).build(1);
                    Dataset data = Dataset.of(few.features().reshape('c', 20, 64), few.labels());
                    trainer(flat).augment(Augmentation.flip()).fit(data);
                })
                .hasMessage("flip() expects examples [channels, height, width] but got [64]; reshape them");
        assertThatThrownBy(() -> {
                    Network doubles = Network.input(1, 8, 8).flatten().dense(10).build(1, DataType.DOUBLE);
                    trainer(doubles).augment(Augmentation.flip()).fit(few);
                })
                .hasMessage(
                        "augment expects features and targets of FLOAT but got DOUBLE and DOUBLE; train in float32");
    }

    @Test
    void tellsItsAugmentation() {
        assertThat(net().trainer().augment(Augmentation.flip()).toString()).endsWith("seed 3, augment flip()]");
        assertThat(List.of(net().trainer().toString())).noneMatch(text -> text.contains("augment"));
    }
}
