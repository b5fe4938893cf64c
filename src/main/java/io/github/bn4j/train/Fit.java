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
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The steps of one training, on what {@link Preparation} found fit for it. */
final class Fit {

    private final Preparation prepared;
    private final Model model;
    private final TrainingState state;
    private final Settings settings;
    private final StepFactors factors;

    Fit(Preparation prepared, Model model, TrainingState state, Settings settings) {
        this.prepared = prepared;
        this.model = model;
        this.state = state;
        this.settings = settings;
        factors = new StepFactors(
                prepared.examples().countings(), prepared.objective().targets().size());
    }

    History run() {
        Claim own = Claim.on(model.parameters(), "fit");
        try (own) {
            train(settings.seed.orElse(state.seed(model.seed())));
        } finally {
            settings.listeners.forEach(TrainingListener::onEnd);
        }
        return state.history();
    }

    private void train(long seed) {
        int before = state.epoch();
        List<int[]> first = batches(seed, before + 1);
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
            settings.listeners.forEach(listener -> listener.onStart(settings.epochs, first.size()));
            for (int pass = 0; pass < settings.epochs && !prepared.ends(); pass++) {
                int number = before + 1 + pass;
                Epoch epoch = epoch(pass, number, feed, steps, pass == 0 ? first : batches(seed, number));
                state.add(epoch);
                settings.listeners.forEach(listener -> listener.onEpoch(epoch));
            }
        } finally {
            prepared.restore(model.parameters());
        }
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

    private Epoch epoch(int pass, int number, Feed feed, Steps steps, List<int[]> batches) {
        long start = System.nanoTime();
        double loss = train(pass, number, feed, steps, batches);
        BestFile file = prepared.file();
        Validation validation = prepared.validation();
        Parameters judged = file == null ? model.parameters() : file.judged(prepared.data());
        Validation.Result result = validation == null ? Validation.Result.NONE : validation.judge(model.with(judged));
        double seconds = (System.nanoTime() - start) / 1e9;
        Epoch epoch = new Epoch(number, loss, result.loss(), result.accuracy(), seconds, result.metrics());
        if (file != null) {
            file.offer(epoch, judged);
        }
        prepared.offer(epoch, judged);
        return epoch;
    }

    /** The steps of an epoch; returns the mean loss. */
    private double train(int pass, int number, Feed feed, Steps steps, List<int[]> batches) {
        double sum = 0;
        int seen = 0;
        int step = 0;
        long all = (long) settings.epochs * batches.size();
        History finished = state.history();
        factors.begin(batches);
        feed.begin(number, runs(batches));
        steps.begin(number);
        for (int[] rows : batches) {
            if (Thread.currentThread().isInterrupted()) {
                throw new CancellationException("fit expects a thread that goes on but got an interrupt in epoch "
                        + number + "; the steps before it are kept");
            }
            if (!factors.count(rows)) {
                feed.skip(sizes(rows).length);
                step++;
                continue;
            }
            long done = (long) pass * batches.size() + step;
            double factor = new TrainingProgress(done, all, pass, settings.epochs, finished).factor(settings.schedule);
            double loss = steps.step(factor, feed::take, sizes(rows));
            state.inEpoch(number);
            sum += loss * rows.length;
            seen += rows.length;
            step++;
            for (TrainingListener listener : settings.listeners) {
                listener.onStep(number, step, loss);
            }
        }
        return seen == 0 ? 0 : sum / seen;
    }
}
