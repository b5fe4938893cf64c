package io.github.bn4j.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.bn4j.graph.DefaultValue;
import io.github.bn4j.graph.FormerComponents;
import io.github.bn4j.graph.Formerly;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.op.Aged;
import io.github.bn4j.op.Elementwise;
import io.github.bn4j.op.MatrixMultiply;
import io.github.bn4j.op.MeanSquaredError;
import io.github.bn4j.op.function.ClippedLine;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Ops whose records have changed since a file was written. */
class AgeingTest {

    private static final String DAMAGED = "; the file is damaged, use another copy";
    private static final String UNKNOWN = "; use a newer bn4j, or another copy if the file is damaged";

    @TempDir
    Path folder;

    private Path path;

    @BeforeEach
    void name() {
        path = folder.resolve("net.safetensors");
    }

    /** Behind an open interface. */
    interface Mode {}

    @Formerly("com.acme.Old")
    record Strict(@DefaultValue("{\"Near\":{\"radius\":3}}") Reach reach) implements Mode {}

    sealed interface Reach {}

    @Formerly({"Close", "Nearby"})
    record Near(int radius) implements Reach {}

    record Far() implements Reach {}

    @Formerly({"com.acme.Op1", "com.acme.Op2"})
    record Stranger(
            @Formerly("factor") double scale,
            @DefaultValue("\"none\"") String text,
            @DefaultValue("[1,2]") Shape shape,
            @DefaultValue("[{\"Far\":{}},{\"Close\":{\"radius\":7}}]") List<Reach> reaches)
            implements OneOp.Identity {}

    record Regrouped(Mode mode, Reach reach) implements OneOp.Identity {

        Regrouped {
            if (reach instanceof Near near && near.radius() > 100) {
                throw new IllegalArgumentException(
                        "Regrouped expects a radius of at most 100 but got " + near.radius());
            }
        }

        @FormerComponents({"mode", "radii"})
        static Regrouped of(Mode mode, List<Integer> radii) {
            return new Regrouped(mode, new Near(radii.get(0)));
        }

        @FormerComponents({"radius"})
        static Regrouped of(int radius) {
            return radius == 0 ? null : new Regrouped(new Strict(new Far()), new Near(radius));
        }
    }

    record WrongDefault(@DefaultValue("none") int number, @DefaultValue("1.5") int other) implements OneOp.Identity {}

    record WrongMethod(int number) implements OneOp.Identity {

        @FormerComponents({"a", "b"})
        static WrongMethod of(int a) {
            return new WrongMethod(a);
        }
    }

