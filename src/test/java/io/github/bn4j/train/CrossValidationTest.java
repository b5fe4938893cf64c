package io.github.bn4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.bn4j.GraphBuilder;
import io.github.bn4j.Network;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.data.Digits;
import io.github.bn4j.data.Folds;
import io.github.bn4j.data.Split;
import io.github.bn4j.data.Standardization;
import io.github.bn4j.graph.Value;
import io.github.bn4j.layer.Dense;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.LongFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Candidates that are judged by every part of the data after training on the others. */
class CrossValidationTest {

    private static final Dataset DATA = Digits.load().slice(0, 240);
    private static final Folds FOLDS = DATA.folds(3, 42);

    private static Network network(long seed) {
        return Network.input(1, 8, 8).flatten().dense(10).build(seed);
    }

    private static Trainer trainer(long seed, double rate) {
        return network(seed)
                .trainer()
                .loss(Loss.softmaxCrossEntropy())
                .optimizer(Adam.of(rate))
                .epochs(2);
    }

    @Test
    void isWhatATrainingForEachPartSays() {
        List<Long> seeds = new ArrayList<>();
        CrossValidationResult result = CrossValidation.on(FOLDS)
                .metrics(Metric.f1(), Metric.logLoss())
                .candidate("slow", seed -> {
                    seeds.add(seed);
                    return trainer(seed, 1e-4);
                })
                .candidate("fast", seed -> {
                    seeds.add(seed);
                    return trainer(seed, 1e-2);
                })
                .run();

        assertThat(new HashSet<>(seeds)).hasSize(6);
        int part = 0;
        List<Double> f1 = new ArrayList<>();
        List<Double> logLoss = new ArrayList<>();
        for (Split split : FOLDS) {
            Network net = network(seeds.get(2 * part + 1));
            net.trainer()
                    .loss(Loss.softmaxCrossEntropy())
                    .optimizer(Adam.of(1e-2))
                    .epochs(2)
                    .fit(split.train());
            f1.add(net.evaluate(split.test()).f1());
            logLoss.add(net.evaluate(split.test()).logLoss());
            part++;
        }
        assertThat(result.values("fast", "f1")).isEqualTo(f1);
        assertThat(result.values("fast", "logLoss")).isEqualTo(logLoss);
        double mean = (f1.get(0) + f1.get(1) + f1.get(2)) / 3;
        double variance = f1.stream().mapToDouble(v -> (v - mean) * (v - mean)).sum() / 2;
        assertThat(result.mean("fast", "f1")).isCloseTo(mean, within(1e-15));
        assertThat(result.spread("fast", "f1")).isCloseTo(Math.sqrt(variance), within(1e-15));
        assertThat(result.names()).containsExactly("fast", "slow");
    }

    private static CrossValidation stored(Path folder, TrainingListener listener) {
        LongFunction<Trainer> candidate = seed -> trainer(seed, 1e-2)
                .checkpoints(Checkpoints.in(folder.resolve("run")).every(2))
                .keepBest(folder.resolve("best.safetensors"))
                .listener(listener);
        return CrossValidation.on(FOLDS)
                .holdOut(0.2)
                .candidate("plain", candidate)
                .candidate("../rate: 1e-2*", candidate);
    }

