package io.github.bn4j.tensorboard;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkGiven;

import io.github.bn4j.train.EndEvent;
import io.github.bn4j.train.EpochEvent;
import io.github.bn4j.train.StepEvent;
import io.github.bn4j.train.TrainingListener;
import io.github.bn4j.train.TrainingRun;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Writes how a training goes for TensorBoard, {@code tensorboard --logdir logs}: at the start the graph, the table of the network with its
 * bias decisions, and histograms of its parameters; after each epoch the losses, metrics and learning rate, and histograms again,
 * of gradients too. All is in the file as soon as the epoch is over. May listen to several trainings, also at the same time.
 *
 * <p>Each training has a folder of its own, {@code logs/run-1} and so on. One that goes on, by another {@code fit} or by {@link
 * io.github.bn4j.train.Trainer#resume} in another process, does so in its folder: steps count on, and what was written after the checkpoint
 * is replaced. Known by its seed, it takes the newest folder of a training with the same one.
 *
 * <p>Tags: {@code loss/train}, {@code loss/validation}, {@code metrics/accuracy} and so on, {@code learningRate}, {@code epoch}; {@code
 * parameters/dense_1.weight} for all parameters, γ and β of batch normalisations among them; {@code
 * statistics/batchnorm1d_1.runningMean}; {@code gradients/dense_1.weight}, of the last step and as the optimiser took them, after clipping and the like. The axis is
 * the number of steps of the training.
 *
 * <p>A file that cannot be written at the start ends {@code fit} with an error, before the first step. One that cannot be written later, such as on
 * a disk that has filled up, ends no training: a warning is logged, this {@code fit} goes on without a record, and what was written stays.
 */
public final class TensorBoard implements TrainingListener {

    private final Path folder;
    private final String run;
    private final int histogramEpochs;
    private final int steps;
    private final int images;
    private final EventFile.Opener opener;
    private final Map<TrainingRun, RunLog> logs = new ConcurrentHashMap<>();

    private TensorBoard(Path folder, String run, int histogramEpochs, int steps, int images, EventFile.Opener opener) {
        this.folder = folder;
        this.run = run;
        this.histogramEpochs = histogramEpochs;
        this.steps = steps;
        this.images = images;
        this.opener = opener;
    }

    /**
     * Writes into folders within this one, with histograms after each epoch.
     *
     * @param folder what {@code --logdir} is to be; is made when a training begins
     */
    public static TensorBoard in(Path folder) {
        checkGiven(folder, "TensorBoard", "the path of a folder");
        return new TensorBoard(folder, "run", 1, 0, 0, EventFile::open);
    }

    /**
     * Names the folders of trainings: {@code run("without-bias")} makes {@code without-bias-1}, {@code without-bias-2} and so on.
     *
     * @param name that of a folder, by default {@code run}
     */
    public TensorBoard run(String name) {
        checkGiven(name, "TensorBoard.run", "a name");
        checkArgument(
                name.matches("[^/\\\\:*?\"<>|\\p{Cntrl}]*[^/\\\\:*?\"<>|\\p{Cntrl}\\s]"),
                "TensorBoard.run expects the name of a folder but got \"%s\"; leave out slashes and the like",
                name);
        return new TensorBoard(folder, name, histogramEpochs, steps, images, opener);
    }

    /** Writes histograms at the start and after every so many epochs, at least 1 (default). */
    public TensorBoard histogramsEvery(int epochs) {
        checkArgument(
                epochs >= 1,
                "histogramsEvery expects at least 1 epoch but got %s; withoutHistograms() leaves them out",
                epochs);
        return new TensorBoard(folder, run, epochs, steps, images, opener);
    }

    /** Writes no histograms, which are most of the file: about 0.5 kB for each parameter tensor. */
    public TensorBoard withoutHistograms() {
        return new TensorBoard(folder, run, 0, steps, images, opener);
    }

    /**
     * Writes the loss of the batch, the learning rate and the norm of the gradients after every so many steps of the training as well, as {@code
     * loss/batch}, {@code learningRate} and {@code gradientNorm}. By default only what epochs bring is written.
     *
     * @param steps at least 1
     */
    public TensorBoard everySteps(int steps) {
        checkArgument(steps >= 1, "everySteps expects at least 1 step but got %s", steps);
        return new TensorBoard(folder, run, histogramEpochs, steps, images, opener);
    }

    /**
     * Writes the first examples of the training data as images at the start, for inputs {@code [1, height, width]} or {@code [3, height, width]}. By
     * default there are none.
     *
     * @param count how many of each input, at least 1
     */
    public TensorBoard images(int count) {
        checkArgument(count >= 1, "TensorBoard.images expects at least 1 image but got %s", count);
        return new TensorBoard(folder, run, histogramEpochs, steps, count, opener);
    }

    /** Writes to what another one opens. */
    TensorBoard opening(EventFile.Opener other) {
        return new TensorBoard(folder, run, histogramEpochs, steps, images, other);
    }

    @Override
    public void onStart(TrainingRun begun) {
        Events examples = new Events();
        if (images > 0) {
            DataImages.add(examples, begun.data(), images);
        }
        RunLog log;
        try {
            log = RunLog.open(begun, folder, run, opener);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "TensorBoard expects a folder that can be written to but got \"" + folder + "\" and " + e
                            + "; choose another one, or mend this one",
                    e);
        }
        logs.put(begun, log);
        if (log.isNew()) {
            log.describe(examples);
            if (histogramEpochs > 0) {
                log.histograms(new Events());
            }
        }
        log.begins();
    }

    private RunLog log(TrainingRun of) {
        RunLog log = logs.get(of);
        if (log == null) {
            throw new AssertionError("an event of a training that was not begun");
        }
        return log;
    }

    @Override
    public void onStep(StepEvent step) {
        log(step.run()).stepped(step, steps > 0 && step.number() % steps == 0);
    }

    @Override
    public void onEpoch(EpochEvent event) {
        log(event.run())
                .epoch(event.epoch(), histogramEpochs > 0 && event.epoch().number() % histogramEpochs == 0);
    }

    @Override
    public void onEnd(EndEvent end) {
        RunLog log = logs.remove(end.run());
        if (log != null) {
            log.close();
        }
    }

    @Override
    public String toString() {
        return "TensorBoard[" + folder + ", " + run + "]";
    }
}
