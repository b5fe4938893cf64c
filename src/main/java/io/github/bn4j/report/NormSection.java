package io.github.bn4j.report;

import io.github.bn4j.norm.BatchNormReport;
import io.github.bn4j.norm.BatchNormReport.Channel;
import io.github.bn4j.norm.BatchNormReport.Norm;
import io.github.bn4j.plot.Picture;
import io.github.bn4j.text.Finding;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** The state of the batch normalisations of a network, and what to do. */
final class NormSection {

    /** So many channels are drawn, that a page stays small; of the first batch normalisation all. */
    private static final int MOST_CHANNELS = 400;

    private static final String HOW_TO_READ =
            "Points are of the data, rings of the running averages that predictions go by: a ring around each point is right."
                    + " A γ near 0 is a channel that says nothing.";

    private NormSection() {}

    static String of(BatchNormReport report, boolean drawn) {
        String gap = String.format(
                Locale.ROOT,
                "On %d examples, outputs in training mode (batches of %d) differ from predictions by %.1f %%, and the largest"
                        + " output is another one for %.1f %% of them.",
                report.examples(),
                report.batchSize(),
                100 * report.gap().difference(),
                100 * report.gap().disagreement());
        String advice = report.findings().isEmpty()
                ? Html.paragraph("Nothing found that would need a change.")
                : Html.list(report.findings().stream().map(Finding::toString).toList());
        String notes = report.redundancies().isEmpty()
                ? ""
                : Html.details(
                        "Notes",
                        Html.list(report.redundancies().stream()
                                .map(Finding::toString)
                                .toList()),
                        true);
        return Html.paragraph(gap) + advice + (drawn ? figures(report) : "") + table(report) + notes;
    }

    private static String table(BatchNormReport report) {
        List<List<String>> rows = report.norms().stream()
                .map(norm -> List.of(
                        norm.layer(),
                        Integer.toString(norm.channels().size()),
                        Run.number(mean(
                                norm,
                                channel -> Math.abs(channel.mean() - channel.runningMean())
                                        / Math.sqrt(channel.variance() + norm.epsilon()))),
                        Run.number(mean(
                                norm,
                                channel -> (channel.runningVariance() + norm.epsilon())
                                        / (channel.variance() + norm.epsilon()))),
                        Run.number(norm.noise())))
                .toList();
        return Html.table(
                        List.of(
                                "layer",
                                "channels",
                                "running mean off by",
                                "running ÷ data variance",
                                "noise of batches"),
                        rows)
                + Html.paragraph(
                        "Means over the channels. How far the running mean is from that of the data, and the noise of the"
                                + " means of batches, are in standard deviations of the data.");
    }

    private static double mean(Norm norm, ToDoubleFunction<Channel> value) {
        return norm.channels().stream().mapToDouble(value).average().orElse(Double.NaN);
    }

    /** Those that something was found of come first. */
    private static String figures(BatchNormReport report) {
        List<Norm> byNeed = new ArrayList<>(report.norms());
        byNeed.sort(Comparator.comparing(norm ->
                report.findings().stream().noneMatch(finding -> finding.layer().equals(norm.layer()))));
        List<Norm> drawn = new ArrayList<>();
        int channels = 0;
        for (Norm norm : byNeed) {
            channels += norm.channels().size();
            if (drawn.isEmpty() || channels <= MOST_CHANNELS) {
                drawn.add(norm);
            }
        }
        BatchNormReport some = new BatchNormReport(
                report.examples(), report.batchSize(), drawn, report.gap(), report.findings(), report.redundancies());
        StringBuilder figures = new StringBuilder();
        Picture.of(some).panels().forEach(panel -> figures.append(Html.figure(panel.svg(), "")));
        String which = drawn.size() < report.norms().size()
                ? " Drawn are " + drawn.size() + " of " + report.norms().size() + ", those with findings first."
                : "";
        return Html.paragraph(HOW_TO_READ + which) + Html.smallFigures(figures.toString());
    }
}
