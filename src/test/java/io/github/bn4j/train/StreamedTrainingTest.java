package io.github.bn4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.Bits;
import io.github.bn4j.Network;
import io.github.bn4j.data.ArrayExamples;
import io.github.bn4j.data.Augmentation;
import io.github.bn4j.data.DataException;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.data.Digits;
import io.github.bn4j.data.ExampleSource;
import io.github.bn4j.data.Sampling;
import io.github.bn4j.data.Split;
import io.github.bn4j.data.Standardization;
import io.github.bn4j.data.TailBatch;
import io.github.bn4j.layer.Padding;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Training, judging and measuring on data that are read on demand give the bits of the same data in memory. */
class StreamedTrainingTest {

    private static final Split DIGITS = Digits.load().slice(0, 633).split(0.5, 3);
    private static final Dataset TRAIN = DIGITS.train();
    private static final Dataset TEST = DIGITS.test();

    private static Network network(DataType type) {
        return Network.input(1, 8, 8)
                .conv2d(13, 3, Padding.SAME)
                .batchNorm2d()
                .relu()
                .flatten()
                .dropout(0.2)
                .dense(10)
                .build(5, type);
    }

    private static Trainer trainer(Network net) {
        return net.trainer()
                .loss(Loss.softmaxCrossEntropy())
                .optimizer(Adam.of(1e-2))
                .batchSize(40)
                .epochs(3);
    }

    @AfterEach
    void leavesNoThread() throws InterruptedException {
        assertThat(ArrayExamples.readersAlive()).isEmpty();
    }

    static Stream<Named<UnaryOperator<Trainer>>> settings() {
        return Stream.of(
                Named.of("plain", trainer -> trainer),
                Named.of("small tail", trainer -> trainer.tail(TailBatch.MERGE).accumulate(2)),
                Named.of("balanced", trainer -> trainer.sampling(Sampling.balanced())),
                Named.of(
                        "class weights",
                        trainer ->
                                trainer.loss(Loss.softmaxCrossEntropy().classWeights(1, 2, 1, 1, 3, 1, 1, 1, 1, 0.5))),
                Named.of(
                        "augmented",
                        trainer -> trainer.augment(Augmentation.of(
                                Augmentation.flip(),
                                Augmentation.shift(1),
                                Augmentation.rotate(9),
                                Augmentation.erase()))),
                Named.of("mixed", trainer -> trainer.augment(
                                Augmentation.of(Augmentation.crop(1), Augmentation.mixup(1), Augmentation.cutmix(1)))
                        .sampling(Sampling.balanced())),
                Named.of("averaged", trainer -> trainer.averageWeights(Averaging.ema(0.9))));
    }

    @ParameterizedTest
    @MethodSource("settings")
    void trainsAsOnTheSameDataInMemory(UnaryOperator<Trainer> settings) {
        Network expected = network(DataType.FLOAT);
        History there = settings.apply(trainer(expected))
                .metrics(Metric.balancedAccuracy())
                .fit(TRAIN, TEST);
        for (int threads : new int[] {1, 3}) {
            Network net = network(DataType.FLOAT);
            History history = settings.apply(trainer(net))
                    .metrics(Metric.balancedAccuracy())
                    .fit(ArrayExamples.stream(TRAIN).readers(threads), ArrayExamples.stream(TEST));

            requireSame(net, expected);
            for (int i = 0; i < 3; i++) {
                Epoch one = history.epochs().get(i);
                Epoch other = there.epochs().get(i);
                assertThat(one.trainLoss()).isEqualTo(other.trainLoss());
                assertThat(one.metrics()).isEqualTo(other.metrics());
            }
        }
    }

    private static void requireSame(Network net, Network expected) {
        Bits.assertSame(net.parameters().trainable(), expected.parameters().trainable());
        Bits.assertSame(net.parameters().state(), expected.parameters().state());
    }

    @Test
    void trainsInFloat64WithWeightsAndStandardisedFeatures() {
        double[] weights = new double[TRAIN.size()];
        for (int row = 0; row < weights.length; row++) {
            weights[row] = row % 7;
        }
        Network expected = network(DataType.DOUBLE);
        trainer(expected).fit(Standardization.fit(TRAIN).apply(TRAIN).weights(weights));
        Network net = network(DataType.DOUBLE);
        Dataset streamed = ArrayExamples.stream(TRAIN);
        trainer(net).fit(Standardization.fit(streamed).apply(streamed).weights(weights));

        requireSame(net, expected);
    }

