package io.github.bn4j.train;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkEachGiven;
import static io.github.bn4j.internal.Checks.checkGiven;
import static io.github.bn4j.internal.Checks.checkGoesOn;
import static java.util.Objects.requireNonNull;

import io.github.bn4j.data.Dataset;
import io.github.bn4j.data.Folds;
import io.github.bn4j.data.Split;
import java.lang.ref.WeakReference;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Judges ways to build and train a network, the candidates, each by every part of a data set after training on the others: k-fold
 * cross-validation, and a search over settings where there are several. Nothing is carried over: a candidate is asked for a network
 * and a trainer of its own for each part, with a seed that no other has, and what prepares data is fitted to what is learned from
 * alone. Each method returns a new one.
 *
 * <p>What trainers store is stored for each training apart: checkpoints in a folder within the one that they name, such as {@code
 * fast-part-2} for the second part of candidate "fast", and best networks in files whose names begin so. A run that ended amid goes on
 * with its checkpoints when it is run again.
 */
public final class CrossValidation {

    private final Folds folds;
    private final Map<String, LongFunction<Trainer>> candidates;
    private final Function<Dataset, UnaryOperator<Dataset>> preparation;
    private final double heldOut;
    private final List<Metric> metrics;

    private CrossValidation(
            Folds folds,
            Map<String, LongFunction<Trainer>> candidates,
            Function<Dataset, UnaryOperator<Dataset>> preparation,
            double heldOut,
            List<Metric> metrics) {
        this.folds = folds;
        this.candidates = Collections.unmodifiableMap(candidates);
        this.preparation = preparation;
        this.heldOut = heldOut;
        this.metrics = metrics;
    }

    /** A cross-validation by these parts, without candidates. */
    public static CrossValidation on(Folds folds) {
        checkGiven(folds, "CrossValidation", "Folds");
        return new CrossValidation(folds, Map.of(), train -> UnaryOperator.identity(), 0, List.of());
    }

    /**
     * Adds a candidate.
     *
     * @param name one of its own
     * @param trainer from a seed to a trainer of a network that is built then, such as {@code seed ->
     *     network.build(seed).trainer().loss(…)}
     */
    public CrossValidation candidate(String name, LongFunction<Trainer> trainer) {
        checkGiven(name, "candidate", "a name");
        checkGiven(trainer, "candidate", "a function from a seed to a Trainer");
        checkArgument(
                !candidates.containsKey(name),
                "candidate expects a name of its own but got \"%s\" again; put what differs into the name",
                name);
        Map<String, LongFunction<Trainer>> more = new LinkedHashMap<>(candidates);
        more.put(name, trainer);
        return new CrossValidation(folds, more, preparation, heldOut, metrics);
    }

    /**
     * Changes the data of each part as is fitted to what is learned from: {@code prepare(train -> Standardization.fit(train)::apply)}.
     *
     * @param fitted from the data that are learned from to what is done to them and to those that are judged by
     */
    public CrossValidation prepare(Function<Dataset, UnaryOperator<Dataset>> fitted) {
        checkGiven(fitted, "prepare", "a function from the data that are learned from to a change of data");
        return new CrossValidation(folds, candidates, fitted, heldOut, metrics);
    }

    /**
     * Takes a part of what is learned from for validation, which {@code stopEarly}, {@code keepBest} and {@link Schedule#plateau} need: to
     * choose by what is judged by would be too good to be true.
     *
     * @param share above 0 and below 1
     */
    public CrossValidation holdOut(double share) {
        checkArgument(share > 0 && share < 1, "holdOut expects a share between 0 and 1 but got %s", share);
        return new CrossValidation(folds, candidates, preparation, share, metrics);
    }

    /**
     * Says what is measured, by default what an evaluation prints. The first one orders the candidates.
     *
     * @param measured at least one
     */
    public CrossValidation metrics(Metric... measured) {
        checkEachGiven(measured, "metrics", "Metrics");
        checkArgument(measured.length > 0, "metrics expects a Metric to judge by but got none");
        return new CrossValidation(folds, candidates, preparation, heldOut, List.of(measured));
    }

