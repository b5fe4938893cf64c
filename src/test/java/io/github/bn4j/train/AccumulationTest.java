package io.github.bn4j.train;

import static io.github.bn4j.TensorAssert.assertParameters;
import static io.github.bn4j.TensorAssert.assertTensor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.bn4j.Bits;
import io.github.bn4j.Network;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.data.TailBatch;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.graph.Statistics;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.layer.BatchNorm1d;
import io.github.bn4j.layer.Dense;
import io.github.bn4j.layer.RunningAverage;
import io.github.bn4j.layer.RunningVariance;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Several batches per step of the optimiser. */
class AccumulationTest {

    private static final double EXACT = 1e-12;

    /** 42 examples: with 32 per step there is a step of 10, in batches of 8 that is one of 5 and another. */
    private static Dataset data(DataType type) {
        Random random = new Random(1);
        double[] x = random.doubles(42 * 2 * 16, -1, 3).toArray();
        double[] y = random.doubles(42 * 3, -1, 1).toArray();
        return Dataset.of(Tensors.of(type, x, 42, 2, 4, 4), Tensors.of(type, y, 42, 3));
    }

    private static Network plain() {
        return Network.input(2, 4, 4).conv2d(3, 3).tanh().flatten().dense(3).build(1, DataType.DOUBLE);
    }

    private static Network normalised(DataType type) {
        return Network.input(2, 4, 4)
                .conv2d(4, 3)
                .batchNorm2d()
                .relu()
                .residual(
                        b -> b.conv2d(4, 1).spatialDropout2d(0.2).batchNorm2d().relu())
                .flatten()
                .dense(6)
                .then(BatchNorm1d.of().runningAverage(RunningAverage.cumulative()))
                .relu()
                .dropout(0.3)
                .dense(3)
                .build(1, type);
    }

    private static void fit(Network net, Optimizer optimizer, UnaryOperator<Trainer> settings) {
        settings.apply(net.trainer().optimizer(optimizer).loss(Loss.meanSquaredError()))
                .epochs(3)
                .fit(data(net.parameters().type()));
    }

    static Stream<Optimizer> optimizers() {
        return Stream.of(Sgd.of(0.1).momentum(0.9).weightDecay(0.01), Adam.of(0.01), AdamW.of(0.01));
    }

    @ParameterizedTest
    @MethodSource("optimizers")
    void isOneLargeBatchWithoutBatchNorm(Optimizer optimizer) {
        Network large = plain();
        Network small = plain();
        fit(large, optimizer, trainer -> trainer.batchSize(32));
        fit(small, optimizer, trainer -> trainer.batchSize(8).accumulate(4));
        assertParameters(large, small, EXACT);
    }

    @ParameterizedTest
    @MethodSource("optimizers")
    void isOneLargeBatchIfNormalisedAsOne(Optimizer optimizer) {
        Network large = normalised(DataType.DOUBLE);
        Network small = normalised(DataType.DOUBLE);
        fit(large, optimizer, trainer -> trainer.batchSize(32).tail(TailBatch.DROP));
        fit(small, optimizer, trainer -> trainer.batchSize(8).accumulateAsOne(4).tail(TailBatch.DROP));
        assertParameters(large, small, EXACT);
        fit(large, optimizer, trainer -> trainer.batchSize(10));
        fit(small, optimizer, trainer -> trainer.batchSize(5).accumulateAsOne(2));
        // Adam divides by the root of gradients that may be small, which makes rounding grow from step to step.
        assertParameters(large, small, optimizer instanceof Sgd ? EXACT : 1e-9);
    }

    @Test
    void updatesRunningAveragesOnceByWhatAllExamplesMeasure() {
        for (RunningVariance variance : RunningVariance.values()) {
            for (RunningAverage average : List.of(RunningAverage.keep(0.7), RunningAverage.cumulative())) {
                // The normalisation sees the data themselves, so that batches and the whole measure the same values.
                Network[] nets = new Network[2];
                for (int i = 0; i < 2; i++) {
                    nets[i] = Network.input(2, 4, 4)
                            .flatten()
                            .then(BatchNorm1d.of().runningVariance(variance).runningAverage(average))
                            .dense(3)
                            .build(1, DataType.DOUBLE);
                }
                fit(nets[0], Sgd.of(1e-3), trainer -> trainer.batchSize(32));
                fit(nets[1], Sgd.of(1e-3), trainer -> trainer.batchSize(8).accumulate(4));
                for (String name : List.of("runningMean", "runningVariance")) {
                    assertTensor(nets[0].parameters().get("batchnorm1d_1." + name))
                            .as(name)
                            .isCloseTo(nets[1].parameters().get("batchnorm1d_1." + name), EXACT);
                }
                if (average.equals(RunningAverage.cumulative())) {
                    // Two steps in each of three epochs.
                    assertThat(nets[1].parameters().get("batchnorm1d_1.updates").getDouble(0))
                            .isEqualTo(6);
                }
            }
        }
    }