    @Test
    void judgesAndMeasuresAsInMemory() {
        Network net = network(DataType.FLOAT);
        trainer(net).fit(TRAIN);
        Dataset streamed = ArrayExamples.stream(TEST);

        Bits.assertSame(net.predict(streamed), net.predict(TEST.features()));
        Bits.assertSame(net.predict(TEST), net.predict(TEST.features()));
        assertThat(net.evaluate(streamed)).hasToString(net.evaluate(TEST).toString());
        assertThat(net.batchNormReport(streamed))
                .hasToString(net.batchNormReport(TEST).toString());
        assertThat(net.sanityCheck(streamed)).hasToString(net.sanityCheck(TEST).toString());
        assertThat(trainer(net).findRate(streamed))
                .hasToString(trainer(net).findRate(TEST).toString());
        Network other =
                Network.input(1, 8, 8).conv2d(13, 3).relu().flatten().dense(10).build(1);
        requireSame(other.unfold(streamed), other.unfold(TEST));
        Network copy = network(DataType.FLOAT);
        copy.recalibrate(streamed);
        Network twin = network(DataType.FLOAT);
        twin.recalibrate(TEST);
        requireSame(copy, twin);
    }

    private static CrossValidationResult validated(Dataset data) {
        return CrossValidation.on(data.folds(3, 1))
                .candidate("net", seed -> trainer(network(DataType.FLOAT)).seed(seed))
                .prepare(train -> Standardization.fit(train)::apply)
                .run();
    }

    @Test
    void validatesCandidatesAsInMemory() {
        assertThat(validated(ArrayExamples.stream(TRAIN)))
                .hasToString(validated(TRAIN).toString());
    }

    @Test
    void resumesToTheSameBits(@TempDir Path folder) {
        Network expected = network(DataType.FLOAT);
        trainer(expected).fit(TRAIN);
        Dataset streamed = ArrayExamples.stream(TRAIN);
        trainer(network(DataType.FLOAT))
                .checkpoints(Checkpoints.in(folder))
                .maxSteps(11)
                .fit(streamed);
        Network net = network(DataType.FLOAT);
        trainer(net).checkpoints(Checkpoints.in(folder)).resume(ArrayExamples.stream(TRAIN));

        requireSame(net, expected);
        assertThatThrownBy(() -> trainer(network(DataType.FLOAT))
                        .checkpoints(Checkpoints.in(folder))
                        .resume(ArrayExamples.stream(TEST)))
                .hasMessageContaining("training data");
    }

    /** What has been read at a step: the batches so far, the next one, and of the one after it what the readers are at. */
    @Test
    void readsNoFurtherAheadThanABatch() {
        ArrayExamples source = new ArrayExamples(TRAIN.features());
        List<Integer> reads = new ArrayList<>();
        trainer(network(DataType.FLOAT))
                .epochs(1)
                .listener(new TrainingListener() {
                    @Override
                    public void onStep(StepEvent event) {
                        reads.add(source.reads());
                    }
                })
                .fit(Dataset.stream(source, TRAIN.labels()).readers(2));

        for (int step = 0; step < reads.size(); step++) {
            // One was looked at before the first step.
            assertThat(reads.get(step)).isBetween(1, 1 + 40 * (step + 2));
        }
    }

    private static final class Faulty implements ExampleSource {

        private static final long serialVersionUID = 1;

        private final ExampleSource source = new ArrayExamples(TRAIN.features());
        private final int wrong;
        private final transient Throwable thrown;

        Faulty(int wrong, Throwable thrown) {
            this.wrong = wrong;
            this.thrown = thrown;
        }

        @Override
        public int size() {
            return source.size();
        }

        @Override
        public long[] shape() {
            return source.shape();
        }

        @Override
        public void read(int index, float[] into) throws IOException {
            if (index == wrong) {
                if (thrown instanceof IOException failure) {
                    throw failure;
                }
                if (thrown instanceof Error error) {
                    throw error;
                }
                throw (RuntimeException) thrown;
            }
            source.read(index, into);
        }

