package io.github.bn4j.tensorboard;

import io.github.bn4j.bias.BiasAnalysis;
import io.github.bn4j.bias.internal.Summary;
import io.github.bn4j.engine.Model;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.graph.Role;
import io.github.bn4j.internal.Floats;
import io.github.bn4j.train.Epoch;
import io.github.bn4j.train.Provenance;
import io.github.bn4j.train.StepEvent;
import io.github.bn4j.train.TrainingRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What is written of one {@code fit}. */
final class RunLog {

    private final TrainingRun run;
    private final Path path;
    private final EventFile file;
    private final boolean isNew;
    private @Nullable Double learningRate;
    private boolean hasGradients;
    private boolean hasBegun;
    private boolean isBroken;

    private RunLog(TrainingRun run, Path path, EventFile file, boolean isNew) {
        this.run = run;
        this.path = path;
        this.file = file;
        this.isNew = isNew;
    }

    /** A new file in the folder of the training. */
    static RunLog open(TrainingRun run, Path logs, String name, EventFile.Opener opener) throws IOException {
        long number = run.number();
        Optional<RunFolder> known = number == 0 ? Optional.empty() : RunFolder.newest(logs, name, run.seed());
        RunFolder folder = known.isPresent() ? known.get() : RunFolder.next(logs, name);
        Path path = folder.nextFile(run.seed());
        EventFile file = new EventFile(opener.open(path));
        if (number > 0) {
            file.startsAt(number + 1);
        }
        return new RunLog(run, path, file, known.isEmpty());
    }

    /** What is asked of the disk. */
    private interface Writing {
        void run() throws IOException;
    }

    private void write(Writing what) {
        if (isBroken) {
            return;
        }
        try {
            what.run();
        } catch (IOException e) {
            isBroken = true;
            String sentence = "TensorBoard expects to write \"" + path + "\" but got " + e + "; ";
            if (!hasBegun) {
                throw new UncheckedIOException(sentence + "make room, or leave TensorBoard out", e);
            }
            System.getLogger(TensorBoard.class.getName())
                    .log(
                            System.Logger.Level.WARNING,
                            sentence + "this fit goes on without it, make room before the next one");
        }
    }

    /** Says that steps follow, which are worth more than a record of them: what cannot be written from now on ends nothing. */
    void begins() {
        hasBegun = true;
    }

    private void write(Events events) {
        write(() -> file.summary(run.number(), events.summary()));
    }

    /** Whether nothing has been written of this training so far. */
    boolean isNew() {
        return isNew;
    }

    /**
     * Writes what is there before the first step.
     *
     * @param events what else there is to say. Modified.
     */
    void describe(Events events) {
        Model model = run.model();
        String table = Summary.of(model, BiasAnalysis.of(model.traced(), model.absent()))
                .toString();
        events.text("network", verbatim(table));
        events.text("training", verbatim(run + System.lineSeparator() + Provenance.now(model.engine())));
        write(() -> file.graph(GraphNodes.of(model.graph())));
        write(events);
    }

    /** As a block in which Markdown keeps columns. */
    private static String verbatim(String text) {
        return text.lines().map(line -> "    " + line).collect(Collectors.joining("\n"));
    }

    void stepped(StepEvent step, boolean written) {
        learningRate = written ? null : (Double) step.learningRate();
        hasGradients = !step.skipped();
        if (written) {
            Events events = new Events().scalar("learningRate", step.learningRate());
            if (!step.skipped()) {
                events.scalar("loss/batch", step.loss()).scalar("gradientNorm", step.gradientNorm());
            }
            write(events);
        }
    }

    void epoch(Epoch epoch, boolean histograms) {
        Events events = new Events().scalar("epoch", epoch.number()).scalar("loss/train", epoch.trainLoss());
        epoch.metrics()
                .forEach((name, value) ->
                        events.scalar(name.equals("loss") ? "loss/validation" : "metrics/" + name, value));
        Double rate = learningRate;
        if (rate != null) {
            events.scalar("learningRate", rate);
        }
        if (histograms) {
            histograms(events);
        } else {
            write(events);
        }
    }

    /** Writes those of all parameters together with what else there is to say. */
    void histograms(Events events) {
        Parameters parameters = run.parameters();
        for (Parameter parameter : parameters.all()) {
            String name = parameter.name();
            String group = parameter.role() == Role.STATE ? "statistics/" : "parameters/";
            events.histogram(group + name, Floats.values(parameters.get(name)));
            if (hasGradients && parameter.trainable()) {
                events.histogram("gradients/" + name, Floats.values(parameters.gradient(name)));
            }
        }
        write(events);
    }

    void close() {
        write(file::close);
    }
}
