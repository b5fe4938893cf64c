package io.github.bn4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsvTest {

    private static final String PETS =
            """
            age,"weight, kg",kind
            1,3.5,dog
            2,2e-1,cat
            "3",-4,"dog"
            """;

    @TempDir
    private Path folder;

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("table.csv"), text);
    }

    private Csv csv(String text) throws IOException {
        return Csv.of(file(text));
    }

    private void refuses(Csv csv, String message) {
        assertThatThrownBy(csv::read)
                .isInstanceOf(DataException.class)
                .hasMessage(message, folder.resolve("table.csv"));
    }

    private static float[] numbers(Dataset data) {
        return data.features().data().asFloat();
    }

    @Test
    void readsClassesByTheirSortedNames() throws IOException {
        Dataset pets = csv(PETS).label("kind").read();

        assertThat(pets).hasToString("Dataset[3 examples, features [2], labels [] with 2 classes [cat, dog]]");
        assertThat(numbers(pets)).containsExactly(1, 3.5f, 2, 0.2f, 3, -4);
        assertThat(pets.labels().data().asFloat()).containsExactly(1, 0, 1);
        assertThat(numbers(csv(PETS).label(2).read())).containsExactly(numbers(pets));
    }

    @Test
    void sortsNumbersAmongClassesAsNumbers() throws IOException {
        Dataset data = csv("0.5,10\n1,9\n2,100\n").header(false).label(1).read();

        assertThat(data.classNames()).containsExactly("9", "10", "100");
        assertThat(data.labels().data().asFloat()).containsExactly(1, 0, 2);
    }

    @Test
    void readsNumbersToPredictAndLeavesColumnsOut() throws IOException {
        Dataset data = csv(PETS).target("weight, kg").without("kind").read();

        assertThat(data).hasToString("Dataset[3 examples, features [1], labels [1]]");
        assertThat(numbers(data)).containsExactly(1, 2, 3);
        assertThat(data.labels().data().asFloat()).containsExactly(3.5f, 0.2f, -4);
        assertThat(csv("1;2\n3;4")
                        .header(false)
                        .separator(';')
                        .target(0)
                        .read()
                        .labels()
                        .data()
                        .asFloat())
                .containsExactly(1, 3);
        assertThat(csv(PETS).without(2).read().targets()).isEmpty();
    }

    @Test
    void refusesMissingValuesUnlessToldWhatToDo() throws IOException {
        String holes = "a,b,c\n1,2,x\n,4,y\n5,NA,x\n7,8,?\n";
        refuses(
                csv(holes).label("c"),
                "Csv expects a value on line 3 in column \"a\" of \"%s\" but got none; call"
                        + " missing(MissingValue.SKIP_ROW) or missing(MissingValue.MEAN)");
        Dataset skipped = csv(holes).label("c").missing(MissingValue.SKIP_ROW).read();
        assertThat(numbers(skipped)).containsExactly(1, 2);
        Dataset filled = csv(holes).label("c").missing(MissingValue.MEAN).read();
        assertThat(numbers(filled)).containsExactly(1, 2, 3, 4, 5, 3);
        assertThat(filled.classNames()).containsExactly("x", "y");
        refuses(
                csv("a,b\n,1\n,2\n").missing(MissingValue.MEAN),
                "Csv expects at least one value in column \"a\" of \"%s\" but got none; leave it out by without(…)");
    }

    @Test
    void namesTheLineAndTheColumnOfWhatIsNoNumber() throws IOException {
        refuses(
                csv(PETS),
                "Csv expects a number on line 2 in column \"kind\" of \"%s\" but got \"dog\"; call"
                        + " oneHot(\"kind\") if it is a category, label(…) if it is the class, or without(…) to leave the"
                        + " column out");
        refuses(
                csv("a,b\n\"1\n\",2\n3,4,5\n"),
                "Csv expects 2 values on line 4 of \"%s\" but got 3; check its quotes and separators");
        refuses(
                csv("a,b\n1,\"2\n3,4\n"),
                "Csv expects comma-separated values in \"%s\" but got this: Unclosed quoted field at end of input (record"
                        + " starting at line 2); check its quotes");
    }

    @Test
    void namesTheColumnsThereAre() throws IOException {
        refuses(
                csv(PETS).label("sort"),
                "Csv expects a column \"sort\" in \"%s\" but got [age, weight, kg, kind]; name one of them, or give its"
                        + " number without quotes");
        refuses(
                csv(PETS).label(3),
                "Csv expects a column number 3, counted from 0, in \"%s\" but got only [age, weight, kg, kind]; give the"
                        + " number of one of them");
        refuses(
                csv("a;b\n1;2\n").label("a;b"),
                "Csv expects at least one column of features in \"%s\" but got only [a;b]; check the separator");
        assertThatThrownBy(() -> Csv.of(folder).label(-1))
                .hasMessage("Csv expects the number of a column from 0 but got -1");
    }

    @Test
    void refusesFilesWithoutRows() throws IOException {
        String message = "Csv expects at least one row in \"%s\" but got none; check the file";
        refuses(csv(""), message);
        refuses(csv("a,b\n"), message);
        assertThatThrownBy(() -> Csv.of(folder.resolve("none.csv")).read())
                .hasMessage(
                        "Csv expects a file at \"%s\" but got nothing there; check the path",
                        folder.resolve("none.csv"));
    }

    /** The columns of a data frame that was written with its own numbering. */
    @Test
    void takesANumberForTheNumberOfAColumnAndTextForItsName() throws IOException {
        String frame = "0,1,2,3\n10,20,30,a\n11,21,31,b\n";

        assertThat(csv("2,1,0\n7,8,x\n").label(2).read().classNames()).containsExactly("x");
        assertThat(csv("2,1,0\n7,8,9\n").label("2").read().classNames()).containsExactly("7");
        assertThat(csv("2,1,0\n7,8,9\n").target(0).read().labels().getDouble(0)).isEqualTo(7);
        assertThat(csv("2,1,0\n7,8,9\n").target("0").read().labels().getDouble(0))
                .isEqualTo(9);
        assertThat(numbers(csv("2,1,0\n7,8,9\n").without(2).read())).containsExactly(7, 8);
        assertThat(numbers(csv("2,1,0\n7,8,9\n").without("2").read())).containsExactly(8, 9);
        assertThat(numbers(csv(frame).header(true).label("3").without(0).read()))
                .containsExactly(20, 30, 21, 31);
    }

    @Test
    void refusesColumnsOfOneNameSoThatTheLabelIsNoFeature() throws IOException {
        String twice = "kind,age,kind\n1,2,1\n0,3,0\n";
        String message =
                "Csv expects columns of different names in \"%s\" but got \"kind\" as numbers 0 and 2; leave one out by its"
                        + " number, as without(2) does";
        refuses(csv(twice).label("kind"), message);
        refuses(csv(twice).label(2), message);
        refuses(csv(twice), message);
        refuses(csv("kind,age, kind\n1,2,1\n").label("kind"), message);
        refuses(
                csv("a,,b,\n1,2,3,4\n"),
                "Csv expects columns of different names in \"%s\" but got \"\" as numbers 1 and 3; leave one out by its"
                        + " number, as without(3) does");

        assertThat(numbers(csv(twice).label(0).without(2).read())).containsExactly(2, 3);
        assertThat(numbers(csv(twice).without("kind").read())).containsExactly(2, 3);
    }

    @Test
    void refusesToPredictWhatIsLeftOutOrEncoded() throws IOException {
        refuses(
                csv(PETS).label("kind").without("kind"),
                "Csv expects column 2 of \"%s\" to be predicted or left out but got both; leave one out");
        refuses(
                csv(PETS).label("kind").oneHot("kind"),
                "Csv expects column \"kind\" to be predicted or a category among the features but got both; leave one out");
        refuses(
                csv(PETS).label("kind").without("age").oneHot("age"),
                "Csv expects a column \"age\" in \"%s\" but got [weight, kg, kind]; name one of them");
    }

    @Test
    void takesOnlyDecimalDigitsForNumbers() throws IOException {
        float[] numbers = numbers(
                csv("a\n1e5\n+1\n \t1 \n-.5\n5.\n1E-2\n\"-0\"\n007\n1e-50\n").read());
        assertThat(numbers).containsExactly(1e5f, 1, 1, -0.5f, 5, 0.01f, -0f, 7, 0);
        for (String other : new String[] {
            "98f",
            "5d",
            "5D",
            "1F",
            "0x1p3",
            "Infinity",
            "-Infinity",
            "+NaN",
            "1_000",
            "1 000",
            "--1",
            "1e",
            "e5",
            ".",
            "-",
            "1.2.3",
            "true",
            "\u0661",
            "\u22121",
            "1\u00a0"
        }) {
            refuses(
                    csv("a\n" + other + "\n"),
                    "Csv expects a number on line 2 in column \"a\" of \"%s\" but got \"" + other + "\"; call"
                            + " oneHot(\"a\") if it is a category, label(…) if it is the class, or without(…) to leave the"
                            + " column out");
        }
        for (String large : new String[] {"1e39", "-3.5e38", "1e999"}) {
            refuses(
                    csv("a\n" + large + "\n"),
                    "Csv expects a number that float32 can hold on line 2 in column \"a\" of \"%s\" but got \"" + large
                            + "\"; scale the column");
        }
        refuses(
                csv("a,b\n1,x\n").target("b"),
                "Csv expects a number on line 2 in column \"b\" of \"%s\" but got \"x\"; call label(…) if it is a class");
    }

    @Test
    void readsDecimalCommas() throws IOException {
        String text = "a;b\n1,5;-2\n,25;3,0e1\n";
        assertThat(numbers(csv(text).separator(';').decimalComma().read())).containsExactly(1.5f, -2, 0.25f, 30);
        assertThat(numbers(csv("a,b\n\"1,5\",2\n").decimalComma().read())).containsExactly(1.5f, 2);
        refuses(
                csv(text).separator(';'),
                "Csv expects a number on line 2 in column \"a\" of \"%s\" but got \"1,5\"; call decimalComma() if that is"
                        + " its point");
        refuses(
                csv("a;b\n1.5;2\n").separator(';').decimalComma(),
                "Csv expects a number on line 2 in column \"a\" of \"%s\" but got \"1.5\"; leave out decimalComma()");
        refuses(
                csv("a;b\n1.234,5;2\n").separator(';').decimalComma(),
                "Csv expects a number on line 2 in column \"a\" of \"%s\" but got \"1.234,5\"; call oneHot(\"a\") if it is a"
                        + " category, label(…) if it is the class, or without(…) to leave the column out");
    }

    @Test
    void takesManyWordsForMissingValuesOrThoseItIsTold() throws IOException {
        String all = "a,b\n1,9\n,9\nNA,9\nN/A,9\nNaN,9\nnan,9\nnull,9\nNULL,9\n?,9\n\\N,9\n";
        Csv filled = csv(all).missing(MissingValue.constant(7));
        assertThat(numbers(filled.without("b").read())).containsExactly(1, 7, 7, 7, 7, 7, 7, 7, 7, 7);
        refuses(
                csv("a\n1\nNA\n"),
                "Csv expects a value on line 3 in column \"a\" of \"%s\" but got \"NA\", which stands for none; call"
                        + " missing(MissingValue.SKIP_ROW) or missing(MissingValue.MEAN)");

        Csv own = csv("a,b\n1,9\n - ,9\nnone,9\n,9\n").missingTokens("-", "none");
        assertThat(numbers(own.missing(MissingValue.SKIP_ROW).read())).containsExactly(1, 9);
        refuses(
                csv("a\nNA\n").missingTokens("-"),
                "Csv expects a number on line 2 in column \"a\" of \"%s\" but got \"NA\"; call oneHot(\"a\") if it is a"
                        + " category, label(…) if it is the class, or without(…) to leave the column out");
        assertThat(csv("a,kind\n1,NA\n2,CH\n")
                        .missingTokens("-")
                        .label("kind")
                        .read()
                        .classNames())
                .containsExactly("CH", "NA");
    }

    @Test
    void fillsGapsWithWhatIsAskedFor() throws IOException {
        Csv gaps = csv("a,b\n1,x\n1,y\n6,y\n100,x\n,\n").oneHot("b");
        assertThat(lastRow(gaps.missing(MissingValue.MEAN))).containsExactly(27, 1, 0);
        assertThat(lastRow(gaps.missing(MissingValue.MEDIAN))).containsExactly(3.5f, 1, 0);
        assertThat(lastRow(gaps.missing(MissingValue.MOST_FREQUENT))).containsExactly(1, 1, 0);
        assertThat(lastRow(gaps.missing(MissingValue.MEAN).missing("b", MissingValue.constant("none"))))
                .containsExactly(27, 1, 0, 0);
        assertThat(lastRow(gaps.missing("b", MissingValue.constant("y")).missing("a", MissingValue.constant(-0.5))))
                .containsExactly(-0.5f, 0, 1);
        assertThat(lastRow(gaps.missing("b", MissingValue.MEAN).missing("a", MissingValue.SKIP_ROW)))
                .containsExactly(100, 1, 0);
        refuses(
                gaps.missing(MissingValue.constant("many")),
                "Csv expects a number for the gaps of column \"a\" but got the constant \"many\"; give a number");
        refuses(
                gaps.oneHot("b", List.of("x", "y")).missing(MissingValue.constant(0)),
                "Csv expects one of [x, y] for the gaps of column \"b\" but got the constant \"0\"; name it among the"
                        + " categories");
        refuses(
                gaps.missing("c", MissingValue.MEAN),
                "Csv expects a column \"c\" in \"%s\" but got [a, b]; name one of them");
    }

    private static float[] lastRow(Csv csv) {
        Dataset data = csv.read();
        return numbers(data.slice(data.size() - 1, data.size()));
    }

    @Test
    void fillsNoGapInWhatIsToBePredicted() throws IOException {
        String gaps = "a,y\n1,2\n3,\n4,5\n";
        assertThat(csv(gaps).target("y").missing(MissingValue.MEDIAN).read().size())
                .isEqualTo(2);
        assertThat(csv(gaps)
                        .target("y")
                        .missing(MissingValue.constant(0))
                        .read()
                        .size())
                .isEqualTo(2);
        assertThat(csv(gaps)
                        .label("y")
                        .missing("y", MissingValue.constant("none"))
                        .read()
                        .classNames())
                .containsExactly("2", "5", "none");
        refuses(
                csv(gaps).target("y").missing("y", MissingValue.MEAN),
                "Csv expects REFUSE, SKIP_ROW or a constant for the gaps of column \"y\", which is to be predicted, but got"
                        + " MEAN; a guess is nothing to learn from");
        refuses(
                csv("a,y\n1,\n2,NA\n").target("y").missing(MissingValue.MEAN),
                "Csv expects at least one row without gaps in \"%s\" but got a gap in each of 2; say missing(…) of the"
                        + " columns that have them, or leave them out by without(…)");
    }

    @Test
    void encodesCategories() throws IOException {
        Csv sizes = csv("size,age,colour\nS,1,red\nL,2,blue\nM,3,red\n");
        Dataset encoded = sizes.oneHot("colour").ordinal("size", "S", "M", "L").read();
        assertThat(numbers(encoded)).containsExactly(0, 1, 0, 1, 2, 2, 1, 0, 1, 3, 0, 1);
        assertThat(numbers(sizes.oneHot("colour", "size").read().slice(0, 1))).containsExactly(0, 0, 1, 1, 0, 1);
        refuses(
                sizes.ordinal("size", "S", "L").oneHot("colour"),
                "Csv expects one of [S, L] on line 4 in column \"size\" of \"%s\" but got \"M\"; correct it, or learn the"
                        + " columns with unseenAsOther()");
        assertThat(numbers(sizes.ordinal("size", "S", "L")
                        .oneHot("colour", List.of("red"))
                        .unseenAsOther()
                        .read()))
                .containsExactly(0, 1, 1, 0, 1, 2, 0, 1, 2, 3, 1, 0);
        assertThatThrownBy(() -> sizes.ordinal("size"))
                .hasMessage("Csv.ordinal expects different names, at least one, but got []; name each once");
        assertThatThrownBy(() -> sizes.oneHot("size", List.of("S", "S")))
                .hasMessage("Csv.oneHot expects different names, at least one, but got [S, S]; name each once");
    }

    /** Each category is a number in every row, so the memory would grow with the square of the file. */
    @Test
    void refusesToMakeAFeatureOfEachOfManyNames() throws IOException {
        StringBuilder names = new StringBuilder("name\n");
        for (int i = 0; i <= 1000; i++) {
            names.append("n").append(i).append('\n');
        }
        refuses(
                csv(names.toString()).oneHot("name"),
                "Csv expects at most 1000 different values on line 1002 in column \"name\" of \"%s\" but got more; leave the"
                        + " column out by without(…), or name the categories that count");
    }

    @Test
    void takesTheClassesOfTheTrainingData() throws IOException {
        Dataset train = csv("a,kind\n1,cat\n2,dog\n3,owl\n").label("kind").read();
        Dataset test = csv("a,kind\n1,owl\n2,cat\n")
                .label("kind")
                .classNames(train.classNames())
                .read();
        assertThat(test.labels().data().asFloat()).containsExactly(2, 0);
        assertThat(test.classNames()).isEqualTo(train.classNames());
        refuses(
                csv("a,kind\n1,owl\n2,fox\n").label("kind").classNames(train.classNames()),
                "Csv expects one of [cat, dog, owl] on line 3 in column \"kind\" of \"%s\" but got \"fox\"; a class that is"
                        + " not learned cannot be judged");
        assertThatThrownBy(() -> Csv.of(folder).classNames(List.of()))
                .hasMessage("Csv.classNames expects different names, at least one, but got []; name each once");
        refuses(
                csv("a,b\n1,2\n").classNames(List.of("x")),
                "Csv.classNames expects a column of labels in \"%s\" but got none; call label(…)");
    }

    @Test
    void refusesSeparatorsThatMeanSomethingElse() {
        String message =
                "Csv.separator expects a character that stands between values but got %s, which means something else;"
                        + " take the one of the file";
        assertThatThrownBy(() -> Csv.of(folder).separator('"'))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message, "a quote");
        assertThatThrownBy(() -> Csv.of(folder).separator('\n')).hasMessage(message, "a line end");
        assertThatThrownBy(() -> Csv.of(folder).separator('\r')).hasMessage(message, "a line end");
    }

    @Test
    void readsWithAnyOtherSeparator() throws IOException {
        for (char separator : "\t;| #:~\u0001\uFEFF".toCharArray()) {
            assertThat(numbers(csv("a" + separator + "b\n1" + separator + "2\n")
                            .separator(separator)
                            .read()))
                    .as("separator U+%04X", (int) separator)
                    .containsExactly(1, 2);
        }
    }

    @Test
    void refusesBytesThatAreNoText() throws IOException {
        Path file = file("");
        Files.write(file, "a,Größe\n1,2\n".getBytes(StandardCharsets.ISO_8859_1));
        refuses(
                Csv.of(file),
                "Csv expects text in UTF-8 in \"%s\" but got bytes that are none on line 1; call charset(…) with the"
                        + " file's own");
        assertThat(numbers(Csv.of(file)
                        .charset(StandardCharsets.ISO_8859_1)
                        .target("Größe")
                        .read()))
                .containsExactly(1);
    }

    /** Beyond what a decoder reads ahead. */
    @Test
    void namesTheLineOfBytesThatAreNoText() throws IOException {
        Path file = file("");
        byte[] good = "a,b\r\n".repeat(3000).getBytes(StandardCharsets.UTF_8);
        byte[] bytes = Arrays.copyOf(good, good.length + 1);
        bytes[good.length] = (byte) 0xFC;
        Files.write(file, bytes);
        refuses(
                Csv.of(file).header(false).oneHot("0", "1"),
                "Csv expects text in UTF-8 in \"%s\" but got bytes that are none on line 3001; call charset(…) with the"
                        + " file's own");
    }

    @Test
    void leavesByteOrderMarksOut() throws IOException {
        for (Charset charset : List.of(
                StandardCharsets.UTF_8,
                StandardCharsets.UTF_16LE,
                StandardCharsets.UTF_16BE,
                StandardCharsets.UTF_16,
                Charset.forName("UTF-32"))) {
            for (String mark : List.of("\uFEFF", "")) {
                Path file = Files.write(folder.resolve("marked.csv"), (mark + "\"a b\",c\n1,2\n").getBytes(charset));
                assertThat(numbers(Csv.of(file).charset(charset).target("a b").read()))
                        .containsExactly(2);
                Files.write(file, (mark + "1,2\n").getBytes(charset));
                assertThat(numbers(Csv.of(file).charset(charset).header(false).read()))
                        .containsExactly(1, 2);
            }
        }
        refuses(csv("\uFEFF"), "Csv expects at least one row in \"%s\" but got none; check the file");
    }

    @Test
    void namesTheCharsetThatAByteOrderMarkTells() throws IOException {
        refuses(
                csv("\uFEFFa\n1\n").charset(StandardCharsets.ISO_8859_1),
                "Csv expects text in ISO-8859-1 in \"%s\" but got the byte order mark of UTF-8; call"
                        + " charset(StandardCharsets.UTF_8)");
        Path file = Files.write(folder.resolve("table.csv"), "\uFEFFa\n1\n".getBytes(StandardCharsets.UTF_16LE));
        refuses(
                Csv.of(file),
                "Csv expects text in UTF-8 in \"%s\" but got the byte order mark of UTF-16; call"
                        + " charset(StandardCharsets.UTF_16)");
    }

    @Test
    void readsPackedFilesAndByteOrderMarks() throws IOException {
        byte[] text = "\uFEFFa,b\n1,2\n".getBytes(StandardCharsets.UTF_8);
        Path packed = IdxFile.write(folder.resolve("table.gz"), text);

        assertThat(numbers(Csv.of(packed).target("a").read())).containsExactly(2);
    }
}