        @Override
        public String toString() {
            return "a faulty source";
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void handsOnWhatReadersThrowAndKeepsTheParametersOfTheLastStep(int threads) throws InterruptedException {
        IllegalStateException thrown = new IllegalStateException("the disk is gone");
        Network net = network(DataType.FLOAT);
        assertThatThrownBy(() -> trainer(net)
                        .fit(Dataset.stream(new Faulty(77, thrown), TRAIN.labels())
                                .readers(threads)))
                .isSameAs(thrown);
        assertThat(net.parameters().trainable().isNaN().any()).isFalse();
        assertThat(ArrayExamples.readersAlive()).isEmpty();
        Error error = new StackOverflowError("deep");
        assertThatThrownBy(() -> trainer(net)
                        .fit(Dataset.stream(new Faulty(7, error), TRAIN.labels())
                                .readers(threads)))
                .isSameAs(error);
        Dataset broken = Dataset.stream(new Faulty(77, new IOException("no route to host")), TRAIN.labels());
        String message =
                "Dataset expects to read example 77 of a faulty source but got java.io.IOException: no route to host; see"
                        + " to it that it can be read";
        assertThatThrownBy(() -> trainer(net).fit(TRAIN, broken.readers(threads)))
                .isInstanceOf(DataException.class)
                .hasMessage(message);
        assertThatThrownBy(() -> net.evaluate(broken.readers(threads))).hasMessage(message);
        assertThatThrownBy(() -> net.recalibrate(broken.readers(threads))).hasMessage(message);
        assertThatThrownBy(() -> Standardization.fit(broken.readers(threads))).hasMessage(message);
    }

    @Test
    void endsReadersWhereTheTrainingEndsEarly() throws InterruptedException {
        History history = trainer(network(DataType.FLOAT)).maxSteps(3).fit(ArrayExamples.stream(TRAIN));
        assertThat(history.endedEarly()).isPresent();
        assertThat(ArrayExamples.readersAlive()).isEmpty();
        assertThatThrownBy(() -> trainer(network(DataType.FLOAT))
                        .listener(new TrainingListener() {
                            @Override
                            public void onStep(StepEvent event) {
                                throw new IllegalArgumentException("a listener's own");
                            }
                        })
                        .fit(ArrayExamples.stream(TRAIN)))
                .hasMessage("a listener's own");
    }

    /** A reader that would be at it for a minute, for each example. */
    @Test
    @Timeout(30)
    void endsAtAnInterruptWhileReadersAreSlow() throws Exception {
        CountDownLatch reading = new CountDownLatch(60);
        CountDownLatch release = new CountDownLatch(1);
        ArrayExamples source = new ArrayExamples(TRAIN.features());
        ExampleSource slow = new ExampleSource() {
            @Override
            public int size() {
                return source.size();
            }

            @Override
            public long[] shape() {
                return source.shape();
            }

            @Override
            public void read(int index, float[] into) throws IOException {
                reading.countDown();
                if (reading.getCount() == 0) {
                    try {
                        release.await(1, TimeUnit.MINUTES);
                    } catch (InterruptedException e) {
                        throw new IOException("a reader was interrupted", e);
                    }
                }
                source.read(index, into);
            }
        };
        List<String> end = new ArrayList<>();
        Thread training = new Thread(() -> {
            History history = trainer(network(DataType.FLOAT)).fit(Dataset.stream(slow, TRAIN.labels()));
            end.add(history.endedEarly().orElse("not early") + ", interrupted "
                    + Thread.currentThread().isInterrupted());
        });
        training.start();
        reading.await();
        training.interrupt();
        Thread.sleep(200);
        release.countDown();
        training.join();

        assertThat(end).hasSize(1);
        assertThat(end.get(0))
                .matches(
                        "in epoch 1, after [0-9] of 8 steps: the thread was interrupted, interrupted true|before the first step: the thread was interrupted, interrupted true");
        assertThat(source.reads()).isLessThan(2 * 40 + 40);
    }

    @Test
    void takesABatchOfThemInALoop() {
        Network expected = network(DataType.FLOAT);
        Network net = network(DataType.FLOAT);
        try (Loop loop = trainerOfSteps(expected).loop(40);
                Loop other = trainerOfSteps(net).loop(40)) {
            loop.step(TRAIN.slice(0, 40));
            other.step(ArrayExamples.stream(TRAIN).slice(0, 40));
        }
        requireSame(net, expected);
    }

    private static Trainer trainerOfSteps(Network net) {
        return net.trainer().loss(Loss.softmaxCrossEntropy());
    }

    @Test
    void refusesShapesAsInMemory() {
        INDArray features = TRAIN.features();
        Dataset flat = ArrayExamples.stream(Dataset.of(Map.of("features", features), TRAIN.targets()))
                .reshape(64);
        assertThatThrownBy(() -> trainer(network(DataType.FLOAT)).fit(flat))
                .hasMessageContaining("reshape(1, 1, 8, 8) it");
    }
}
