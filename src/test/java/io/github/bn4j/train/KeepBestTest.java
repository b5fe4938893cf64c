package io.github.bn4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.bn4j.Network;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.data.Digits;
import io.github.bn4j.data.Split;
import io.github.bn4j.internal.Floats;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file holds the network that was judged the best, and the training does not notice. */
class KeepBestTest {

    private static final Split DIGITS = Digits.load().slice(0, 300).split(0.5, 1);

    @TempDir
    private Path directory;

    private static Network network() {
        return Network.input(1, 8, 8)
                .flatten()
                .dense(32)
                .batchNorm1d()
                .relu()
                .dense(10)
                .build(7);
    }

    // A learning rate that goes up and down.
    private static Trainer trainer(Network net) {
        return net.trainer()
                .loss(Loss.softmaxCrossEntropy())
                .optimizer(Adam.of(0.1))
                .batchSize(16)
                .epochs(8);
    }

    @Test
    void storesTheNetworkWithTheSmallestValidationLoss() {
        Path file = directory.resolve("best.safetensors");
        Network net = network();
        History history = trainer(net).keepBest(file).fit(DIGITS.train(), DIGITS.test());
        Epoch best = KeepBest.byLoss().of(history);
        assertThat(best.validationLoss())
                .isEqualTo(history.epochs().stream()
                        .mapToDouble(Epoch::validationLoss)
                        .min()
                        .orElseThrow());
        assertThat(best.number()).isLessThan(8);
        Network stored = Network.load(file);
        assertThat(stored.evaluate(DIGITS.test()).accuracy()).isEqualTo(best.validationAccuracy());
        Network again = network();
        trainer(again).epochs(best.number()).fit(DIGITS.train(), DIGITS.test());
        assertSameBits(stored, again);
    }

    @Test
    void storesTheNetworkWithTheLargestAccuracy() {
        Path file = directory.resolve("best.safetensors");
        KeepBest how = KeepBest.byAccuracy();
        History history = trainer(network()).keepBest(file, how).fit(DIGITS.train(), DIGITS.test());
        assertThat(Network.load(file).evaluate(DIGITS.test()).accuracy())
                .isEqualTo(how.of(history).validationAccuracy())
                .isEqualTo(history.epochs().stream()
                        .mapToDouble(Epoch::validationAccuracy)
                        .max()
                        .orElseThrow());
    }

    @Test
    void storesTheNetworkThatIsBestByAnyMetric() {
        Path file = directory.resolve("best.safetensors");
        KeepBest how = KeepBest.by("logLoss");
        History history = trainer(network())
                .metrics(Metric.logLoss(), Metric.f1())
                .keepBest(file, how)
                .fit(DIGITS.train(), DIGITS.test());
        double least = history.epochs().stream()
                .mapToDouble(epoch -> epoch.metrics().get("logLoss"))
                .min()
                .orElseThrow();
        assertThat(how.of(history).metrics()).containsEntry("logLoss", least);
        assertThat(Network.load(file).evaluate(DIGITS.test()).logLoss()).isCloseTo(least, within(1e-6));
    }

    @Test
    void judgesAndStoresTheRecalibratedNetworkAndLeavesTheTrainingAlone() {
        Path file = directory.resolve("best.safetensors");
        KeepBest how = KeepBest.byLoss().recalibrated();
        Network net = network();
        History history = trainer(net).keepBest(file, how).fit(DIGITS.train(), DIGITS.test());
        Network plain = network();
        History usual = trainer(plain).fit(DIGITS.train(), DIGITS.test());
        assertSameBits(net, plain);
        assertThat(history.last().trainLoss()).isEqualTo(usual.last().trainLoss());
        Epoch best = how.of(history);
        Network stored = Network.load(file);
        assertThat(stored.evaluate(DIGITS.test()).accuracy()).isEqualTo(best.validationAccuracy());
        double[] before = Floats.values(stored.parameters().state());
        stored.recalibrate(DIGITS.train());
        assertThat(Floats.values(stored.parameters().state())).isEqualTo(before);
        Network until = network();
        trainer(until).epochs(best.number()).fit(DIGITS.train());
        assertThat(Floats.values(until.parameters().state())).isNotEqualTo(before);
        until.recalibrate(DIGITS.train());
        assertSameBits(stored, until);
    }

    private static void assertSameBits(Network first, Network second) {
        for (String name : second.parameters().names()) {
            assertThat(Floats.values(first.parameters().get(name)))
                    .as(name)
                    .isEqualTo(Floats.values(second.parameters().get(name)));
        }
    }

    @Test
    void keepsTheEarlierOfEqualEpochs() {
        Epoch first = new Epoch(1, 1, 0.5, 0.9, 1);
        Epoch second = new Epoch(2, 1, 0.5, 0.9, 1);
        Epoch third = new Epoch(3, 1, 0.7, 0.95, 1);
        Epoch broken = new Epoch(4, 1, Double.NaN, 0.1, 1);
        History history = new History(List.of(first, second, third, broken));
        assertThat(KeepBest.byLoss().of(history)).isEqualTo(first);
        assertThat(KeepBest.byAccuracy().of(history)).isEqualTo(third);
    }

    @Test
    void refusesEarlyWhatItCannotJudgeOrStore() {
        Path file = directory.resolve("best.safetensors");
        Trainer trainer = trainer(network()).keepBest(file);
        assertThatThrownBy(() -> trainer.fit(DIGITS.train()))
                .hasMessage("keepBest expects validation data to judge by but got none; call fit(data, validation)");
        Path lost = directory.resolve("none").resolve("best.safetensors");
        assertThatThrownBy(() -> trainer.keepBest(lost))
                .hasMessage("keepBest expects an existing directory for \"" + lost + "\" but got \""
                        + directory.resolve("none") + "\"; create it first");
        Network regression = Network.input(64).dense(2).build(1);
        Dataset targets = Dataset.of(
                DIGITS.train().features().reshape(DIGITS.train().size(), 64),
                DIGITS.train().features().reshape(DIGITS.train().size(), 64).getColumns(20, 21));
        assertThatThrownBy(() -> regression
                        .trainer()
                        .loss(Loss.meanSquaredError())
                        .keepBest(file, KeepBest.byAccuracy())
                        .fit(targets, targets))
                .hasMessage("keepBest expects the name of a metric that is measured but got \"accuracy\"; there are"
                        + " [loss], and metrics(Metric.f1()) or the like adds others");
        assertThat(Files.exists(file)).isFalse();
    }
}
