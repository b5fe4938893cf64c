package io.github.bn4j.report;

import io.github.bn4j.engine.Model;
import io.github.bn4j.internal.Words;
import io.github.bn4j.plot.Picture;
import io.github.bn4j.train.Epoch;
import io.github.bn4j.train.Evaluation;
import io.github.bn4j.train.History;
import io.github.bn4j.train.Provenance;
import io.github.bn4j.train.RunDetails;
import io.github.bn4j.train.Task;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The whole of a page, what it is about first.
 *
 * @param all at least one
 */
record Page(List<Examined> all) {

    static String of(List<Run> runs) {
        return new Page(runs.stream().map(Examined::of).toList()).html();
    }

    private List<Run> runs() {
        return all.stream().map(Examined::run).toList();
    }

    private String html() {
        String title = all.size() == 1 ? "Training report" : "Training report: " + all.size() + " runs";
        return "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
                + "<meta name=\"color-scheme\" content=\"light dark\"><title>" + Html.text(title) + "</title><style>"
                + Style.CSS + "</style></head><body><main><h1>" + Html.text(title) + "</h1>" + verdict() + warnings()
                + Html.section("Curves", curves()) + Html.section("Metrics", metrics())
                + Html.section("Confusion matrix", matrices()) + Html.section("Scores", scores())
                + Html.section("Batch normalisation", norms())
                + Html.section("Settings", SettingsTable.of(runs())) + Html.section("Network", networks())
                + Html.section("Provenance", provenance()) + "</main></body></html>\n";
    }

    private String verdict() {
        StringBuilder tiles = new StringBuilder();
        for (Run run : runs()) {
            String name = all.size() == 1 ? "" : run.name() + ": ";
            Optional<String> chief = run.chief();
            String metric = chief.orElse("training loss");
            double value = chief.map(run::last).orElse(run.history().last().trainLoss());
            String after = "after " + epochs(run.history()) + ", " + Run.time(run.seconds());
            String best = chief.flatMap(run::best)
                    .map(epoch -> epoch.number() == run.history().last().number()
                            ? "the best of all epochs"
                            : "best " + Run.number(epoch.metrics().getOrDefault(metric, Double.NaN)) + " in epoch "
                                    + epoch.number())
                    .orElse("");
            tiles.append("<div class=\"tile\"><span class=\"what\">")
                    .append(Html.text(name + (chief.isPresent() ? "validation " : "") + Words.of(metric)))
                    .append("</span><span class=\"value\">")
                    .append(Html.text(Run.number(value)))
                    .append("</span><span class=\"what\">")
                    .append(Html.text(best.isEmpty() ? after : best + "; " + after))
                    .append("</span></div>");
        }
        return "<div class=\"tiles\">" + tiles + "</div>";
    }

    private static String epochs(History history) {
        int count = history.epochs().size();
        return count + (count == 1 ? " epoch" : " epochs");
    }

    private String warnings() {
        StringBuilder text = new StringBuilder();
        for (Examined each : all) {
            if (!each.warnings().isEmpty()) {
                text.append(all.size() == 1 ? "" : "<h3>" + Html.text(each.run().name()) + "</h3>")
                        .append(Html.list(each.warnings()));
            }
        }
        return text.length() == 0
                ? "<p class=\"good\">No warnings.</p>"
                : "<section class=\"warnings\"><h2>Worth a look</h2>" + text + "</section>";
    }

    private String curves() {
        Map<String, History> histories = new LinkedHashMap<>();
        runs().forEach(run -> histories.put(run.name(), run.history()));
        List<String> names = new ArrayList<>(List.of(Run.LOSS));
        names.addAll(metricNames());
        StringBuilder figures = new StringBuilder();
        List<Picture> panels = Picture.of(histories).panels();
        for (int i = 0; i < panels.size(); i++) {
            figures.append(Html.figure(panels.get(i).svg(), Captions.of(names.get(i), runs())));
        }
        return Html.figures(figures.toString());
    }

    /** In the order in which pictures have them. */
    private Set<String> metricNames() {
        Set<String> names = new LinkedHashSet<>();
        runs().forEach(run -> run.history()
                .epochs()
                .forEach(epoch -> names.addAll(epoch.metrics().keySet())));
        names.remove(Run.LOSS);
        return names;
    }

    private String metrics() {
        List<List<String>> rows = new ArrayList<>();
        for (Run run : runs()) {
            String of = all.size() == 1 ? "" : run.name() + ": ";
            Epoch last = run.history().last();
            rows.add(List.of(of + "training loss", Run.number(last.trainLoss()), "", ""));
            for (String metric : run.measured()) {
                Optional<Epoch> best = run.best(metric);
                rows.add(List.of(
                        of + "validation " + Words.of(metric),
                        Run.number(run.last(metric)),
                        best.map(epoch -> Run.number(epoch.metrics().getOrDefault(metric, Double.NaN)))
                                .orElse(""),
                        best.map(epoch -> Integer.toString(epoch.number())).orElse("")));
            }
        }
        String table = Html.table(List.of("metric", "last epoch", "best", "in epoch"), rows);
        StringBuilder judged = new StringBuilder();
        for (Examined each : all) {
            each.evaluation()
                    .ifPresent(of -> judged.append(Html.paragraph((all.size() == 1
                                    ? "The network now, on its validation data: "
                                    : each.run().name() + " now: ")
                            + measures(of) + ".")));
        }
        return table + judged;
    }

