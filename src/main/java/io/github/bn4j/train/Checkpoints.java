package io.github.bn4j.train;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkGiven;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Where and how often a training is stored, so that {@link Trainer#resume} goes on with it: always after each epoch and at the end
 * of {@code fit}, and between as often as is said here. A folder is for one training.
 *
 * <p>Each checkpoint is one file, {@code step-0000001200.safetensors} after 1200 steps, which is there as a whole or not at
 * all; {@code Network.load} reads it as the network that it was then. Older ones are deleted once a newer one is on the disk.
 *
 * @param folder is made when the training begins
 * @param steps number of steps from one checkpoint to the next; 0 if steps do not count
 * @param time from one checkpoint to the next, looked at after each step; zero if time does not count
 * @param keep how many checkpoints stay, the newest ones
 */
public record Checkpoints(Path folder, int steps, Duration time, int keep) {

    private static final int USUAL = 3;

    public Checkpoints {
        checkGiven(folder, "Checkpoints", "the path of a folder");
        checkGiven(time, "Checkpoints", "a Duration");
        checkArgument(steps >= 0, "Checkpoints expects a number of steps of at least 0 but got %s", steps);
        checkArgument(!time.isNegative(), "Checkpoints expects a time of at least 0 but got %s", time);
        checkArgument(
                keep >= 1,
                "Checkpoints expects to keep at least 1 but got %s; the last one is what resume needs",
                keep);
    }

    /** In a folder, which need not exist; after each epoch, and the last 3 are kept. */
    public static Checkpoints in(Path folder) {
        return new Checkpoints(folder, 0, Duration.ZERO, USUAL);
    }

    /** Also after every so many steps of the training, at least 1. */
    public Checkpoints every(int steps) {
        checkArgument(steps >= 1, "every expects at least 1 step but got %s", steps);
        return new Checkpoints(folder, steps, time, keep);
    }

    /** Also after a step when the last checkpoint is so long ago, which has to be a time above 0. */
    public Checkpoints every(Duration time) {
        checkGiven(time, "every", "a Duration");
        checkArgument(!time.isNegative() && !time.isZero(), "every expects a time above 0 but got %s", time);
        return new Checkpoints(folder, steps, time, keep);
    }

    /** Also after a step when the last checkpoint is so many minutes ago, at least 1. */
    public Checkpoints everyMinutes(int minutes) {
        checkArgument(minutes >= 1, "everyMinutes expects at least 1 minute but got %s", minutes);
        return every(Duration.ofMinutes(minutes));
    }

    /** Sets how many checkpoints stay, at least 1, by default 3. */
    public Checkpoints keep(int newest) {
        return new Checkpoints(folder, steps, time, newest);
    }

    /** Stores in a folder within this one. */
    Checkpoints apart(String name) {
        return new Checkpoints(folder.resolve(name), steps, time, keep);
    }

    /**
     * The newest checkpoint in a folder that can be read, which is what {@link Trainer#resume} takes; empty if there is none, or no
     * such folder.
     *
     * @throws io.github.bn4j.checkpoint.CheckpointException if there are some, but all of them are damaged; the message says of
     *     each what is wrong
     */
    public static Optional<SavedTraining> newest(Path folder) {
        checkGiven(folder, "Checkpoints.newest", "the path of a folder");
        return new CheckpointFolder(folder).newest();
    }
}
