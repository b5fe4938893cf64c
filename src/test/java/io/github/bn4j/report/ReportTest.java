package io.github.bn4j.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.Chromium;
import io.github.bn4j.Network;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.data.Digits;
import io.github.bn4j.data.Split;
import io.github.bn4j.internal.Markup;
import io.github.bn4j.layer.Padding;
import io.github.bn4j.plot.internal.figure.SvgDocument;
import io.github.bn4j.train.Checkpoints;
import io.github.bn4j.train.Epoch;
import io.github.bn4j.train.History;
import io.github.bn4j.train.Loss;
import io.github.bn4j.train.Metric;
import io.github.bn4j.train.SavedTraining;
import io.github.bn4j.train.Sgd;
import io.github.bn4j.train.Trainer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/** What stands on a page, and what a browser makes of it. */
class ReportTest {

    private static final double NONE = Double.NaN;
    private static final int MOST_BYTES = 300_000;

    private static Split digits;
    private static Network network;
    private static Trainer trainer;
    private static History history;
    private static History other;

    @TempDir
    private Path directory;

    @BeforeAll
    static void train() {
        Split split = Digits.load().split(0.8, 42);
        List<String> names = List.of("<zero>", "one & only", "2", "3", "4", "5", "6", "7", "8", "\"nine\"");
        digits = new Split(split.train().classNames(names), split.test().classNames(names));
        network = Network.input(1, 8, 8)
                .conv2d(9, 3, Padding.SAME)
                .batchNorm2d()
                .relu()
                .maxPool2d(2)
                .flatten()
                .dense(20)
                .batchNorm1d()
                .relu()
                .dense(10)
                .build(42);
        trainer = network.trainer().loss(Loss.softmaxCrossEntropy()).metrics(Metric.f1());
        history = trainer.epochs(3).fit(digits.train(), digits.test());
        Network plain = Network.input(1, 8, 8).flatten().dense(10).build(42);
        other = plain.trainer()
                .optimizer(Sgd.of(0.1))
                .loss(Loss.softmaxCrossEntropy())
                .epochs(4)
                .fit(digits.train(), digits.test());
    }

    private static List<String> pictures(String page) {
        return Pattern.compile("<svg.*?</svg>", Pattern.DOTALL)
                .matcher(page)
                .results()
                .map(MatchResult::group)
                .toList();
    }

    private static String report(History of) {
        return Report.of(of).html();
    }

    @Test
    void saysWhatOneWantsToKnowOfATraining() throws Exception {
        Path file = directory.resolve("training.html");
        history.report(file);
        String page = Files.readString(file);

        double last = history.last().validationAccuracy();
        assertThat(page)
                .contains("validation accuracy", String.format(Locale.ROOT, "%.4f", last))
                .contains("<h2>Curves</h2>", "<h2>Metrics</h2>", "<h2>Confusion matrix</h2>")
                .contains("<h2>Batch normalisation</h2>", "<h2>Settings</h2>", "<h2>Network</h2>")
                .contains("<h2>Provenance</h2>", "Both should fall", "validation F1")
                .contains("conv2d_1", "dropped", "batchnorm2d_1 subtracts the mean")
                .contains("Adam[learningRate=0.001", "<td class=\"n\">32</td>", "unreleased", "threads: 1")
                .contains("1438 examples", "359 examples", "&lt;zero&gt;", "&quot;nine&quot;");
        // Loss, accuracy and F1; the confusion matrix; ROC and reliability; three charts for each of two batch
        // normalisations.
        assertThat(pictures(page)).hasSize(3 + 1 + 2 + 2 * 3).allSatisfy(svg -> SvgDocument.of(svg)
                .requireInside());
        assertThat(page).doesNotContain("<script", "NaN").doesNotContainPattern("https:|src=|<link|@import|url\\(");
        assertThat(page.replace("http://www.w3.org/2000/svg", "")).doesNotContain("://");
        assertThat(Files.size(file)).isLessThan(MOST_BYTES);
    }

