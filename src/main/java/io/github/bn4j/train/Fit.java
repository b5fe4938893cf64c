package io.github.bn4j.train;

import io.github.bn4j.data.Augmentation;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.engine.Model;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.internal.Claim;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The steps of one training, on what {@link Preparation} found fit for it. */
final class Fit {

    private final Preparation prepared;
    private final Model model;
    private final TrainingState state;
    private final Settings settings;
    private final StepFactors factors;
    private final Listeners listeners;

    Fit(Preparation prepared, Model model, TrainingState state, Settings settings) {
        this.prepared = prepared;
        this.model = model;
        this.state = state;
        this.settings = settings;
        factors = new StepFactors(
                prepared.examples().countings(), prepared.objective().targets().size());
        listeners = new Listeners(prepared.listeners(), state);
    }

    History run() {
        try (Claim own = Claim.on(model.parameters().trainable(), "fit")) {
            state.ends(Optional.empty());
            train(settings.seed.orElse(state.seed(model.seed())));
        }
        return state.history();
    }

    private void train(long seed) {
        List<int[]> first = batches(seed, state.epoch() + 1);
        List<int[]> runs = runs(first);
        Graph graph = prepared.objective().graph();
        Engine running = settings.accumulation.engine(model.engine(), settings.batchSize);
        Model trained = new Model(graph, Set.of(), model.parameters(), running, seed);
        boolean costly = settings.augmentation != null;
        try (Feed feed = new Feed(graph, model.parameters().type(), runs, costly, content(seed));
                Steps steps = new Steps(trained, state, settings, "fit")) {
            steps.prepare(runs);
            state.begin();
            prepared.tell(state);
            TrainingRun run = new TrainingRun(model, prepared.data(), state, settings, first.size(), seed);
            state.runs(run);
            listeners.around(run, () -> epochs(run, feed, steps, first));
        } finally {
            state.runs(null);
        }
    }

    private void epochs(TrainingRun run, Feed feed, Steps steps, List<int[]> first) {
        int before = state.epoch();
        for (int pass = 0; pass < settings.epochs && run.stopped().isEmpty(); pass++) {
            long start = System.nanoTime();
            int number = before + 1 + pass;
            OptionalDouble loss = train(run, number, feed, steps, pass == 0 ? first : batches(run.seed(), number));
            if (loss.isPresent()) {
                EpochEvent epoch = judge(run, number, loss.getAsDouble(), start);
                state.add(epoch.epoch());
                listeners.epoch(epoch);
            }
        }
        state.ends(run.endedEarly());
    }

    /** The rows of each step of an epoch. */
    private List<int[]> batches(long seed, int epoch) {
        int examples = Math.multiplyExact(settings.batchSize, settings.accumulation.batches());
        return prepared.data().batches(examples, settings.tail, seed + 0x9E3779B97F4A7C15L * epoch);
    }

    /** The rows of each run of the engine, one or more for each step. */
    private List<int[]> runs(List<int[]> batches) {
        List<int[]> runs = new ArrayList<>();
        for (int[] rows : batches) {
            int from = 0;
            for (int size : sizes(rows)) {
                runs.add(Arrays.copyOfRange(rows, from, from + size));
                from += size;
            }
        }
        return runs;
    }

    private int[] sizes(int[] rows) {
        return settings.accumulation.runs(rows.length, settings.batchSize);
    }

    private Feed.Content content(long seed) {
        Examples examples = prepared.examples();
        Augmentation augmentation = settings.augmentation;
        if (augmentation != null) {
            List<INDArray> arrays = examples.arrays();
            AugmentedRows augmented = new AugmentedRows(arrays.get(0), arrays.get(1), augmentation, seed);
            return (epoch, rows, into) -> {
                augmented.copy(epoch, rows, into[0], into[1]);
                factors.fill(rows, into);
            };
        }
        return (epoch, rows, into) -> examples.copy(rows, factors, into);
    }

    private EpochEvent judge(TrainingRun run, int number, double loss, long start) {
        Validation validation = prepared.validation();
        Parameters trained = model.parameters();
        Parameters judged = validation == null ? trained : listeners.judged(trained);
        Validation.Result result = validation == null ? Validation.Result.NONE : validation.judge(model.with(judged));
        double seconds = (System.nanoTime() - start) / 1e9;
        Epoch epoch = new Epoch(number, loss, result.loss(), result.accuracy(), seconds, result.metrics());
        return new EpochEvent(run, epoch, judged);
    }

    /** The steps of an epoch; returns the mean loss, or nothing where an interrupt cuts it short. */
    private OptionalDouble train(TrainingRun run, int number, Feed feed, Steps steps, List<int[]> batches) {
        double sum = 0;
        double counted = 0;
        History finished = state.history();
        factors.begin(batches);
        feed.begin(number, runs(batches));
        steps.begin(number);
        for (int[] rows : batches) {
            if (Thread.currentThread().isInterrupted()) {
                run.stop("the thread was interrupted");
                return OptionalDouble.empty();
            }
            double factor = run.progress(finished).factor(settings.schedule);
            boolean counts = factors.count(rows);
            double loss = counts ? steps.step(factor, feed::take, sizes(rows)) : feed.skip(sizes(rows).length);
            state.inEpoch(number);
            sum += loss * factors.counted(rows);
            counted += factors.counted(rows);
            listeners.step(new StepEvent(
                    run,
                    number,
                    run.take(number),
                    state.nextStep(),
                    loss,
                    settings.optimizer.learningRate() * factor,
                    !counts,
                    counts ? steps::gradientNorm : () -> 0));
            if (run.stopped().isPresent()) {
                break;
            }
        }
        return OptionalDouble.of(counted == 0 ? 0 : sum / counted);
    }
}
