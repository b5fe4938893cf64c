package io.github.bn4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
        assertThat(csv(PETS).without("2").read().targets()).isEmpty();
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
                "Csv expects a number on line 2 in column \"kind\" of \"%s\" but got \"dog\"; encode it, call label(…) if"
                        + " it is the class, or without(…) to leave the column out");
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
                "Csv expects a column \"sort\" in \"%s\" but got [age, weight, kg, kind]; name" + " one of them");
        refuses(
                csv(PETS).label(3),
                "Csv expects a column \"3\" in \"%s\" but got [age, weight, kg, kind]; name one of" + " them");
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

    @Test
    void refusesBytesThatAreNoText() throws IOException {
        Path file = file("");
        Files.write(file, "a,Größe\n1,2\n".getBytes(StandardCharsets.ISO_8859_1));
        refuses(
                Csv.of(file),
                "Csv expects text in UTF-8 in \"%s\" but got bytes that are none after line 0; call charset(…) with the"
                        + " file's own");
        assertThat(numbers(Csv.of(file)
                        .charset(StandardCharsets.ISO_8859_1)
                        .target("Größe")
                        .read()))
                .containsExactly(1);
    }

    @Test
    void readsPackedFilesAndByteOrderMarks() throws IOException {
        byte[] text = "\uFEFFa,b\n1,2\n".getBytes(StandardCharsets.UTF_8);
        Path packed = IdxFile.write(folder.resolve("table.gz"), text);

        assertThat(numbers(Csv.of(packed).target("a").read())).containsExactly(2);
    }
}