    /** The first line of an evaluation, without its name and brackets. */
    private static String measures(Evaluation evaluation) {
        String text = evaluation.toString().lines().findFirst().orElse("");
        return text.substring(text.indexOf('[') + 1, text.lastIndexOf(']'));
    }

    private String matrices() {
        StringBuilder figures = new StringBuilder();
        for (Examined each : all) {
            Optional<Evaluation> evaluation =
                    each.evaluation().filter(of -> of.outputs().size() == 1 && of.task() == Task.CLASSIFICATION);
            evaluation.ifPresent(of -> figures.append(Html.figure(
                    Picture.of(of).svg(),
                    (all.size() == 1 ? "" : each.run().name() + ". ")
                            + "Rows are the classes of the validation examples, columns what they are taken for: right in blue,"
                            + " mistakes in orange, drawn stronger than in proportion. " + mistakes(of))));
        }
        return Html.figures(figures.toString());
    }

    /** Of classifications: how well scores part the classes, and what probabilities are worth. */
    private String scores() {
        StringBuilder figures = new StringBuilder();
        for (Examined each : all) {
            each.evaluation()
                    .filter(of -> of.outputs().size() == 1 && of.task() != Task.REGRESSION)
                    .ifPresent(of -> addScores(
                            figures, of, all.size() == 1 ? "" : each.run().name() + ". "));
        }
        return Html.figures(figures.toString());
    }

    private static void addScores(StringBuilder figures, Evaluation evaluation, String whose) {
        boolean defined = !Double.isNaN(evaluation.calibrationError());
        if (defined && !Double.isNaN(evaluation.rocAuc())) {
            figures.append(
                    Html.figure(
                            Picture.ofRoc(evaluation).svg(),
                            whose
                                    + "From the highest threshold for the score of a class to the lowest: how many of its examples are found, by"
                                    + " how many of the others are taken for it. The nearer to the upper left corner, the better."));
        }
        if (defined) {
            figures.append(Html.figure(
                    Picture.ofReliability(evaluation).svg(),
                    whose
                            + "How often what is told with a probability is right. Below the diagonal the network is surer than it"
                            + " should be."));
        }
    }

    private static String mistakes(Evaluation evaluation) {
        int[][] counts = evaluation.confusion();
        int most = 0;
        int from = 0;
        int to = 0;
        for (int row = 0; row < counts.length; row++) {
            for (int column = 0; column < counts.length; column++) {
                if (row != column && counts[row][column] > most) {
                    most = counts[row][column];
                    from = row;
                    to = column;
                }
            }
        }
        List<String> names = evaluation.classNames();
        return most == 0
                ? "There is no mistake."
                : String.format(
                        Locale.ROOT,
                        "The most frequent mistake: %s taken for %s, %d×.",
                        name(names, from),
                        name(names, to),
                        most);
    }

    private static String name(List<String> names, int number) {
        return number < names.size() ? names.get(number) : Integer.toString(number);
    }

    private String norms() {
        StringBuilder sections = new StringBuilder();
        for (Examined each : all) {
            each.norms().ifPresent(report -> sections.append(
                            all.size() == 1 ? "" : "<h3>" + Html.text(each.run().name()) + "</h3>")
                    .append(NormSection.of(report, all.size() == 1)));
        }
        return sections.toString();
    }

    /** That of each run; of runs of networks that are alike only one. */
    private String networks() {
        Map<String, String> names = new LinkedHashMap<>();
        for (Examined each : all) {
            Optional<Model> model = each.run().history().run().flatMap(RunDetails::model);
            if (model.isPresent() && each.biases().isPresent()) {
                names.merge(
                        NetworkTable.of(model.get(), each.biases().get()),
                        each.run().name(),
                        (one, other) -> one + ", " + other);
            }
        }
        if (names.size() == 1) {
            return names.keySet().iterator().next();
        }
        StringBuilder tables = new StringBuilder();
        names.forEach((table, name) -> tables.append(Html.details(name, table, true)));
        return tables.toString();
    }

    private String provenance() {
        List<List<String>> rows = new ArrayList<>();
        for (Examined each : all) {
            String of = all.size() == 1 ? "" : each.run().name() + ": ";
            each.run().history().run().ifPresent(details -> {
                Provenance by = details.provenance();
                rows.add(List.of(of + "bn4j", by.version()));
                rows.add(List.of(of + "engine", by.engine() + ", threads: " + by.threads()));
                rows.add(List.of(of + "Java", by.java()));
                rows.add(List.of(of + "system", by.system()));
                rows.add(List.of(of + "time", by.time().toString()));
                for (String setting : List.of("seed", "training data", "validation data")) {
                    Optional.ofNullable(details.settings().get(setting))
                            .ifPresent(value -> rows.add(List.of(of + setting, value)));
                }
            });
        }
        return rows.isEmpty() ? "" : Html.table(List.of("", ""), rows);
    }
}
