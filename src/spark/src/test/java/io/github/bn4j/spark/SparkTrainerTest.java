package io.github.bn4j.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.bn4j.GraphBuilder;
import io.github.bn4j.Network;
import io.github.bn4j.checkpoint.CheckpointException;
import io.github.bn4j.data.DataException;
import io.github.bn4j.data.Digits;
import io.github.bn4j.data.Example;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.engine.Precision;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.graph.Value;
import io.github.bn4j.layer.BatchNorm1d;
import io.github.bn4j.layer.Dense;
import io.github.bn4j.layer.Padding;
import io.github.bn4j.layer.Relu;
import io.github.bn4j.spark.internal.TestSpark;
import io.github.bn4j.train.Adam;
import io.github.bn4j.train.Averaging;
import io.github.bn4j.train.EndEvent;
import io.github.bn4j.train.Epoch;
import io.github.bn4j.train.EpochEvent;
import io.github.bn4j.train.GradientChange;
import io.github.bn4j.train.History;
import io.github.bn4j.train.Loss;
import io.github.bn4j.train.Metric;
import io.github.bn4j.train.Sgd;
import io.github.bn4j.train.Trainer;
import io.github.bn4j.train.TrainingListener;
import io.github.bn4j.train.TrainingRun;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SparkTrainerTest {

    private static final int ROWS = 310;

    private static io.github.bn4j.data.Dataset digits;
    private static io.github.bn4j.data.Dataset others;
    private static SparkSession session;

    @BeforeAll
    static void start() {
        JavaSparkContext spark = TestSpark.context("local[4]");
        session = SparkSession.builder().sparkContext(spark.sc()).getOrCreate();
        digits = Digits.load().slice(0, ROWS);
        others = Digits.load().slice(ROWS, ROWS + 100);
    }

    static Network convolutions(DataType type) {
        return Network.input(1, 8, 8)
                .conv2d(5, 3, Padding.SAME)
                .batchNorm2d()
                .relu()
                .maxPool2d(2)
                .residual(block -> block.conv2d(5, 3, Padding.SAME).batchNorm2d())
                .flatten()
                .dropout(0.2)
                .dense(13)
                .batchNorm1d()
                .relu()
                .dense(10)
                .build(42, type);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void givesWhatOneMachineGivesInFloat64(int workers) {
        Network one = convolutions(DataType.DOUBLE).on(Engine.nd4j());
        History expected = one.trainer()
                .optimizer(Adam.of(1e-2))
                .loss(Loss.softmaxCrossEntropy())
                .epochs(2)
                .batchSize(29)
                .metrics(Metric.balancedAccuracy())
                .fit(digits, others);

        Network many = convolutions(DataType.DOUBLE).on(Engine.nd4j());
        History history = SparkTrainer.of(many)
                .workers(workers)
                .optimizer(Adam.of(1e-2))
                .loss(Loss.softmaxCrossEntropy())
                .epochs(2)
                .batchSize(29)
                .metrics(Metric.balancedAccuracy())
                .fit(frame(session, digits, 3), frame(session, others, 2), "features", "label");

        assertSame(many, one, 1e-12);
        assertThat(history.epochs()).hasSameSizeAs(expected.epochs());
        for (int i = 0; i < expected.epochs().size(); i++) {
            Epoch actual = history.epochs().get(i);
            Epoch wanted = expected.epochs().get(i);
            assertThat(actual.trainLoss()).isCloseTo(wanted.trainLoss(), within(1e-12));
            assertThat(actual.metrics()).hasSameSizeAs(wanted.metrics());
            wanted.metrics()
                    .forEach((name, value) ->
                            assertThat(actual.metrics().get(name)).as(name).isCloseTo(value, within(1e-12)));
        }
    }

    @Test
    void givesWhatOneMachineGivesInFloat32OnTheFastestEngine() {
        Network one = convolutions(DataType.FLOAT);
        one.trainer()
                .optimizer(Sgd.of(0.05))
                .loss(Loss.softmaxCrossEntropy())
                .epochs(2)
                .batchSize(62)
                .fit(digits);
        Network many = convolutions(DataType.FLOAT);
        SparkTrainer.of(many)
                .workers(3)
                .optimizer(Sgd.of(0.05))
                .loss(Loss.softmaxCrossEntropy())
                .epochs(2)
                .batchSize(62)
                .fit(frame(session, digits, 3), "features", "label");
        assertSame(many, one, 1e-5);
    }

    /** A worker by itself normalises in bfloat16, as one machine does; several add up what their values are in float32. */
    @Test
    void givesWhatOneMachineGivesInMixedPrecision() {
        assumeThat(Precision.fastest().mixed()).as("mixed precision pays here").isTrue();
        Network full = images();
        Network one = images().precision(Precision.MIXED);
        for (Network alone : List.of(full, one)) {
            alone.trainer()
                    .optimizer(Sgd.of(0.05))
                    .loss(Loss.softmaxCrossEntropy())
                    .batchSize(62)
                    .fit(digits);
        }
        assertThat(distance(one, full)).isGreaterThan(5e-5);
        for (int workers = 1; workers <= 2; workers++) {
            Network many = images().precision(Precision.MIXED);
            SparkTrainer.of(many)
                    .workers(workers)
                    .optimizer(Sgd.of(0.05))
                    .loss(Loss.softmaxCrossEntropy())
                    .batchSize(62)
                    .fit(frame(session, digits, 2), "features", "label");
            assertThat(distance(many, one)).isLessThanOrEqualTo(workers == 1 ? 0 : distance(one, full) / 2);
        }
    }

    private static double distance(Network a, Network b) {
        return a.parameters()
                .trainable()
                .sub(b.parameters().trainable())
                .amaxNumber()
                .doubleValue();
    }

    private static Network images() {
        return Network.input(1, 8, 8)
                .conv2d(16, 3, Padding.SAME)
                .batchNorm2d()
                .relu()
                .conv2d(20, 3, Padding.SAME)
                .batchNorm2d()
                .relu()
                .globalAvgPool2d()
                .dense(10)
                .build(42);
    }

    @Test
    void goesOnInTheNextFitOnExamplesInSmallerJobs() {
        Network one = convolutions(DataType.DOUBLE).on(Engine.nd4j());
        Trainer alone = one.trainer().loss(Loss.softmaxCrossEntropy()).batchSize(31);
        alone.fit(digits);
        History expected = alone.fit(digits);

        List<Example> examples = new ArrayList<>();
        for (int i = 0; i < digits.size(); i++) {
            float[] features = digits.features().slice(i).ravel().toFloatVector();
            examples.add(new Example(
                    List.of(1L, 8L, 8L), features, new float[] {digits.labels().getFloat(i)}));
        }
        JavaRDD<Example> rdd =
                JavaSparkContext.fromSparkContext(session.sparkContext()).parallelize(examples, 3);
        Network many = convolutions(DataType.DOUBLE).on(Engine.nd4j());
        SparkTrainer together = SparkTrainer.of(many)
                .workers(2)
                .loss(Loss.softmaxCrossEntropy())
                .batchSize(31)
                .stepsPerJob(4);
        together.fit(rdd);
        History history = together.fit(rdd);
        assertSame(many, one, 1e-12);
        assertThat(history.epochs()).hasSameSizeAs(expected.epochs());
    }

    /** Interrupts the driver in the second job, whose executors are this process. */
    private record Interrupting(int step) implements GradientChange {

        private static final AtomicInteger STEPS = new AtomicInteger();
        private static final AtomicReference<Thread> DRIVER = new AtomicReference<>();

        @Override
        public void apply(Parameters parameters) {
            if (STEPS.incrementAndGet() == step) {
                DRIVER.get().interrupt();
            }
        }
    }

    @Test
    void endsByAnInterruptWithWhatTheJobBeforeHasLeft() {
        Dataset<Row> frame = frame(session, digits, 3);
        Network first = convolutions(DataType.DOUBLE).on(Engine.nd4j());
        trainer(first).workers(1).epochs(1).fit(frame, "features", "label");

        Interrupting.STEPS.set(0);
        Interrupting.DRIVER.set(Thread.currentThread());
        Network cut = convolutions(DataType.DOUBLE).on(Engine.nd4j());
        History history = trainer(cut)
                .workers(1)
                .epochs(3)
                .changeGradients(new Interrupting(7))
                .fit(frame, "features", "label");
        assertThat(Thread.interrupted()).isTrue();
        assertThat(history.epochs()).hasSize(1);
        assertThat(history.endedEarly()).contains("after epoch 1: the thread was interrupted");
        INDArray weight = first.parameters().get("conv2d_1.weight");
        assertThat(cut.parameters().get("conv2d_1.weight")).isEqualTo(weight);
    }

    @Test
    void normalisesWithinGroupsOfWorkersIfItIsToldSo() {
        Network all = convolutions(DataType.DOUBLE).on(Engine.nd4j());
        Network pairs = convolutions(DataType.DOUBLE).on(Engine.nd4j());
        Dataset<Row> frame = frame(session, digits, 3);
        trainer(all).fit(frame, "features", "label");
        trainer(pairs).synchronizeWithin(2).fit(frame, "features", "label");
        double largest = all.parameters()
                .get("conv2d_1.weight")
                .sub(pairs.parameters().get("conv2d_1.weight"))
                .amaxNumber()
                .doubleValue();
        assertThat(largest).isBetween(1e-6, 0.1);
    }

    @Test
    void workersThatStepApartGoOnWithTheMeanAndWithStatisticsOfAllData() {
        Dataset<Row> frame = frame(session, digits, 3);
        Network many = convolutions(DataType.DOUBLE).on(Engine.nd4j());
        History history = trainer(many)
                .workers(3)
                .averageEvery(2)
                .epochs(2)
                .fit(frame, frame(session, others, 2), "features", "label");
        assertThat(history.epochs()).hasSize(2);

        Network inSmallerJobs = convolutions(DataType.DOUBLE).on(Engine.nd4j());
        History same = trainer(inSmallerJobs)
                .workers(3)
                .averageEvery(2)
                .stepsPerJob(4)
                .epochs(2)
                .fit(frame, frame(session, others, 2), "features", "label");
        SparkTrainerFaultsTest.assertSameBits(inSmallerJobs, many);
        assertThat(same.last().validationLoss()).isEqualTo(history.last().validationLoss());

        INDArray statistics = many.parameters().state().dup();
        many.recalibrate(digits);
        assertThat(many.parameters().state().sub(statistics).amaxNumber().doubleValue())
                .isLessThan(1e-12);

        Network together = convolutions(DataType.DOUBLE).on(Engine.nd4j());
        trainer(together).workers(3).epochs(2).fit(frame, "features", "label");
        double largest = many.parameters()
                .get("conv2d_1.weight")
                .sub(together.parameters().get("conv2d_1.weight"))
                .amaxNumber()
                .doubleValue();
        assertThat(largest).isBetween(1e-6, 0.1);
    }

    @Test
    void aWorkerThatStepsAloneDoesWhatOneMachineDoes() {
        Network one = convolutions(DataType.FLOAT);
        one.trainer().loss(Loss.softmaxCrossEntropy()).batchSize(62).fit(digits);
        one.recalibrate(digits);
        Network many = convolutions(DataType.FLOAT);
        trainer(many).workers(1).averageEvery(3).fit(frame(session, digits, 3), "features", "label");
        // Statistics are merged by partitions.
        assertSame(many, one, 1e-5);
        assertThat(many.parameters().trainable().dup().data().asFloat())
                .isEqualTo(one.parameters().trainable().dup().data().asFloat());
    }

    /** Plain gradient descent with a mean after each step is that of one machine, where nothing is normalised. */
    @Test
    void aMeanAfterEachStepIsWhatOneMachineGivesWithoutNorm() {
        Network one = Network.input(64).dense(13).relu().dense(10).build(3);
        Network many = Network.input(64).dense(13).relu().dense(10).build(3);
        io.github.bn4j.data.Dataset flat =
                io.github.bn4j.data.Dataset.of(digits.features().reshape(ROWS, 64), digits.labels());
        one.trainer()
                .optimizer(Sgd.of(0.1))
                .loss(Loss.softmaxCrossEntropy())
                .batchSize(62)
                .epochs(3)
                .fit(flat);
        trainer(many)
                .optimizer(Sgd.of(0.1))
                .averageEvery(1)
                .epochs(3)
                .fit(frame(session, digits, 2), "features", "label");
        assertSame(many, one, 1e-5);
    }

    @Test
    void refusesWhatDoesNotGoWithStepsApart() {
        Dataset<Row> frame = frame(session, digits, 2);
        SparkTrainer local = trainer(convolutions(DataType.FLOAT)).averageEvery(3);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> local.synchronizeWithin(2).fit(frame, "features", "label"))
                .withMessage(
                        "averageEvery expects workers that step apart but got synchronizeWithin(2), by which they normalise together; leave one of them out");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> local.stepsPerJob(4).fit(frame, "features", "label"))
                .withMessage(
                        "stepsPerJob expects a multiple of the 3 steps of averageEvery, as each job ends with a mean, but got 4");
        Averaging swa = Averaging.swa().recalibrate(false);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> local.averageWeights(swa).fit(frame, "features", "label"))
                .withMessage(
                        "averageEvery expects a training without averageWeights, as the weights of each process are its own between two means, but got "
                                + swa + "; leave one of them out");
        BatchNorm1d shared = BatchNorm1d.of();
        GraphBuilder twice = new GraphBuilder();
        Value hidden = twice.call(Dense.of(5), twice.input("features", 64));
        Network behindItself = twice.build(
                1,
                DataType.FLOAT,
                twice.call(
                        "score", Dense.of(10), twice.call(shared, twice.call(Relu.of(), twice.call(shared, hidden)))));
        assertThatIllegalStateException()
                .isThrownBy(() -> trainer(behindItself).averageEvery(3).fit(frame, "features", "label"))
                .withMessageStartingWith(
                        "recalibrate expects batch normalisations whose input does not depend on their own running averages but got [");
    }

    private static SparkTrainer trainer(Network network) {
        return SparkTrainer.of(network)
                .workers(4)
                .loss(Loss.softmaxCrossEntropy())
                .batchSize(62);
    }

    @Test
    void tellsListenersAtTheDriver() {
        List<String> told = new ArrayList<>();
        SparkTrainer trainer = trainer(convolutions(DataType.FLOAT)).epochs(2).listener(new TrainingListener() {
            @Override
            public void onStart(TrainingRun run) {
                told.add("start");
            }

            @Override
            public void onEpoch(EpochEvent event) {
                told.add("epoch " + event.epoch().number());
            }

            @Override
            public void onEnd(EndEvent end) {
                told.add("end");
            }
        });
        trainer.fit(frame(session, digits, 2), "features", "label");
        assertThat(told).containsExactly("start", "epoch 1", "epoch 2", "end");
    }

    @Test
    void goesOnOnTheSameRowsAlone(@TempDir Path folder) {
        Dataset<Row> frame = frame(session, digits, 2);
        SparkTrainer first = trainer(convolutions(DataType.FLOAT))
                .epochs(2)
                .checkpoints(folder.toUri().toString());
        History history = first.fit(frame, "features", "label");
        SparkTrainer again = trainer(convolutions(DataType.FLOAT))
                .epochs(2)
                .checkpoints(folder.toUri().toString());
        Dataset<Row> other = frame.withColumn(
                "features", functions.expr("transform(features, (x, i) -> if(i = 20 and x = 0.75, 0.8125, x))"));
        assertThatThrownBy(() -> again.resume(other, "features", "label"))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("with training data SharedData[310 examples")
                .hasMessageContaining("; say what it was begun with, or begin another run in another folder");
        History same = again.resume(frame(session, digits, 3), "features", "label");
        assertThat(same.last().trainLoss()).isEqualTo(history.last().trainLoss());
    }

    @Test
    void refusesWhatCannotBeBeforeItTrains() {
        Network network = convolutions(DataType.FLOAT);
        double[] before =
                network.parameters().get("conv2d_1.weight").dup().data().asDouble();
        Dataset<Row> frame = frame(session, digits, 2);
        assertThatIllegalStateException()
                .isThrownBy(() -> trainer(network)
                        .workers(5)
                        .waitForSlots(Duration.ofSeconds(1))
                        .fit(frame, "features", "label"))
                .withMessageStartingWith("SparkTrainer expects 5 task slots for its 5 workers but got 4 within 1 s; ");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> trainer(network).synchronizeWithin(3).fit(frame, "features", "label"))
                .withMessage("synchronizeWithin expects a number that divides the 4 workers but got 3");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> trainer(network).resume(frame, "features", "label"))
                .withMessage(
                        "resume expects a trainer with checkpoints to go on from but got one without; call checkpoints(uri) first, for the run to be resumed as well");
        assertThatThrownBy(() -> trainer(network).fit(frame, "pixels", "label"))
                .isInstanceOf(DataException.class)
                .hasMessage(
                        "fit expects a column \"pixels\" for input \"features\" [1, 8, 8] but got [features, label]; name one of them");
        Dataset<Row> ill =
                frame.withColumn("features", functions.expr("transform(features, x -> if(x > 0.9, double('NaN'), x))"));
        assertThatThrownBy(() -> trainer(network).fit(ill, "features", "label")).isInstanceOf(DataException.class);
        assertThat(network.parameters().get("conv2d_1.weight").dup().data().asDouble())
                .isEqualTo(before);
    }

    @Test
    void refusesSettingsThatAreNone() {
        SparkTrainer trainer = trainer(convolutions(DataType.FLOAT));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> trainer.workers(0))
                .withMessage("workers expects at least 1 but got 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> trainer.synchronizeWithin(0))
                .withMessage("synchronizeWithin expects at least 1 worker but got 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> trainer.averageEvery(0))
                .withMessage("averageEvery expects at least 1 step but got 0");
        assertThat(trainer.averageEvery(8).toString()).endsWith(" on 4 workers, averaged every 8 steps, attempts 4");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> trainer.attempts(0))
                .withMessage("attempts expects at least 1 but got 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> trainer.stepsPerJob(0))
                .withMessage("stepsPerJob expects at least 1 step but got 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> trainer.timeout(Duration.ZERO))
                .withMessage("timeout expects a time above 0 but got PT0S; take some seconds");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> trainer.waitForSlots(Duration.ofSeconds(-1)))
                .withMessage("waitForSlots expects a time above 0 but got PT-1S; take some seconds");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> trainer.port(80))
                .withMessage("port expects a number from 1024 to 65535 but got 80");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> trainer.checkpoints(" "))
                .withMessage("checkpoints expects the URI of a folder but got \" \"");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SparkTrainer.of(null))
                .withMessage("SparkTrainer expects a Network but got null");
        assertThat(trainer.workers(3)
                        .synchronizeWithin(1)
                        .checkpoints("file:///x")
                        .stepsPerJob(7))
                .hasToString(
                        "Spark"
                                + convolutions(DataType.FLOAT)
                                        .trainer()
                                        .loss(Loss.softmaxCrossEntropy())
                                        .batchSize(62)
                                + " on 3 workers, synchronized within 1, checkpoints \"file:///x\", attempts 4, steps per job 7");
    }

    static void assertSame(Network actual, Network expected, double tolerance) {
        for (String name : expected.parameters().names()) {
            INDArray wanted = expected.parameters().get(name);
            double largest =
                    actual.parameters().get(name).sub(wanted).amaxNumber().doubleValue();
            assertThat(largest).as(name).isLessThanOrEqualTo(tolerance);
        }
    }

    /** The digits as a DataFrame of so many partitions. */
    static Dataset<Row> frame(SparkSession session, io.github.bn4j.data.Dataset data, int partitions) {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < data.size(); i++) {
            rows.add(RowFactory.create(
                    data.features().slice(i).ravel().toDoubleVector(),
                    data.labels().getDouble(i)));
        }
        return session.createDataFrame(
                JavaSparkContext.fromSparkContext(session.sparkContext()).parallelize(rows, partitions),
                new StructType()
                        .add("features", DataTypes.createArrayType(DataTypes.DoubleType))
                        .add("label", DataTypes.DoubleType));
    }
}
