package io.github.bn4j.train;

import io.github.bn4j.checkpoint.CheckpointException;
import io.github.bn4j.engine.Model;
import org.jspecify.annotations.Nullable;

/** A {@code fit} that is stored on its way, from its beginning or from where it was stored the last time. */
final class CheckpointedFit {

    private final Checkpoints how;
    private final Model model;
    private final TrainingMemory memory;
    private final TrainingState state;
    private final Settings settings;
    private final CheckpointFolder folder;

    CheckpointedFit(Checkpoints how, Model model, TrainingMemory memory, TrainingState state, Settings settings) {
        this.how = how;
        this.model = model;
        this.memory = memory;
        this.state = state;
        this.settings = settings;
        folder = new CheckpointFolder(how.folder());
    }

    /** Begins, in a folder without checkpoints of other trainings. */
    History begin(Preparation prepared, RunTerms terms) {
        folder.open();
        folder.requireOwn(state.checkpoint());
        return run(prepared, terms, null);
    }

    /** Goes on from the newest checkpoint, or begins where there is none. */
    History resume(Preparation prepared, RunTerms terms) {
        folder.open();
        return run(prepared, terms, folder.newest().orElse(null));
    }

    private History run(Preparation prepared, RunTerms given, @Nullable SavedTraining from) {
        long usual = from == null ? state.seed(model.seed()) : from.seed(model.seed());
        RunTerms terms = given.withSeed(settings.seed(usual));
        if (from != null) {
            from.run().terms().requireSame(terms, from.file());
            requireSameCourse(prepared, from);
        }
        Checkpointing last =
                new Checkpointing(new CheckpointStore(how, model, memory, state), state, terms, prepared.listeners());
        return new Fit(prepared.with(last), model, state, settings, from).run();
    }

    /** Another number of epochs or steps is right where the schedule would have been the same in all steps so far. */
    private void requireSameCourse(Preparation prepared, SavedTraining from) {
        RunPosition position = from.run().position();
        RunLimits then = from.run().limits();
        RunLimits now = settings.limits();
        long perEpoch = prepared.data()
                .batches(settings.stepSize(), settings.tail, settings.sampling, 0)
                .size();
        EpochSoFar underWay = from.run().underWay();
        int whole = position.epoch() - position.before();
        long taken = underWay == null
                ? whole * perEpoch
                : (underWay.number() - position.before() - 1) * perEpoch + underWay.steps();
        if (now.steps(perEpoch) < taken) {
            throw new CheckpointException(
                    "resume expects epochs and maxSteps for the " + taken + " steps that the run of \"" + from.file()
                            + "\" has taken, or more, but got " + now.steps(perEpoch) + "; say as many, or more");
        }
        if (now.epochs() == then.epochs() && now.maxSteps() == then.maxSteps()) {
            return;
        }
        for (int pass = 0; pass * perEpoch < taken; pass++) {
            History finished = from.history(position.before() + pass, prepared.metrics());
            for (long step = pass * perEpoch; step < Math.min((pass + 1) * perEpoch, taken); step++) {
                if (factor(step, pass, then, perEpoch, finished) != factor(step, pass, now, perEpoch, finished)
                        || averages(step, then, perEpoch) != averages(step, now, perEpoch)) {
                    throw stretched(from, then, now, perEpoch);
                }
            }
        }
    }

    private double factor(long step, int pass, RunLimits limits, long perEpoch, History finished) {
        return new TrainingProgress(step, limits.steps(perEpoch), pass, limits.epochs(), finished)
                .factor(settings.schedule);
    }

    private boolean averages(long step, RunLimits limits, long perEpoch) {
        return settings.averaging != null && settings.averaging.hasBegun(step + 1, limits.steps(perEpoch));
    }

    private CheckpointException stretched(SavedTraining from, RunLimits then, RunLimits now, long perEpoch) {
        return new CheckpointException("resume expects " + then.epochs() + " epochs of together " + then.steps(perEpoch)
                + " steps, by which the schedule " + RunTerms.lasting(settings.schedule)
                + (settings.averaging == null ? "" : " and the average " + settings.averaging) + " of the run of \""
                + from.file()
                + "\" took its course, but got " + now.epochs() + " of " + now.steps(perEpoch)
                + "; say as many, or begin another course: fit a trainer of what Network.load makes of the file");
    }
}