    @Test
    void putsSeveralTrainingsSideBySide() {
        Map<String, History> runs = new LinkedHashMap<>();
        runs.put("with <BN>", history);
        runs.put("plain", other);
        String page = Report.of(runs).html();

        assertThat(page)
                .contains(
                        "Training report: 2 runs", "with &lt;BN&gt;: validation accuracy", "plain: validation accuracy")
                .contains("What differs between the runs:", "What is the same", "plain: validation loss");
        String different = page.substring(page.indexOf("What differs"), page.indexOf("What is the same"));
        assertThat(different)
                .contains("optimizer", "Sgd[learningRate=0.1", "epochs", "metrics")
                .doesNotContain("batchSize", "training data");
        // Loss, accuracy and F1 together; a confusion matrix, ROC and reliability each.
        assertThat(pictures(page)).hasSize(3 + 2 * 3);
        assertThat(page.getBytes(StandardCharsets.UTF_8).length).isLessThan(MOST_BYTES);
        assertThat(Report.of(history, other).html()).contains("run 1: validation accuracy");
        assertThat(Report.of(history, other)).hasToString("Report[run 1, run 2]");
        assertThat(Report.of(history, history).html()).contains("The runs were told the same.");
    }

    @Test
    void leavesOutWhatAHistoryDoesNotHold() {
        String page =
                report(new History(List.of(new Epoch(1, 2.0, NONE, NONE, 90), new Epoch(2, NONE, NONE, NONE, 4000))));

        assertThat(page)
                .contains("<h2>Curves</h2>", "<h2>Metrics</h2>", "after 2 epochs, 1 h 8 min", "Worth a look")
                .contains("there were no validation data", "the training loss was NaN or infinite")
                .doesNotContain("<h2>Settings</h2>", "<h2>Network</h2>", "<h2>Provenance</h2>", "Confusion", ">NaN<");
    }

    @Test
    void tellsThatANetworkLearnsByHeart() {
        String page = report(new History(List.of(new Epoch(1, 2.0, 0.5, 0.8, 1), new Epoch(2, 0.1, 0.9, 0.7, 1))));

        assertThat(page)
                .contains("the validation loss was smallest in epoch 1 (0.5000) and is 0.9000 in the last one")
                .contains("best 0.8000 in epoch 1; after 2 epochs, 2.0 s");
    }

    @Test
    void reportsWhatACheckpointHolds() throws Exception {
        Path folder = Files.createDirectory(directory.resolve("run"));
        Network net = Network.input(1, 8, 8).flatten().dense(10).build(1);
        net.trainer()
                .loss(Loss.softmaxCrossEntropy())
                .epochs(2)
                .checkpoints(Checkpoints.in(folder))
                .fit(digits.train(), digits.test());
        SavedTraining saved = Checkpoints.newest(folder).orElseThrow();

        History read = saved.history();
        assertThat(read.epochs()).isEqualTo(saved.epochs());
        assertThat(read.run().orElseThrow().model()).isEmpty();
        assertThat(read.run().orElseThrow().hasChanged()).isFalse();
        assertThat(report(read))
                .contains("<h2>Settings</h2>", "softmaxCrossEntropy", "<h2>Provenance</h2>", "after 2 epochs")
                .doesNotContain("<h2>Network</h2>", "<h2>Confusion matrix</h2>");
    }

    @Test
    void saysThatTheNetworkHasBeenTrainedOn() {
        Network net = Network.input(1, 8, 8).flatten().dense(10).build(1);
        Trainer again = net.trainer().loss(Loss.softmaxCrossEntropy()).epochs(1);
        History first = again.fit(digits.train(), digits.test());
        assertThat(report(first)).doesNotContain("trained on since");
        assertThat(first.run().orElseThrow().evaluation().orElseThrow().accuracy())
                .isEqualTo(first.last().validationAccuracy());
        History second = again.fit(digits.train(), digits.test());
        assertThat(report(first)).contains("the network has been trained on since");
        assertThat(report(second)).doesNotContain("trained on since");
        net.trainer().loss(Loss.softmaxCrossEntropy()).epochs(1).fit(digits.train());
        assertThat(report(second)).contains("the network has been trained on since");
    }

    @Test
    void comparesHistoriesByWhatWasMeasured() {
        History bare = new History(history.epochs(), history.metrics(), history.endedEarly());
        assertThat(bare).isEqualTo(history).hasSameHashCodeAs(history).isNotEqualTo(other);
        assertThat(bare.run()).isEmpty();
        assertThat(history.run().orElseThrow().settings())
                .containsEntry("batchSize", "32")
                .containsEntry("epochs", "3")
                .containsEntry("seed", "42");
    }

