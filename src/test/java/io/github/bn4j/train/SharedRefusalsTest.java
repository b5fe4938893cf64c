package io.github.bn4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.Network;
import io.github.bn4j.checkpoint.CheckpointException;
import io.github.bn4j.data.Augmentation;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.data.Digits;
import io.github.bn4j.data.Sampling;
import io.github.bn4j.engine.Collective;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What cannot be trained in several processes is refused before the first part, and what goes wrong in a part says so. */
class SharedRefusalsTest {

    private static final Dataset DATA = Digits.load().slice(0, 40);
    private static final SharedData KNOWN = SharedData.of(40, DATA.slice(0, 4));

    private static Trainer trainer() {
        return Network.input(1, 8, 8)
                .flatten()
                .dense(6)
                .batchNorm1d()
                .dense(10)
                .build(42)
                .trainer()
                .loss(Loss.softmaxCrossEntropy())
                .batchSize(13);
    }

    private static void assertRefused(UnaryOperator<Trainer> settings, String message) {
        assertThatThrownBy(() -> SharedTraining.of(settings.apply(trainer()), KNOWN))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void settingsThatNeedTheDataOfOthersAreRefused() {
        assertRefused(
                trainer -> trainer.augment(Augmentation.mixup(0.2)),
                "SharedTraining expects an augmentation that changes examples one by one but got "
                        + Augmentation.mixup(0.2) + "; leave it out, as the other examples are on other machines");
        assertRefused(
                trainer -> trainer.accumulateAsOne(2),
                "SharedTraining expects accumulate but got accumulateAsOne; say a smaller batchSize, as several processes have a part"
                        + " of each batch each, which is normalised as one");
        assertRefused(
                trainer -> trainer.averageWeights(Averaging.ema(0.9)),
                "SharedTraining expects averageWeights with recalibrate(false) but got ema(0.9), which measures on all training data"
                        + " after each epoch; recalibrate the network at the end");
        assertRefused(
                trainer -> trainer.keepBest(Path.of("best"), KeepBest.byLoss().recalibrated()),
                "SharedTraining expects keepBest by the running averages of the training but got recalibrated(), which measures on all"
                        + " training data after each epoch; recalibrate the network at the end");
        assertRefused(
                trainer -> trainer.checkpoints(Checkpoints.in(Path.of("run"))),
                "SharedTraining expects a trainer without checkpoints but got " + Checkpoints.in(Path.of("run"))
                        + "; whoever runs the parts keeps their states, which resume takes");
        assertRefused(
                trainer -> trainer.sampling(Sampling.balanced()),
                "SharedTraining expects the targets of all examples for sampling balanced() but got those of a sample; add"
                        + " SharedData.targets");
        assertRefused(
                trainer -> trainer.loss(Loss.softmaxCrossEntropy().ignoring(3)),
                "SharedTraining expects the targets of all examples for loss softmaxCrossEntropy, ignoring 3 but got those of a"
                        + " sample; add SharedData.targets");
        assertRefused(
                trainer -> trainer.metrics(Metric.f1()),
                "metrics expects validation data to measure on but got none; call fit(data, validation)");
        assertThatThrownBy(() -> SharedTraining.of(trainer(), KNOWN, KNOWN))
                .hasMessage(
                        "SharedTraining expects validation data with the targets of all examples but got a sample; add"
                                + " SharedData.targets");
    }

    @Test
    void saysWhatNeedsTheTargetsOfAllExamples() {
        assertThat(SharedTraining.needsTargets(trainer(), KNOWN)).isFalse();
        assertThat(SharedTraining.needsTargets(trainer().sampling(Sampling.inOrder()), KNOWN))
                .isFalse();
        assertThat(SharedTraining.needsTargets(trainer().sampling(Sampling.balanced()), KNOWN))
                .isTrue();
    }

    @Test
    void descriptionsThatContradictThemselvesAreRefused() {
        assertThatThrownBy(() -> SharedData.of(3, DATA))
                .hasMessage("SharedData expects at least the 40 examples of the sample but got 3");
        assertThatThrownBy(() -> KNOWN.targets(Map.of("labels", DATA.slice(0, 4).labels())))
                .hasMessage("SharedData.targets expects [labels] with 40 examples each but got [labels with 4]");
        assertThat(KNOWN.digest("c0ffee").toString()).endsWith(", digest c0ffee]");
        assertThatThrownBy(() -> KNOWN.weights(1, 2))
                .hasMessage("Dataset.weights expects 40 weights, one per example, but got 2");
        assertThatThrownBy(() -> SharedTraining.of(trainer(), KNOWN).processes(0))
                .hasMessage("processes expects at least 1 but got 0");
        assertThatThrownBy(() -> SharedTraining.of(trainer(), KNOWN).stepsPerPart(0))
                .hasMessage("stepsPerPart expects at least 1 step but got 0");
        assertThatThrownBy(() -> SharedTraining.of(trainer(), KNOWN)
                        .processes(3)
                        .groups(2)
                        .fit((parts, state) -> state))
                .hasMessage("groups expects a number of members that divides the 3 processes but got 2");
    }

    /** The last step has one example. */
    @Test
    void batchesThatCannotBeNormalisedAreRefusedBeforeTheFirstPart() {
        assertThatThrownBy(
                        () -> SharedTraining.of(trainer(), KNOWN).processes(2).fit((parts, state) -> {
                            throw new AssertionError("a part");
                        }))
                .hasMessageStartingWith("layer \"batchnorm1d_1\"");
    }

    private static SharedPart part() {
        SharedPart[] first = new SharedPart[1];
        SharedTraining training = SharedTraining.of(trainer().batchSize(20), KNOWN);
        assertThatThrownBy(() -> training.fit((parts, state) -> {
                    first[0] = parts.get(0);
                    throw new IllegalStateException("gone");
                }))
                .hasMessage("gone");
        return first[0];
    }

    private static byte[] state() {
        byte[][] first = new byte[1][];
        SharedTraining training = SharedTraining.of(trainer().batchSize(20), KNOWN);
        assertThatThrownBy(() -> training.fit((parts, state) -> {
                    first[0] = state;
                    throw new IllegalStateException("gone");
                }))
                .hasMessage("gone");
        return first[0];
    }

    private static void assertFails(List<SharedExample> examples, String message) {
        assertThatThrownBy(
                        () -> part().run(Collective.alone(), state(), examples.iterator(), Collections.emptyIterator()))
                .hasMessage(message);
    }

    @Test
    void examplesThatAreNotThoseOfThePartAreRefused() {
        int row = part().rows()[0];
        assertFails(
                List.of(),
                "SharedPart expects example " + row + " but got none any more; give each part all of its rows()");
        assertFails(
                List.of(SharedExample.of(row + 1, new float[64], new float[1])),
                "SharedPart expects example " + row + " but got example " + (row + 1)
                        + "; give each part its rows() in their order");
    }

    @Test
    void examplesThatCannotBeTrainedOnAreNamed() {
        int row = part().rows()[1];
        List<SharedExample> all = new ArrayList<>();
        for (int each : part().rows()) {
            float[] features = new float[64];
            features[5] = each == row ? Float.NaN : 0;
            all.add(SharedExample.of(each, features, new float[1]));
        }
        assertFails(
                all,
                "SharedExample expects finite numbers for \"features\" but got NaN in row " + row
                        + "; clean or impute the data");
        all.replaceAll(
                example -> SharedExample.of(example.row(), new float[64], new float[] {example.row() == row ? 11 : 0}));
        assertThatThrownBy(() -> part().run(Collective.alone(), state(), all.iterator(), Collections.emptyIterator()))
                .hasMessageContaining("but got 11.0 in row 0 of the example that is row " + row + ";");
        all.replaceAll(example -> SharedExample.of(example.row(), new float[63], new float[1]));
        assertFails(all, "SharedExample expects 64 numbers for \"features\" but got 63 in row " + part().rows()[0]);
        all.replaceAll(example -> SharedExample.of(example.row(), new float[64]));
        assertFails(all, "SharedExample expects arrays for [features, labels] but got 1 in row " + part().rows()[0]);
    }

    @Test
    void statesThatAreNotThoseOfTheTrainingAreRefused() {
        byte[] state = state();
        assertThatThrownBy(() -> SharedTraining.of(trainer().batchSize(20).optimizer(Sgd.of(1)), KNOWN)
                        .resume(state, (parts, before) -> before))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("with optimizer " + Adam.of(1e-3) + ", but got optimizer " + Sgd.of(1) + ";");
        assertThatThrownBy(() -> SharedTraining.of(trainer().batchSize(20).epochs(2), KNOWN)
                        .resume(state, (parts, before) -> before))
                .isInstanceOf(CheckpointException.class)
                .hasMessageStartingWith("resume expects the epochs and maxSteps that the training was begun with, ");
        assertThatThrownBy(() ->
                        SharedTraining.of(trainer().batchSize(20), KNOWN).resume(state, (parts, before) -> before))
                .hasMessage(
                        "SharedTraining expects the state after SharedPart[rank 0 of 1, 2 steps of epoch 1] but got one after 0"
                                + " steps; return what rank 0 left");
    }
}
