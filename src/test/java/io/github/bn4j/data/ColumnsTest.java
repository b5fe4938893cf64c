package io.github.bn4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;

class ColumnsTest {

    private static final String TRAIN =
            """
            age,colour,size,kind
            1,red,S,dog
            2,blue,L,cat
            9,red,M,owl
            ,,M,dog
            """;

    @TempDir
    private Path folder;

    private Columns columns;

    @BeforeEach
    void fit() throws IOException {
        columns = pets().fit();
    }

    private Csv pets() throws IOException {
        return Csv.of(file("train.csv", TRAIN))
                .label("kind")
                .oneHot("colour")
                .ordinal("size", "S", "M", "L")
                .missing(MissingValue.MEDIAN);
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private Path test(String text) throws IOException {
        return file("test.csv", text);
    }

    private void refuses(String text, String message) throws IOException {
        Path file = test(text);
        assertThatThrownBy(() -> columns.read(file))
                .isInstanceOf(DataException.class)
                .hasMessage(message, file);
    }

    private static float[] numbers(INDArray array) {
        return array.dup('c').data().asFloat();
    }

    @Test
    void readsTheTrainingDataAsCsvDoes() throws IOException {
        Dataset train = columns.read(folder.resolve("train.csv"));

        assertThat(numbers(train.features())).containsExactly(1, 0, 1, 0, 2, 1, 0, 2, 9, 0, 1, 1, 2, 0, 1, 1);
        assertThat(train.features()).isEqualTo(pets().read().features());
        assertThat(train.labels()).isEqualTo(pets().read().labels());
        assertThat(columns.featureNames()).containsExactly("age", "colour=blue", "colour=red", "size");
        assertThat(columns.classNames()).containsExactly("cat", "dog", "owl");
    }

    /** Other statistics, fewer categories and classes, other columns around them, in another order. */
    @Test
    void appliesWhatItLearnedToOtherFiles() throws IOException {
        Dataset test = columns.read(test("kind,id,size,colour,age\nowl,x7,L,blue,100\nowl,x8,L,blue,\n"));

        assertThat(numbers(test.features())).containsExactly(100, 1, 0, 2, 2, 1, 0, 2);
        assertThat(numbers(test.labels())).containsExactly(2, 2);
        assertThat(test.classNames()).containsExactly("cat", "dog", "owl");
    }

    @Test
    void readsFeaturesWithoutTheAnswers() throws IOException {
        INDArray features = columns.features(test("age,colour,size\n,,S\n4,red,L\n"));
        assertThat(numbers(features)).containsExactly(2, 0, 1, 0, 4, 0, 1, 2);

        Columns numbered =
                Csv.of(file("t", "1,2,a\n3,4,b\n")).header(false).label(2).fit();
        assertThat(numbers(numbered.features(test("5,6\n")))).containsExactly(5, 6);
        assertThat(numbers(numbered.features(test("5,6,b\n")))).containsExactly(5, 6);
        assertThatThrownBy(() -> numbered.read(test("5,6\n")))
                .hasMessage(
                        "Columns expects 3 columns in \"%s\" but got 2; take a table like the one that they were learned"
                                + " from",
                        folder.resolve("test.csv"));
        Columns first =
                Csv.of(file("t", "a,1,2\nb,3,4\n")).header(false).label(0).fit();
        assertThatThrownBy(() -> first.features(test("5,6\n"))).hasMessageStartingWith("Columns expects 3 columns in ");
    }

    @Test
    void leavesNoRowOutThatIsToBePredicted() throws IOException {
        Columns strict = Csv.of(file("t", "a,b\n1,2\n,3\n"))
                .missing(MissingValue.SKIP_ROW)
                .fit();
        Path test = test("a,b\n4,5\n,6\n");
        assertThat(strict.read(test).size()).isEqualTo(1);
        assertThatThrownBy(() -> strict.features(test))
                .isInstanceOf(DataException.class)
                .hasMessage(
                        "Columns expects a value on line 3 in column \"a\" of \"%s\" but got none; give one, or learn the"
                                + " columns with missing(MissingValue.MEAN)",
                        test);
        assertThatThrownBy(() -> strict.row(Map.of("b", 1)))
                .hasMessage(
                        "Columns.row expects a value in column \"a\" but got none; give one, or learn the columns with"
                                + " missing(MissingValue.MEAN)");
    }

    @Test
    void makesTheFeaturesOfASingleRow() {
        INDArray row = columns.row(Map.of("age", 3, "colour", "red", "size", " L "));
        assertThat(row.shape()).containsExactly(1, 4);
        assertThat(numbers(row)).containsExactly(3, 0, 1, 2);
        Map<String, Object> gaps = new HashMap<>(Map.of("size", "S", "age", "1.5e1"));
        gaps.put("colour", null);
        assertThat(numbers(columns.row(gaps))).containsExactly(15, 0, 1, 0);

        assertThatThrownBy(() -> columns.row(Map.of("age", "old", "size", "S")))
                .isInstanceOf(DataException.class)
                .hasMessage("Columns.row expects a number in column \"age\" but got \"old\"; correct it");
        assertThatThrownBy(() -> columns.row(Map.of("colour", "green")))
                .hasMessage(
                        "Columns.row expects one of [blue, red] in column \"colour\" but got \"green\"; correct it, or"
                                + " learn the columns with unseenAsOther()");
        assertThatThrownBy(() -> columns.row(Map.of("kind", "dog")))
                .hasMessage(
                        "Columns.row expects values of the columns [age, colour, size] but got one of \"kind\"; leave it"
                                + " out");
        assertThatThrownBy(() -> columns.row(Map.of("age", Double.POSITIVE_INFINITY)))
                .hasMessage("Columns.row expects a number in column \"age\" but got \"Infinity\"; correct it");
    }

    @Test
    void takesNumbersOfARowWhateverThePointOfTheFile() throws IOException {
        Columns german =
                Csv.of(file("t", "a;b\n1,5;2\n")).separator(';').decimalComma().fit();
        assertThat(numbers(german.row(Map.of("a", 2.5, "b", "3,5")))).containsExactly(2.5f, 3.5f);
    }

    @Test
    void refusesCategoriesAndClassesThatItDoesNotKnow() throws IOException {
        refuses(
                "age,colour,size,kind\n1,green,S,dog\n",
                "Columns expects one of [blue, red] on line 2 in column \"colour\" of \"%s\" but got \"green\"; correct it, or"
                        + " learn the columns with unseenAsOther()");
        refuses(
                "age,colour,size,kind\n1,red,S,fox\n",
                "Columns expects one of [cat, dog, owl] on line 2 in column \"kind\" of \"%s\" but got \"fox\"; a class that is"
                        + " not learned cannot be judged");
        columns = pets().unseenAsOther().fit();
        Dataset other = columns.read(test("age,colour,size,kind\n1,green,XL,dog\n"));
        assertThat(numbers(other.features())).containsExactly(1, 0, 0, 1, 3);
        assertThat(columns.featureNames())
                .containsExactly("age", "colour=blue", "colour=red", "colour=(other)", "size");
    }

    @Test
    void refusesTablesWithOtherColumns() throws IOException {
        refuses(
                "age,color,size,kind\n1,red,S,dog\n",
                "Columns expects the columns [age, colour, size, kind] in \"%s\" but got [age, color, size, kind] without"
                        + " [colour]; take a table like the one that they were learned from");
        refuses(
                "age,colour,size,kind,age\n1,red,S,dog,2\n",
                "Columns expects a single column \"age\" in \"%s\" but got several; rename the others");
        assertThat(columns.read(test("id,age,colour,size,kind,id\n7,1,red,S,dog,2\n"))
                        .size())
                .isEqualTo(1);
    }

    @Test
    void printsALineForEachColumn() {
        assertThat(columns)
                .hasToString(
                        """
                        age: number, missing becomes 2.0
                        colour: one-hot [blue, red], missing becomes red
                        size: ordinal [S, M, L], missing becomes M
                        kind: label [cat, dog, owl], missing SKIP_ROW""");
    }

    @Test
    void savesAndLoadsAllThatItLearned() throws IOException {
        Path saved = folder.resolve("columns.json");
        for (Columns each : new Columns[] {
            columns,
            pets().unseenAsOther()
                    .missing("colour", MissingValue.constant("\"none\" é"))
                    .fit(),
            Csv.of(file("t", "1;2;x\n3,5;4;y\n"))
                    .header(false)
                    .separator(';')
                    .charset(StandardCharsets.ISO_8859_1)
                    .decimalComma()
                    .missingTokens("-")
                    .target(1)
                    .oneHot("2")
                    .fit()
        }) {
            each.save(saved);
            Columns loaded = Columns.load(saved);
            assertThat(loaded).hasToString(each.toString());
            loaded.save(folder.resolve("again.json"));
            assertThat(folder.resolve("again.json")).hasSameTextualContentAs(saved);
            if (!each.classNames().isEmpty()) {
                Path test = test("kind,size,colour,age\nowl,L,blue,\n");
                assertThat(loaded.read(test).features())
                        .isEqualTo(each.read(test).features());
            }
        }
    }

    @Test
    void refusesFilesThatItDidNotWrite() throws IOException {
        Path saved = folder.resolve("columns.json");
        columns.save(saved);
        String good = Files.readString(saved);
        for (String bad : new String[] {
            "",
            "[]",
            "{}",
            "{\"format\": 3}",
            good.substring(0, good.length() / 2),
            good.replace("bn4j columns", "others"),
            good.replace("\"version\": 1", "\"version\": 2"),
            good.replace("\"fill\": 2.0", "\"fill\": 1e99"),
            good.replace("\"fill\": 1.0", "\"fill\": 7.0"),
            good.replace("\"blue\"", "\"red\""),
            good.replace("\"blue\"", "null"),
            good.replace("\"name\": \"age\"", "\"name\": \"size\""),
            good.replace("\"name\": \"age\",", ""),
            good.replace("ONE_HOT", "TWO_HOT"),
            good.replace("\"LABEL\"", "\"TARGET\""),
            good.replace("UTF-8", "UTF-9"),
            good.replace("\"separator\": \",\"", "\"separator\": \"\\n\""),
            good.replace("\"width\": 4", "\"width\": 1")
        }) {
            assertThat(bad).isNotEqualTo(good);
            Files.writeString(saved, bad);
            assertThatThrownBy(() -> Columns.load(saved))
                    .as(bad)
                    .isInstanceOf(DataException.class)
                    .hasMessageStartingWith(
                            "Columns.load expects what Columns.save wrote in \"%s\" but got a file that is damaged or none"
                                    + " of it (",
                            saved)
                    .hasMessageEndingWith("); save it again");
        }
        Files.write(saved, new byte[] {(byte) 0xff, (byte) 0xfe, 0});
        assertThatThrownBy(() -> Columns.load(saved)).hasMessageEndingWith("); save it again");
        Path none = folder.resolve("none");
        assertThatThrownBy(() -> Columns.load(none))
                .hasMessage("Columns.load expects a file at \"%s\" but got nothing there; check the path", none);
    }
}