    @Test
    void storesEachTrainingApart(@TempDir Path folder) throws IOException {
        CrossValidationResult result = stored(folder, new TrainingListener() {}).run();
        assertThat(result.toString())
                .isEqualTo(CrossValidation.on(FOLDS)
                        .holdOut(0.2)
                        .candidate("plain", seed -> trainer(seed, 1e-2))
                        .candidate("../rate: 1e-2*", seed -> trainer(seed, 1e-2))
                        .run()
                        .toString());
        List<String> places = List.of(
                "..%2Frate%3A+1e-2%2A-part-1",
                "..%2Frate%3A+1e-2%2A-part-2",
                "..%2Frate%3A+1e-2%2A-part-3",
                "plain-part-1",
                "plain-part-2",
                "plain-part-3");
        assertThat(names(folder.resolve("run"))).containsExactlyElementsOf(places);
        List<String> all = new ArrayList<>(
                places.stream().map(place -> place + "-best.safetensors").toList());
        all.add("run");
        assertThat(names(folder)).containsExactlyElementsOf(all);
        for (String place : places) {
            assertThat(Checkpoints.newest(folder.resolve("run").resolve(place))
                            .orElseThrow()
                            .steps())
                    .as(place)
                    .isEqualTo(10);
        }
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void goesOnWithTheCheckpointsOfARunThatEndedAmid(@TempDir Path folder, @TempDir Path other) {
        List<Long> steps = new ArrayList<>();
        TrainingListener failing = new TrainingListener() {
            @Override
            public void onStep(StepEvent step) {
                steps.add(step.number());
                if (steps.size() == 25) {
                    throw new IllegalStateException("as if the process had ended");
                }
            }
        };
        assertThatThrownBy(() -> stored(folder, failing).run()).hasMessageContaining("as if the process had ended");
        // Two trainings of 10 steps, and of the third the first 5, of which 4 are stored.
        CrossValidationResult resumed = stored(folder, failing).run();
        assertThat(steps).hasSize(25 + 6 + 3 * 10);
        assertThat(steps.subList(25, 31)).containsExactly(5L, 6L, 7L, 8L, 9L, 10L);
        assertThat(resumed.toString())
                .isEqualTo(stored(other, new TrainingListener() {}).run().toString());
    }

    @Test
    void saysThatItWasInterrupted() {
        CrossValidation interrupted = CrossValidation.on(FOLDS).candidate("one", seed -> {
            Thread.currentThread().interrupt();
            return trainer(seed, 1e-2);
        });
        try {
            assertThatThrownBy(interrupted::run)
                    .isInstanceOf(CancellationException.class)
                    .hasMessage("run expects a thread that goes on but got an interrupt in part 1 of 3; run it anew");
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void repeatsItselfWhateverOtherCandidatesThereAre() {
        CrossValidation one = CrossValidation.on(FOLDS).candidate("one", seed -> trainer(seed, 1e-2));
        CrossValidation two = CrossValidation.on(FOLDS)
                .candidate("other", seed -> trainer(seed, 1e-3))
                .candidate("one", seed -> trainer(seed, 1e-2));
        assertThat(two.run().values("one", "accuracy")).isEqualTo(one.run().values("one", "accuracy"));
    }

    @Test
    void fitsWhatPreparesDataToWhatIsLearnedFromAlone() {
        List<Dataset> fitted = new ArrayList<>();
        List<Integer> changed = new ArrayList<>();
        CrossValidation.on(FOLDS)
                .prepare(train -> {
                    fitted.add(train);
                    Standardization own = Standardization.fit(train);
                    return any -> {
                        changed.add(any.size());
                        return own.apply(any);
                    };
                })
                .candidate("one", seed -> trainer(seed, 1e-2))
                .run();
        assertThat(fitted).extracting(Dataset::size).containsExactly(160, 160, 160);
        assertThat(changed).containsExactly(160, 80, 160, 80, 160, 80);
    }

    @Test
    void holdsOutAPartForWhatChoosesOnTheWay() {
        CrossValidation stopping = CrossValidation.on(FOLDS).candidate("stopped", seed -> trainer(seed, 1e-2)
                .stopEarly(EarlyStopping.on("loss").patience(1)));
        assertThatThrownBy(stopping::run)
                .hasMessage("stopEarly expects validation data to judge by but got none; call fit(data, validation)");
        assertThat(stopping.holdOut(0.25).run().mean("stopped", "accuracy")).isGreaterThan(0.3);
        assertThat(stopping.holdOut(0.25))
                .hasToString("CrossValidation[[stopped], Folds[80, 80, 80 of " + DATA + "], held out 0.25]");
    }

    @Test
    void ordersInTheDirectionOfTheMetric() {
        Map<String, List<Map<String, Double>>> values = new LinkedHashMap<>();
        values.put("none", List.of(values(Double.NaN, Double.NaN), values(0.9, 0.1)));
        values.put("worse", List.of(values(0.5, 0.25), values(0.25, 0.5)));
        values.put("better", List.of(values(0.75, 1), values(0.5, 12)));
        Map<String, Metric> metrics = new LinkedHashMap<>();
        metrics.put("f1", Metric.f1());
        metrics.put("logLoss", Metric.logLoss());
        CrossValidationResult result = CrossValidationResult.of(values, metrics);
        assertThat(result.names()).containsExactly("better", "worse", "none");
        assertThat(result.toString().lines())
                .containsExactly(
                        "best by f1               f1          logLoss",
                        "better      0.6250 ± 0.1768  6.5000 ± 7.7782",
                        "worse       0.3750 ± 0.1768  0.3750 ± 0.1768",
                        "none                  – ± –            – ± –");
        assertThat(result.by("logLoss").names()).containsExactly("worse", "better", "none");
        assertThat(result.by("logLoss").toString()).startsWith("best by logLoss");
        assertThatThrownBy(() -> result.by("recall"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "values expects the name of a metric that was measured but got \"recall\"; there are [f1, logLoss]");
        assertThatThrownBy(() -> result.values("best", "f1"))
                .hasMessage("values expects the name of a candidate but got \"best\"; there are [better, worse, none]");
    }

    private static Map<String, Double> values(double f1, double logLoss) {
        return Map.of("f1", f1, "logLoss", logLoss);
    }

    @Test
    void measuresEachOutputByWhatItIsFor() {
        INDArray x = DATA.features();
        INDArray ink = x.mean(1, 2, 3).reshape(240, 1);
        Dataset both = Dataset.of(Map.of("image", x), Map.of("kind", DATA.labels(), "ink", ink));
        CrossValidation two = CrossValidation.on(both.folds(2, 1)).candidate("both", seed -> {
            GraphBuilder g = new GraphBuilder();
            Value body = g.call(io.github.bn4j.layer.Flatten.of(), g.input("image", 1, 8, 8));
            Network net = g.build(g.call("kind", Dense.of(10), body), g.call("ink", Dense.of(1), body));
            return net.trainer().loss("kind", Loss.softmaxCrossEntropy()).loss("ink", Loss.meanSquaredError());
        });
        assertThat(two.run().metrics())
                .containsExactlyInAnyOrder("kind.accuracy", "ink.meanSquaredError", "ink.meanAbsoluteError");
        assertThat(two.metrics(Metric.f1(), Metric.r2()).run().metrics())
                .containsExactlyInAnyOrder("kind.f1", "ink.r2");
    }

    @Test
    void refusesANetworkThatHasBeenTrained() {
        Network once = network(1);
        CrossValidation shared = CrossValidation.on(FOLDS)
                .candidate("shared", seed -> once.trainer().loss(Loss.softmaxCrossEntropy()));
        assertThatThrownBy(shared::run)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "candidate \"shared\" expects a network of its own for each part but got one that has been trained;"
                                + " build it in the function, with the seed");
        Trainer used = trainer(5, 1e-3);
        used.fit(DATA);
        assertThatThrownBy(() -> CrossValidation.on(FOLDS)
                        .candidate("used", seed -> used)
                        .run())
                .hasMessageStartingWith("candidate \"used\" expects a network of its own");
        // One that was trained before, as for fine-tuning, is copied for each part.
        CrossValidation tuned = CrossValidation.on(FOLDS)
                .candidate("tuned", seed -> once.to(once.parameters().type())
                        .trainer()
                        .seed(seed)
                        .loss(Loss.softmaxCrossEntropy()));
        assertThat(tuned.run().values("tuned", "accuracy")).hasSize(3);
    }

    @Test
    void refusesWhatIsMissing() {
        assertThatThrownBy(() -> CrossValidation.on(FOLDS).run())
                .hasMessage("run expects a candidate but got none; call candidate(name, seed -> …)");
        assertThatThrownBy(() -> CrossValidation.on(FOLDS)
                        .candidate("a", seed -> trainer(seed, 1))
                        .candidate("a", seed -> trainer(seed, 2)))
                .hasMessage("candidate expects a name of its own but got \"a\" again; put what differs into the name");
        assertThatThrownBy(() -> CrossValidation.on(FOLDS).holdOut(1))
                .hasMessage("holdOut expects a share between 0 and 1 but got 1.0");
        assertThatThrownBy(() -> CrossValidation.on(FOLDS).metrics())
                .hasMessage("metrics expects a Metric to judge by but got none");
        assertThatThrownBy(() -> CrossValidation.on(FOLDS)
                        .metrics(Metric.r2())
                        .candidate("a", seed -> trainer(seed, 1e-2))
                        .run())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("r2 expects a regression but got a classification; use accuracy() or confusion()");
    }
}