    /**
     * Trains and judges every candidate for every part.
     *
     * @throws IllegalArgumentException if there is no candidate, or one yields a network again that it has yielded before, or a trainer
     *     that has trained
     * @throws CancellationException if the thread is interrupted
     */
    public CrossValidationResult run() {
        checkArgument(!candidates.isEmpty(), "run expects a candidate but got none; call candidate(name, seed -> …)");
        Map<String, List<Map<String, Double>>> values = new LinkedHashMap<>();
        Map<String, Metric> measured = new LinkedHashMap<>();
        List<WeakReference<INDArray>> before = new ArrayList<>();
        candidates.keySet().forEach(name -> values.put(name, new ArrayList<>()));
        for (int part = 0; part < folds.size(); part++) {
            Split split = folds.get(part);
            UnaryOperator<Dataset> change = checkGiven(preparation.apply(split.train()), "prepare", "a change of data");
            Dataset train = checkGiven(change.apply(split.train()), "prepare", "changed data");
            Dataset test = checkGiven(change.apply(split.test()), "prepare", "changed data");
            for (Map.Entry<String, LongFunction<Trainer>> candidate : candidates.entrySet()) {
                long seed = seed(candidate.getKey(), part);
                Trainer trainer = checkGiven(
                        candidate.getValue().apply(seed), "candidate \"" + candidate.getKey() + "\"", "a Trainer");
                INDArray parameters = trainer.model().parameters().trainable();
                checkArgument(
                        !trainer.hasTrained() && before.stream().noneMatch(known -> known.refersTo(parameters)),
                        "candidate \"%s\" expects a network of its own for each part but got one that has been trained;"
                                + " build it in the function, with the seed",
                        candidate.getKey());
                before.add(new WeakReference<>(parameters));
                fit(trainer.apart(place(candidate.getKey(), part)), train, seed);
                checkGoesOn("run", " in part " + (part + 1) + " of " + folds.size() + "; run it anew");
                requireNonNull(values.get(candidate.getKey())).add(judge(trainer, test, measured));
            }
        }
        return CrossValidationResult.of(values, measured);
    }

    /** Letters that no file system minds, and no other candidate's or part's. */
    private static String place(String candidate, int part) {
        return URLEncoder.encode(candidate, StandardCharsets.UTF_8).replace("*", "%2A") + "-part-" + (part + 1);
    }

    private void fit(Trainer trainer, Dataset train, long seed) {
        if (heldOut == 0) {
            trainer.fitOrResume(train, null);
        } else {
            Split inner = train.split(1 - heldOut, seed);
            trainer.fitOrResume(inner.train(), inner.test());
        }
    }

    private Map<String, Double> judge(Trainer trainer, Dataset test, Map<String, Metric> measured) {
        Evaluation result = trainer.evaluate(test);
        Map<String, Double> values = new LinkedHashMap<>();
        for (String output : result.outputs()) {
            Evaluation one = result.output(output);
            List<Metric> wanted = metrics.isEmpty() ? one.task().shown() : metrics;
            for (Metric metric : wanted) {
                if (metrics.isEmpty()
                        || result.outputs().size() == 1
                        || metric.tasks().contains(one.task())) {
                    String name = result.outputs().size() == 1 ? metric.name() : output + "." + metric.name();
                    values.put(name, one.value(metric));
                    measured.put(name, metric);
                }
            }
        }
        return values;
    }

    /** No other candidate's or part's; the same whatever other candidates there are. */
    private long seed(String candidate, int part) {
        long seed = folds.seed();
        for (int i = 0; i < candidate.length(); i++) {
            seed = new SplittableRandom(seed + candidate.charAt(i)).nextLong();
        }
        return new SplittableRandom(seed + 0x9E3779B97F4A7C15L * (part + 1)).nextLong();
    }

    @Override
    public String toString() {
        Stream<String> words = Stream.of(
                candidates.keySet().toString(),
                folds.toString(),
                heldOut == 0 ? "" : "held out " + heldOut,
                metrics.isEmpty()
                        ? ""
                        : "metrics " + metrics.stream().map(Metric::name).toList());
        return "CrossValidation"
                + Arrays.toString(words.filter(word -> !word.isEmpty()).toArray());
    }
}