    @Test
    void averagesTheVariancesOfGhostBatches() {
        Network[] nets = new Network[2];
        for (int i = 0; i < 2; i++) {
            nets[i] = Network.input(2, 4, 4)
                    .flatten()
                    .then(BatchNorm1d.of().statistics(Statistics.ghost(4)))
                    .dense(3)
                    .build(1, DataType.DOUBLE);
        }
        // Batches of whole ghost batches, so that the ghost batches are the same.
        fit(nets[0], Sgd.of(1e-3), trainer -> trainer.batchSize(32).tail(TailBatch.DROP));
        fit(nets[1], Sgd.of(1e-3), trainer -> trainer.batchSize(8).accumulate(4).tail(TailBatch.DROP));
        assertParameters(nets[0], nets[1], EXACT);
    }

    @Test
    void trainsAlikeOnBothEngines() {
        Network reference = normalised(DataType.FLOAT).on(Engine.nd4j());
        Network fast = normalised(DataType.FLOAT);
        fit(reference, Sgd.of(0.05).momentum(0.9), trainer -> trainer.batchSize(8)
                .accumulate(4));
        fit(fast, Sgd.of(0.05).momentum(0.9), trainer -> trainer.batchSize(8).accumulate(4));
        assertParameters(reference, fast, 1e-4);
    }

    @Test
    void isNothingNewWithOneBatchPerStep() {
        Network usual = normalised(DataType.FLOAT);
        Network one = normalised(DataType.FLOAT);
        fit(usual, Adam.of(0.01), trainer -> trainer.batchSize(8));
        fit(one, Adam.of(0.01), trainer -> trainer.batchSize(8).accumulate(1));
        for (String name : usual.parameters().names()) {
            Bits.assertSame(one.parameters().get(name), usual.parameters().get(name));
        }
    }

    @Test
    void drawsAnotherMaskForEachBatch() {
        assertThat(changedWeights(2)).isGreaterThan(changedWeights(1) + 5);
    }

    // How many weights of 64 a step on examples of ones changes: those whose input was kept in at least one batch of
    // one.
    private static long changedWeights(int batches) {
        Network net =
                Network.input(64).dropout(0.5).then(Dense.of(1).useBias(false)).build(1, DataType.DOUBLE);
        INDArray before = net.parameters().get("dense_1.weight").dup();
        INDArray x = Tensors.zeros(DataType.DOUBLE, batches, 64).addi(1);
        net.trainer()
                .optimizer(Sgd.of(1))
                .loss(Loss.meanSquaredError())
                .batchSize(1)
                .accumulate(batches)
                .fit(Dataset.of(x, Tensors.zeros(DataType.DOUBLE, batches, 1).addi(100)));
        double[] change =
                net.parameters().get("dense_1.weight").sub(before).data().asDouble();
        return IntStream.range(0, 64).filter(i -> change[i] != 0).count();
    }

    @Test
    void tellsListenersOfSteps() {
        List<String> told = new ArrayList<>();
        Network net = plain();
        double[] losses = new double[1];
        net.trainer()
                .loss(Loss.meanSquaredError())
                .optimizer(Sgd.of(1e-12))
                .batchSize(8)
                .accumulate(4)
                .listener(new TrainingListener() {
                    @Override
                    public void onStart(TrainingRun run) {
                        told.add("start " + run.stepsPerEpoch());
                    }

                    @Override
                    public void onStep(StepEvent event) {
                        told.add("step " + event.step());
                        losses[0] += event.loss() * (event.step() == 1 ? 32 : 10) / 42;
                    }
                })
                .fit(data(DataType.DOUBLE));
        assertThat(told).containsExactly("start 2", "step 1", "step 2");
        Dataset all = data(DataType.DOUBLE);
        double error = Evaluation.of(net.predict(all.features()), all.labels()).meanSquaredError();
        assertThat(losses[0]).isCloseTo(error, within(1e-9));
    }

    @Test
    void printsAndRefuses() {
        Trainer trainer = plain().trainer().batchSize(8);
        assertThat(trainer.accumulate(4).toString()).contains("batchSize 8, steps of 4 batches, tail KEEP");
        assertThat(trainer.accumulateAsOne(2).toString()).contains("batchSize 8, steps of 2 batches as one, tail KEEP");
        assertThatThrownBy(() -> trainer.accumulate(0))
                .hasMessage("accumulate expects at least 1 batch per step but got 0");
        assertThatThrownBy(() -> trainer.accumulateAsOne(-1))
                .hasMessage("accumulateAsOne expects at least 1 batch per step but got -1");
        Network ghosts = Network.input(2, 4, 4)
                .flatten()
                .then(BatchNorm1d.of().statistics(Statistics.ghost(4)))
                .dense(3)
                .build(1, DataType.DOUBLE);
        assertThatThrownBy(() -> fit(ghosts, Sgd.of(0.1), t -> t.batchSize(8).accumulateAsOne(4)))
                .hasMessage(
                        "layer \"batchnorm1d_1\" expects to see its ghost batches whole but got parts of a batch; use"
                                + " Statistics.batch(), or train on whole batches");
    }
}