    private static String golden(String name) {
        try {
            Path file = Path.of(AgeingTest.class
                    .getResource("/checkpoints/" + name + ".safetensors")
                    .toURI());
            byte[] bytes = Files.readAllBytes(file);
            int length = bytes[0] & 255 | (bytes[1] & 255) << 8 | (bytes[2] & 255) << 16;
            Json header =
                    Json.parse(new String(bytes, 8, length, StandardCharsets.UTF_8), "header", new FileSource(file));
            return header.at("__metadata__").at("graph").string();
        } catch (IOException | URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    private static Graph graph(String text, OpJson ops) {
        return GraphJson.read(Json.parse(text, "graph", new FileSource(Path.of("golden"))), ops);
    }

    /** Fields of {@code Activation} in a file of format 2, and the same as {@link Aged} has had them since. */
    static Stream<Arguments> fields() {
        Aged.Curve relu = Aged.Plain.RECTIFIED;
        Aged.Curve sloped = new Aged.Sloped(0.25);
        return Stream.of(
                Arguments.of("{\"function\":\"RELU\",\"alpha\":0.25}", new Aged(relu, 1)),
                Arguments.of("{\"alpha\":0.25,\"function\":\"LEAKY_RELU\"}", new Aged(sloped, 1)),
                Arguments.of("{\"kind\":{\"Plain\":\"RELU\"}}", new Aged(relu, 1.5)),
                Arguments.of("{\"curve\":{\"Leaky\":{\"slope\":0.25}},\"gain\":2}", new Aged(sloped, 2)),
                Arguments.of("{\"shape\":{\"Sloped\":{\"slope\":0.25}}}", new Aged(sloped, 1.5)),
                Arguments.of("{\"gain\":2,\"shape\":{\"Plain\":\"RECTIFIED\"}}", new Aged(relu, 2)));
    }

    @ParameterizedTest
    @MethodSource("fields")
    void readsOpsOfThisLibraryWhichHaveChanged(String fields, Aged expected) {
        String text = golden("2/every_op");
        Graph before = graph(text, new OpJson());
        int at = 0;
        while (!(before.nodes().get(at).op() instanceof Elementwise)) {
            at++;
        }
        String doctored =
                text.replaceFirst("\"op\":\"Activation\",\"fields\":\\{[^}]*}", "\"op\":\"Aged\",\"fields\":" + fields);

        List<Op> after = ops(graph(doctored, new OpJson()));

        assertThat(after.get(at)).isEqualTo(expected);
        assertThat(after.subList(0, at)).isEqualTo(ops(before).subList(0, at));
        assertThat(after.subList(at + 1, after.size())).isEqualTo(ops(before).subList(at + 1, after.size()));
    }

    @Test
    void readsOpsOfThisLibraryUnderTheirFormerNames() {
        String text = golden("2/every_op");
        String doctored = text.replace("\"MatrixMultiply\"", "\"DenseProduct\"")
                .replace("\"op\":\"Activation\"", "\"op\":\"Aged0\"");
        OpJson ops = new OpJson(TypeNames.with(Map.of(
                "DenseProduct", MatrixMultiply.class, "Aged0", Aged.class, "SquaredError", MeanSquaredError.class)));

        List<Op> after = ops(graph(doctored, ops));

        List<Op> before = ops(graph(text, new OpJson()));
        assertThat(before).hasAtLeastOneElementOfType(MatrixMultiply.class).hasSameSizeAs(after);
        for (int i = 0; i < after.size(); i++) {
            if (before.get(i) instanceof Elementwise) {
                assertThat(after.get(i)).isInstanceOf(Aged.class);
            } else {
                assertThat(after.get(i)).isEqualTo(before.get(i));
            }
        }
    }

    @Test
    void readsFunctionsUnderTheirFormerNames() {
        String doctored = golden("2/every_op")
                .replaceFirst(
                        "\"op\":\"Activation\",\"fields\":\\{[^}]*}",
                        "\"op\":\"Elementwise\",\"fields\":{\"function\":{\"HardSigmoid\":{\"slope\":0.2,\"offset\":0.5}}}");

        assertThat(ops(graph(doctored, new OpJson()))).contains(new Elementwise(new ClippedLine(0.2, 0.5)));
    }

    private static List<Op> ops(Graph graph) {
        return graph.nodes().stream().map(Node::op).toList();
    }

    private Op read(Class<?> op, String fields) {
        return read(op.getName(), fields);
    }

    private Op read(String op, String fields) {
        OneOp.write(path, op, fields);
        return OneOp.load(path, Stranger.class, Strict.class, Regrouped.class, WrongDefault.class, WrongMethod.class);
    }

    @Test
    void fillsInWhatAFileDoesNotHave() {
        List<Reach> reaches = List.of(new Far(), new Near(7));
        assertThat(read(Stranger.class, "{\"scale\":2}")).isEqualTo(new Stranger(2, "none", Shape.of(1, 2), reaches));
        assertThat(read(Stranger.class, "{\"scale\":2,\"shape\":[]}"))
                .isEqualTo(new Stranger(2, "none", Shape.of(), reaches));
        assertThat(read(Regrouped.class, "{\"mode\":{\"" + Strict.class.getName() + "\":{}},\"reach\":{\"Far\":{}}}"))
                .isEqualTo(new Regrouped(new Strict(new Near(3)), new Far()));
    }

    @Test
    void knowsFormerNames() {
        Stranger expected = new Stranger(2, "a", Shape.of(3), List.of(new Near(1), new Near(2), new Near(3)));
        String fields = "{\"factor\":2,\"text\":\"a\",\"shape\":[3],\"reaches\":[{\"Close\":{\"radius\":1}},"
                + "{\"Nearby\":{\"radius\":2}},{\"Near\":{\"radius\":3}}]}";
        for (String name : List.of(Stranger.class.getName(), "com.acme.Op1", "com.acme.Op2")) {
            assertThat(read(name, fields)).isEqualTo(expected);
            assertThat(read(name, fields.replace("factor", "scale"))).isEqualTo(expected);
        }
        assertThat(read(
                        Regrouped.class,
                        "{\"mode\":{\"com.acme.Old\":{\"reach\":{\"Far\":{}}}},\"reach\":{\"Far\":{}}}"))
                .isEqualTo(new Regrouped(new Strict(new Far()), new Far()));
    }

    @Test
    void regroupsFormerComponents() {
        assertThat(read(Regrouped.class, "{\"mode\":{\"com.acme.Old\":{}},\"radii\":[5,6]}"))
                .isEqualTo(new Regrouped(new Strict(new Near(3)), new Near(5)));
        assertThat(read(Regrouped.class, "{\"radius\":9}"))
                .isEqualTo(new Regrouped(new Strict(new Far()), new Near(9)));
    }

    @Test
    void writesTodaysFormOnly() {
        for (Op op : List.of(
                new Stranger(2, "none", Shape.of(1, 2), List.of()),
                new Regrouped(new Strict(new Near(3)), new Near(5)))) {
            OneOp.save(op, path);
            assertThat(OneOp.name(path)).isEqualTo(op.getClass().getName());
            assertThat(OneOp.fields(path))
                    .isEqualTo(
                            op instanceof Stranger
                                    ? "{\"scale\":2.0,\"text\":\"none\",\"shape\":[1,2],\"reaches\":[]}"
                                    : "{\"mode\":{\"" + Strict.class.getName()
                                            + "\":{\"reach\":{\"Near\":{\"radius\":3}}}},"
                                            + "\"reach\":{\"Near\":{\"radius\":5}}}");
            assertThat(OneOp.load(path, Stranger.class, Regrouped.class, Strict.class))
                    .isEqualTo(op);
        }
    }

    /** A class that is handed in under its own name is that class, whoever had the name before. */
    @Test
    void prefersNamesOfTodayToFormerOnes() {
        TypeNames names = TypeNames.with(Renamed.class, Strict.class);
        Json place = Json.parse("\"a\"", "place", new FileSource(path));
        assertThat(names.find(Strict.class.getName(), Mode.class, place)).isEqualTo(Strict.class);
        assertThat(names.find("com.acme.Mode", Mode.class, place)).isEqualTo(Renamed.class);
    }

    @Formerly({"io.github.bn4j.checkpoint.AgeingTest$Strict", "com.acme.Mode"})
    record Renamed() implements Mode {}

    private static Arguments refusal(Class<?> op, String fields, String message) {
        return Arguments.of(op.getName(), fields, "Network.load expects " + message);
    }

    static Stream<Arguments> refusals() {
        String at = " as graph.nodes[0].fields in \"FILE\" but got ";
        String home = AgeingTest.class.getName() + "$";
        return Stream.of(
                refusal(
                        Stranger.class,
                        "{\"text\":\"a\"}",
                        "an object with \"scale\"" + at + "{\"text\":\"a\"}" + DAMAGED),
                refusal(
                        Stranger.class,
                        "{\"scale\":1,\"factor\":1}",
                        "nothing but [scale, text, shape, reaches]" + at + "{\"scale\":1,\"factor\":1}" + UNKNOWN),
                refusal(
                        Stranger.class,
                        "{\"scale\":1,\"colour\":1}",
                        "nothing but [scale, text, shape, reaches]" + at + "{\"scale\":1,\"colour\":1}" + UNKNOWN),
                refusal(
                        Stranger.class,
                        "{\"scale\":1,\"text\":null}",
                        "a string as graph.nodes[0].fields.text in \"FILE\" but got null" + DAMAGED),
                refusal(
                        Stranger.class,
                        "{\"factor\":\"a\"}",
                        "a number as graph.nodes[0].fields.factor in \"FILE\" but got \"a\"" + DAMAGED),
                refusal(Regrouped.class, "{}", "an object with \"mode\"" + at + "{}" + DAMAGED),
                refusal(
                        Regrouped.class,
                        "{\"radius\":9,\"radii\":[]}",
                        "nothing but [mode, reach]" + at + "{\"radius\":9,\"radii\":[]}" + UNKNOWN),
                refusal(
                        Regrouped.class,
                        "{\"radius\":9.5}",
                        "a whole number from -2147483648 to 2147483647 as graph.nodes[0].fields.radius in \"FILE\" but got"
                                + " 9.5" + DAMAGED),
                refusal(
                        Regrouped.class,
                        "{\"radius\":101}",
                        "components that Regrouped accepts" + at
                                + "\"Regrouped expects a radius of at most 100 but got 101\"" + DAMAGED),
                refusal(
                        Regrouped.class,
                        "{\"mode\":{\"com.acme.Old\":{}},\"radii\":[]}",
                        "components that Regrouped accepts" + at + "\"Index 0 out of bounds for length 0\"" + DAMAGED),
                refusal(
                        Regrouped.class,
                        "{\"radius\":0}",
                        "a " + home + "Regrouped from \"static " + home + "Regrouped " + home
                                + "Regrouped.of(int)\" but got null; return one"),
                refusal(
                        WrongDefault.class,
                        "{\"other\":1}",
                        "a default value of number of " + home
                                + "WrongDefault as a file would hold it but got \"none\";"
                                + " correct its DefaultValue"),
                refusal(
                        WrongDefault.class,
                        "{\"number\":1}",
                        "a default value of other of " + home + "WrongDefault as a file would hold it but got \"1.5\";"
                                + " correct its DefaultValue"),
                refusal(
                        WrongMethod.class,
                        "{\"a\":1,\"b\":2}",
                        "a static method with parameters [a, b] but got \"static " + home + "WrongMethod " + home
                                + "WrongMethod.of(int)\"; correct it, or its FormerComponents"));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void saysWhatIsWrong(String op, String fields, String message) {
        assertThatExceptionOfType(CheckpointException.class)
                .isThrownBy(() -> read(op, fields))
                .withMessage(message.replace("FILE", path.toString()));
    }
}
