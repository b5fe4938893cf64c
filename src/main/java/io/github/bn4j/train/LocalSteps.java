package io.github.bn4j.train;

import static java.util.Objects.requireNonNull;

import io.github.bn4j.engine.Collective;
import io.github.bn4j.engine.Model;
import io.github.bn4j.internal.Tensors;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Has several processes that step apart, each on its own part of every batch, come together again: every few steps, and after the last one of
 * an epoch, all go on with the mean of what they have come to, in one sum (local SGD; Stich 2019, Local SGD converges fast and communicates
 * little). What the optimiser remembers is averaged as well (Yu, Jin and Yang 2019, On the linear speedup analysis of communication efficient
 * momentum SGD), so that all are in the same state then. In the mean each counts what its examples have counted since the last one.
 */
final class LocalSteps implements TrainingListener {

    private final Collective all;
    private final Model model;
    private final TrainingState training;
    private final Settings settings;
    private final int every;
    private final Iterator<StepBatches> steps;
    private double own;
    private double ofAll;
    private @Nullable StepCounts together;

    /**
     * For the steps of one part of an epoch.
     *
     * @param training how far it has come. Modified.
     * @param every how many steps lie between two means
     * @param steps those of the part
     */
    LocalSteps(
            Collective all,
            Model model,
            TrainingState training,
            Settings settings,
            int every,
            List<StepBatches> steps) {
        this.all = all;
        this.model = model;
        this.training = training;
        this.settings = settings;
        this.every = every;
        this.steps = steps.iterator();
    }

    @Override
    public void onStart(TrainingRun run) {
        together = training.counts();
    }

    /** Is told after those who may end the epoch here. */
    @Override
    public void onStep(StepEvent step) {
        StepBatches taken = steps.next();
        own += taken.counted();
        ofAll += taken.countedByAll();
        boolean isLast = step.step() == step.run().stepsPerEpoch()
                || step.run().stopped().isPresent();
        if (isLast || step.step() % every == 0) {
            // Where no example has counted, nobody has taken a step; who is alone is the mean.
            if (ofAll > 0 && all.size() > 1) {
                average();
            }
            together = training.counts();
            own = 0;
            ofAll = 0;
        }
    }

    private void average() {
        OptimizerState optimizer = training.optimizer(settings.optimizer, model.parameters(), settings.rules);
        List<INDArray> moved = new ArrayList<>(optimizer.written());
        moved.addAll(RunningStatistics.moved(model.graph(), model.parameters()));
        long length = moved.stream().mapToLong(INDArray::length).sum();
        StepCounts before = requireNonNull(together);
        StepCounts now = training.counts();
        // Behind the values: the loss, and how many steps and runs each has taken.
        INDArray sum = Tensors.zeros(model.parameters().type(), length + 1 + 2L * all.size());
        forEach(moved, sum, (values, place) -> place.assign(values));
        sum.putScalar(length, own > 0 ? (now.lossSum() - before.lossSum()) / own : 0);
        sum.muli(own / ofAll);
        sum.putScalar(length + 1 + all.rank(), (double) (now.optimizerSteps() - before.optimizerSteps()));
        sum.putScalar(length + 1 + all.size() + all.rank(), (double) (now.runs() - before.runs()));
        ArraySum.over(all, sum);
        model.parameters().step(() -> forEach(moved, sum, (values, place) -> values.assign(place)));
        training.goOn(new StepCounts(
                before.runs() + largest(sum, length + 1 + all.size()),
                before.optimizerSteps() + largest(sum, length + 1),
                before.lossSum() + sum.getDouble(length) * ofAll,
                before.counted() + ofAll));
        sum.close();
    }

    /** A pair of arrays of one shape. */
    @FunctionalInterface
    private interface Pair {

        void take(INDArray values, INDArray place);
    }

    private static void forEach(List<INDArray> moved, INDArray vector, Pair action) {
        long from = 0;
        for (INDArray values : moved) {
            INDArray place = vector.get(NDArrayIndex.interval(from, from + values.length()));
            action.take(values, place.reshape('c', values.shape()));
            from += values.length();
        }
    }

    /** The largest of the numbers of all processes: who had no examples has taken fewer steps. */
    private long largest(INDArray vector, long from) {
        return vector.get(NDArrayIndex.interval(from, from + all.size()))
                .maxNumber()
                .longValue();
    }
}