    @Test
    void staysSmallForManyClassesChannelsAndEpochs() {
        Dataset data =
                Dataset.of(Nd4j.rand(DataType.FLOAT, 300, 7), Nd4j.arange(300).castTo(DataType.FLOAT));
        Network wide = Network.input(7)
                .dense(1500)
                .batchNorm1d()
                .relu()
                .dense(1500)
                .batchNorm1d()
                .relu()
                .dense(300)
                .build(3);
        History first =
                wide.trainer().loss(Loss.softmaxCrossEntropy()).epochs(1).fit(data, data);
        List<Epoch> many = IntStream.rangeClosed(1, 5000)
                .mapToObj(i -> new Epoch(i, 1.0 / i, 2 + Math.sin(i), 0.5, 1))
                .toList();
        String page = report(new History(many, first.metrics(), first.endedEarly(), first.run()));

        assertThat(page).contains("Drawn are 1 of 2, those with findings first.");
        assertThat(page.length()).isLessThan(MOST_BYTES);
    }

    @Test
    void opensInABrowserAtAllWidths() throws Exception {
        Chromium.require();
        Map<String, String> pages =
                Map.of("one", report(history), "two", Report.of(history, other).html());
        StringBuilder wrapper = new StringBuilder("<!DOCTYPE html><meta charset=\"utf-8\"><body>");
        for (int width : new int[] {375, 800, 1400}) {
            pages.forEach((name, page) -> wrapper.append(
                    "<iframe data-name=\"%s %d\" style=\"width:%dpx;height:700px;border:0\" srcdoc=\"%s\"></iframe>"
                            .formatted(name, width, width, Markup.escape(page))));
        }
        wrapper.append(
                """
                <script>
                const found = [], errors = [];
                window.onerror = message => errors.push(message);
                addEventListener('load', () => {
                  for (const frame of document.querySelectorAll('iframe')) {
                    const page = frame.contentDocument, root = page.documentElement;
                    const links = [...page.querySelectorAll('[href],[src]')].map(e => e.getAttribute('href') || e.getAttribute('src'));
                    found.push([frame.dataset.name, root.scrollWidth - root.clientWidth, page.querySelectorAll('figure svg').length,
                      [...page.querySelectorAll('figure svg')].filter(e => e.getBoundingClientRect().width < 200).length,
                      links.filter(link => !link.startsWith('data:')).length, page.scripts.length,
                      frame.contentWindow.performance.getEntriesByType('resource').filter(e => !e.name.startsWith('data:')).length].join(' '));
                  }
                  document.body.innerHTML = '<pre>' + found.join('\\n') + '\\nerrors ' + errors.length + '</pre>';
                });
                </script>
                """);
        Path page = directory.resolve("wrapper.html");
        Files.writeString(page, wrapper);

        String dom = Chromium.dom(page, directory);

        // Name, width, overflow, pictures, pictures that are too small, links outside, scripts, things loaded.
        assertThat(dom.substring(dom.indexOf("<pre>") + 5, dom.indexOf("</pre>"))
                        .lines())
                .containsExactlyInAnyOrder(
                        "one 375 0 12 0 0 0 0",
                        "one 800 0 12 0 0 0 0",
                        "one 1400 0 12 0 0 0 0",
                        "two 375 0 9 0 0 0 0",
                        "two 800 0 9 0 0 0 0",
                        "two 1400 0 9 0 0 0 0",
                        "errors 0");
    }

    @Test
    void refusesWhatMakesNoPage() {
        assertThatThrownBy(() -> Report.of(new History(List.of())))
                .hasMessage("Report expects a history with at least one epoch but got none");
        assertThatThrownBy(() -> Report.of(Map.of())).hasMessage("Report expects at least one history but got none");
        assertThatThrownBy(() -> history.report(directory.resolve("a.pdf")))
                .hasMessage(
                        "Report.save expects a name that ends in .html but got \"" + directory.resolve("a.pdf") + "\"");
        Path lost = directory.resolve("none").resolve("a.html");
        assertThatThrownBy(() -> history.report(lost))
                .hasMessage("Report.save expects an existing directory for \"" + lost + "\" but got \""
                        + directory.resolve("none") + "\"; create it first");
    }
}
