package io.github.bn4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.bn4j.Network;
import io.github.bn4j.Python;
import io.github.bn4j.data.Csv;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.data.Digits;
import io.github.bn4j.data.MissingValue;
import io.github.bn4j.data.Split;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A history as CSV and JSON, for others to read. */
class HistoryFilesTest {

    @TempDir
    private Path folder;

    private static Epoch epoch(int number, double loss, double validation, Map<String, Double> metrics) {
        return new Epoch(number, loss, validation, Double.NaN, 0.25, metrics);
    }

    private static Map<String, Double> metrics(Object... pairs) {
        Map<String, Double> metrics = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            metrics.put((String) pairs[i], (Double) pairs[i + 1]);
        }
        return metrics;
    }

    private static final History ODD = new History(
            List.of(
                    epoch(1, 1.0 / 3, 1e-12, metrics("loss", 1e-12, "f1, \"macro\"", Double.NaN, "seconds", 7.0)),
                    epoch(
                            2,
                            12345678.9,
                            0.5,
                            metrics("loss", 0.5, "f1, \"macro\"", 0.25, "größe", Double.NEGATIVE_INFINITY))),
            Map.of(),
            Optional.of("after epoch 2: \"enough\"\nof it"));

    private static History trained() {
        Split digits = Digits.load().slice(0, 150).split(0.8, 42);
        return Network.input(1, 8, 8)
                .flatten()
                .dense(13)
                .batchNorm1d()
                .relu()
                .dense(10)
                .build(42)
                .trainer()
                .loss(Loss.softmaxCrossEntropy())
                .metrics(Metric.accuracy(), Metric.f1())
                .epochs(3)
                .fit(digits.train(), digits.test());
    }

    @Test
    void isALineForEachEpoch() {
        assertThat(ODD.csv())
                .hasToString(
                        """
                        epoch,trainLoss,validationLoss,seconds,"f1, ""macro""\",metrics.seconds,größe
                        1,0.3333333333333333,1.0E-12,0.25,,7.0,
                        2,1.23456789E7,0.5,0.25,0.25,,-Infinity
                        """);
    }

    @Test
    void hasNoColumnOfWhatWasNotMeasured() {
        assertThat(new History(List.of(epoch(1, 0.5, Double.NaN, Map.of()))).csv())
                .hasToString("epoch,trainLoss,seconds\n1,0.5,0.25\n");
        assertThat(new History(List.of()).csv())
                .hasToString("epoch,trainLoss,validationLoss,validationAccuracy,seconds,judgedBy\n");
    }

    @Test
    void saysWhatEpochsWereJudgedBy() {
        History averaged =
                new History(List.of(new Epoch(1, 0.5, 0.25, 0.75, 0.125, metrics("loss", 0.25), "ema(0.999)")));
        assertThat(averaged.csv())
                .hasToString("epoch,trainLoss,validationLoss,validationAccuracy,seconds,judgedBy\n"
                        + "1,0.5,0.25,0.75,0.125,ema(0.999)\n");
    }

    /** In Germany a number has a comma, in Egypt other digits. */
    @Test
    void isTheSameEverywhere() {
        Locale usual = Locale.getDefault();
        String csv = ODD.csv().toString();
        String json = ODD.json().toString();
        try {
            for (String tag : List.of("de-DE", "ar-EG-u-nu-arab", "hi-IN-u-nu-deva", "tr-TR")) {
                Locale.setDefault(Locale.forLanguageTag(tag));
                assertThat(ODD.csv()).hasToString(csv);
                assertThat(ODD.json()).hasToString(json);
            }
        } finally {
            Locale.setDefault(usual);
        }
    }

    @Test
    void isReadByOurOwnLoader() {
        History history = trained();
        Path file = folder.resolve("history.csv");
        history.saveCsv(file);

        Dataset read = Csv.of(file).target("trainLoss").read();
        assertThat(read.features().shape()).containsExactly(3, 5);
        for (int i = 0; i < 3; i++) {
            Epoch epoch = history.epochs().get(i);
            assertThat(read.labels().getFloat(i)).isEqualTo((float) epoch.trainLoss());
            assertThat(read.features().getRow(i).toFloatVector())
                    .containsExactly(
                            epoch.number(),
                            (float) epoch.validationLoss(),
                            (float) epoch.validationAccuracy(),
                            (float) epoch.seconds(),
                            epoch.metrics().get("f1").floatValue());
        }
    }

    @Test
    void isReadByOurOwnLoaderWhereSomethingWasNotMeasured() {
        Path file = folder.resolve("history.csv");
        new History(List.of(epoch(1, 0.5, 0.25, metrics("f1", Double.NaN)), epoch(2, 0.25, 0.125, metrics("f1", 0.75))))
                .saveCsv(file);
        Dataset read =
                Csv.of(file).target("trainLoss").missing(MissingValue.SKIP_ROW).read();
        assertThat(read.features().toFloatVector()).containsExactly(2, 0.125f, 0.25f, 0.75f);
    }

    @Test
    void replacesAFileAndRefusesAFolderThatIsNotThere() throws Exception {
        Path file = folder.resolve("history.csv");
        Files.writeString(file, "something else");
        ODD.saveCsv(file);
        assertThat(file).hasContent(ODD.csv().toString());
        assertThatThrownBy(() -> ODD.saveCsv(folder.resolve("none/history.csv")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("saveCsv expects an existing directory for \"" + folder.resolve("none/history.csv")
                        + "\" but got \"" + folder.resolve("none") + "\"; create it first");
        assertThatThrownBy(() -> ODD.saveCsv(null)).hasMessage("saveCsv expects the path of a file but got null");
    }

    @Test
    void isJsonWithEveryNumber() {
        JsonObject json = JsonParser.parseString(ODD.json().toString()).getAsJsonObject();
        assertThat(json.keySet()).containsExactly("epochs", "endedEarly");
        assertThat(json.get("endedEarly").getAsString()).isEqualTo("after epoch 2: \"enough\"\nof it");
        assertThat(json.getAsJsonArray("epochs").get(0).toString())
                .isEqualTo(
                        "{\"number\":1,\"trainLoss\":0.3333333333333333,\"validationLoss\":1.0E-12,"
                                + "\"validationAccuracy\":null,\"seconds\":0.25,"
                                + "\"metrics\":{\"loss\":1.0E-12,\"f1, \\\"macro\\\"\":null,\"seconds\":7.0},\"judgedBy\":\"\"}");
        assertThat(json.getAsJsonArray("epochs").get(1).toString()).contains("\"größe\":-1E+999");
        assertThat(JsonParser.parseString(trained().json().toString())
                        .getAsJsonObject()
                        .keySet())
                .containsExactly("epochs");
    }

    @Test
    void isReadByPython() throws Exception {
        assumeTrue(
                Python.run("-c", "import csv, json").isEmpty(),
                "python3 is not installed, which reads what is written here");
        History history = trained();
        Path csv = folder.resolve("history.csv");
        Path json = folder.resolve("history.json");
        history.saveCsv(csv);
        Files.writeString(json, history.json());
        Path odd = folder.resolve("odd.json");
        Files.writeString(odd, ODD.json());
        ODD.saveCsv(folder.resolve("odd.csv"));

        String output = Python.run(
                "-c",
                """
                import csv, json, sys

                def refuse(constant):
                    raise ValueError(constant)

                def read(path):
                    with open(path, encoding="utf-8") as file:
                        return json.load(file, parse_constant=refuse)

                def rows(path):
                    with open(path, encoding="utf-8", newline="") as file:
                        return list(csv.DictReader(file))

                table, document = rows(sys.argv[1]), read(sys.argv[2])
                for row, epoch in zip(table, document["epochs"]):
                    named = {"epoch": epoch["number"], "f1": epoch["metrics"]["f1"]}
                    named.update((name, epoch[name]) for name in row if name in epoch)
                    print(sorted(row), all(float(row[name]) == named[name] for name in row))
                odd = read(sys.argv[3])
                print(ascii(odd["epochs"][1]["metrics"]), odd["epochs"][0]["metrics"]['f1, "macro"'])
                print(ascii(rows(sys.argv[4])[1]))
                """,
                csv.toString(),
                json.toString(),
                odd.toString(),
                folder.resolve("odd.csv").toString());

        String columns = "['epoch', 'f1', 'seconds', 'trainLoss', 'validationAccuracy', 'validationLoss'] True";
        assertThat(output.lines())
                .containsExactly(
                        columns,
                        columns,
                        columns,
                        "{'loss': 0.5, 'f1, \"macro\"': 0.25, 'gr\\xf6\\xdfe': -inf} None",
                        "{'epoch': '2', 'trainLoss': '1.23456789E7', 'validationLoss': '0.5', 'seconds': '0.25', 'f1,"
                                + " \"macro\"': '0.25', 'metrics.seconds': '', 'gr\\xf6\\xdfe': '-Infinity'}");
        assertThat(Arrays.asList(history.epochs().size(), output.lines().count()))
                .containsExactly(3, 5L);
    }
}
