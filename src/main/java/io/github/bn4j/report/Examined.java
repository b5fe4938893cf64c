package io.github.bn4j.report;

import io.github.bn4j.bias.BiasAnalysis;
import io.github.bn4j.bias.BiasReport;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.engine.Model;
import io.github.bn4j.norm.BatchNormReport;
import io.github.bn4j.text.Finding;
import io.github.bn4j.train.Evaluation;
import io.github.bn4j.train.RunDetails;
import io.github.bn4j.train.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * A training with what its network is like now.
 *
 * @param evaluation on its validation data
 * @param norms on its validation data, or its training data where there are none
 * @param warnings what a reader should know
 */
record Examined(
        Run run,
        Optional<Evaluation> evaluation,
        Optional<BiasReport> biases,
        Optional<BatchNormReport> norms,
        List<String> warnings) {

    /** With more examples than this, as many of them are looked at for the state of the batch normalisations. */
    private static final int MOST_EXAMPLES = 5000;

    private static final int USUAL_BATCH = 32;
    private static final double OVERFITTED = 1.1;

    static Examined of(Run run) {
        List<String> warnings = new ArrayList<>(ofTheCourse(run));
        Optional<RunDetails> details = run.history().run();
        if (details.isPresent() && details.get().hasChanged()) {
            warnings.add(
                    "the network has been trained on since; the confusion matrix and the batch normalisations are those"
                            + " of the network as it is now");
        }
        Optional<Evaluation> evaluation = details.flatMap(of -> tried(of::evaluation, "the evaluation", warnings));
        Optional<BiasReport> biases =
                details.flatMap(RunDetails::model).map(model -> BiasAnalysis.of(model.traced(), model.absent()));
        Optional<BatchNormReport> norms =
                details.flatMap(of -> tried(() -> norms(of), "the report of batch normalisations", warnings));
        evaluation.ifPresent(of -> warnings.addAll(ofTheEvaluation(of)));
        biases.ifPresent(of -> of.findings().stream().map(Finding::toString).forEach(warnings::add));
        norms.ifPresent(of -> of.findings().stream().map(Finding::toString).forEach(warnings::add));
        return new Examined(run, evaluation, biases, norms, List.copyOf(warnings));
    }

    /** A part that a page does without where the data do not allow it, and then says so. */
    private static <T> Optional<T> tried(Supplier<Optional<T>> part, String what, List<String> warnings) {
        try {
            return part.get();
        } catch (IllegalArgumentException | IllegalStateException refused) {
            warnings.add(what + " is missing: " + refused.getMessage());
            return Optional.empty();
        }
    }

    private static Optional<BatchNormReport> norms(RunDetails details) {
        Optional<Dataset> data = details.validation().or(details::data);
        Optional<Model> model = details.model();
        if (data.isEmpty() || model.isEmpty()) {
            return Optional.empty();
        }
        int batch = Integer.parseInt(details.settings().getOrDefault("batchSize", Integer.toString(USUAL_BATCH)));
        BatchNormReport report = BatchNormReport.of(model.get(), some(data.get()), batch);
        return report.norms().isEmpty() ? Optional.empty() : Optional.of(report);
    }

    /** Examples from all over a data set, which may be in the order of its classes. */
    private static Dataset some(Dataset data) {
        if (data.size() <= MOST_EXAMPLES) {
            return data;
        }
        return data.select(IntStream.range(0, MOST_EXAMPLES)
                .map(i -> (int) ((long) i * data.size() / MOST_EXAMPLES))
                .toArray());
    }

    private static List<String> ofTheCourse(Run run) {
        List<String> warnings = new ArrayList<>();
        run.history().endedEarly().ifPresent(end -> warnings.add("the training ended early, " + end));
        if (run.history().epochs().stream().anyMatch(epoch -> !Double.isFinite(epoch.trainLoss()))) {
            warnings.add("the training loss was NaN or infinite; look at the data, or lower the learning rate");
        }
        if (!run.measured().contains(Run.LOSS)) {
            warnings.add(
                    "there were no validation data, so nothing tells how the network does on examples that it has not"
                            + " seen; call fit(data, validation)");
        }
        run.best(Run.LOSS).ifPresent(best -> {
            double last = run.last(Run.LOSS);
            if (last > OVERFITTED * best.validationLoss()) {
                warnings.add(String.format(
                        Locale.ROOT,
                        "the validation loss was smallest in epoch %d (%s) and is %s in the last one: the network learns its"
                                + " examples by heart; stopEarly and keepBest keep the best epoch",
                        best.number(),
                        Run.number(best.validationLoss()),
                        Run.number(last)));
            }
        });
        return warnings;
    }

    private static List<String> ofTheEvaluation(Evaluation evaluation) {
        List<String> warnings = new ArrayList<>();
        if (evaluation.outputs().size() != 1) {
            return warnings;
        }
        if (evaluation.withoutResult() > 0) {
            warnings.add(evaluation.withoutResult() + " validation examples have NaN or infinite outputs");
        }
        if (evaluation.task() != Task.REGRESSION && !evaluation.absentClasses().isEmpty()) {
            List<String> names = evaluation.classNames();
            warnings.add("no validation example is of "
                    + String.join(
                            ", ",
                            evaluation.absentClasses().stream()
                                    .map(number -> number < names.size() ? names.get(number) : "class " + number)
                                    .toList()));
        }
        return warnings;
    }
}
