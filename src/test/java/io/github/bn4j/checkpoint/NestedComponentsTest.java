package io.github.bn4j.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.op.MatrixMultiply;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Components of ops that are records, or one of the records and enums that an interface allows. */
class NestedComponentsTest {

    private static final String DAMAGED = "; the file is damaged, use another copy";
    private static final String UNKNOWN = "; use a newer bn4j, or another copy if the file is damaged";

    @TempDir
    Path folder;

    private Path path;

    @BeforeEach
    void name() {
        path = folder.resolve("net.safetensors");
    }

    record Pair(int height, int width) {

        Pair {
            if (height < 1) {
                throw new IllegalArgumentException("Pair expects a height of at least 1 but got " + height);
            }
        }
    }

    record Window(Pair kernel, Pair stride, List<Pair> paddings) {}

    sealed interface Measure permits Whole, Ghost, Fixed, Tree {}

    record Whole() implements Measure {}

    record Ghost(int size) implements Measure {}

    enum Fixed implements Measure {
        RUNNING,
        NEVER {
            @Override
            public String toString() {
                return "never";
            }
        }
    }

    sealed interface Tree extends Measure {}

    record Leaf(Shape shape) implements Tree {}

    record Branch(List<Tree> children) implements Tree {}

    record Nested(Window window, Measure measure, List<Measure> others) implements OneOp.Identity {}

    /** Anyone may add a function. */
    interface Function {

        record Power(double exponent) implements Function {}
    }

    record Strange(String what) implements Function {}

    enum Stranger implements Function {
        EXP
    }

    record Applied(Function function) implements OneOp.Identity {}

    /** Ops are records; this is none. */
    enum Constants implements OneOp.Identity {
        ONE
    }

    /** An op around another one. */
    record Repeated(Op op, int times) implements OneOp.Identity {}

    record Generic<T>(T value) {}

    record Free(Generic<String> generic) implements OneOp.Identity {}

    record Wild(List<? extends Function> functions) implements OneOp.Identity {}

    record Raw(Object value) implements OneOp.Identity {}

    record Maybe(Optional<String> text) implements OneOp.Identity {}

    record Words(Map<String, String> words) implements OneOp.Identity {}

    record Lists(List<Object> items) implements OneOp.Identity {}

    record Deep(Endless endless) implements OneOp.Identity {}

    record Endless(List<Endless> inside) {}

    sealed interface Twice {}

    static final class First {
        record Same() implements Twice {}
    }

    static final class Second {
        record Same() implements Twice {}
    }

    record Ambiguous(Twice twice) implements OneOp.Identity {}

    private static Nested example() {
        return new Nested(
                new Window(new Pair(3, 5), new Pair(1, 2), List.of(new Pair(1, 0), new Pair(2, 7))),
                new Ghost(16),
                List.of(
                        new Whole(),
                        Fixed.RUNNING,
                        Fixed.NEVER,
                        new Branch(List.of(new Leaf(Shape.of(2, 3)), new Branch(List.of())))));
    }

    private void assertComesBack(Op op, String fields, Class<?>... own) {
        OneOp.save(op, path);
        assertThat(OneOp.fields(path)).isEqualTo(fields);
        assertThat(OneOp.load(path, own)).isEqualTo(op);
    }

    @Test
    void readsBackRecordsAndWhatSealedInterfacesAllow() {
        assertComesBack(
                example(),
                "{\"window\":{\"kernel\":{\"height\":3,\"width\":5},\"stride\":{\"height\":1,\"width\":2},"
                        + "\"paddings\":[{\"height\":1,\"width\":0},{\"height\":2,\"width\":7}]},"
                        + "\"measure\":{\"Ghost\":{\"size\":16}},"
                        + "\"others\":[{\"Whole\":{}},{\"Fixed\":\"RUNNING\"},{\"Fixed\":\"NEVER\"},"
                        + "{\"Branch\":{\"children\":[{\"Leaf\":{\"shape\":[2,3]}},{\"Branch\":{\"children\":[]}}]}}]}",
                Nested.class);
    }

    @Test
    void readsBackMembersOfOpenInterfacesAndClassesThatAreHandedIn() {
        assertComesBack(
                new Applied(new Function.Power(0.5)), "{\"function\":{\"Power\":{\"exponent\":0.5}}}", Applied.class);
        String home = NestedComponentsTest.class.getName();
        assertComesBack(
                new Applied(new Strange("µ")),
                "{\"function\":{\"" + home + "$Strange\":{\"what\":\"µ\"}}}",
                Applied.class,
                Strange.class);
        assertComesBack(
                new Applied(Stranger.EXP),
                "{\"function\":{\"" + home + "$Stranger\":\"EXP\"}}",
                Stranger.class,
                Applied.class);
        assertComesBack(
                new Repeated(new Repeated(new MatrixMultiply(), 2), 3),
                "{\"op\":{\"" + home + "$Repeated\":{\"op\":{\"MatrixMultiply\":{}},\"times\":2}},\"times\":3}",
                Repeated.class);
    }

    @Test
    void loadsNoClassThatIsNotHandedIn() {
        OneOp.save(new Applied(new Strange("µ")), path);
        assertThatExceptionOfType(CheckpointException.class)
                .isThrownBy(() -> OneOp.load(path, Applied.class))
                .withMessage("Network.load expects the class \"" + Strange.class.getName()
                        + "\" but got none; pass it: Network.load(path, Strange.class)");
    }

    private void assertNotSaved(Op op, String message) {
        assertThatExceptionOfType(CheckpointException.class)
                .isThrownBy(() -> OneOp.save(op, path))
                .withMessage("Network.save expects "
                        + message.replace("OP", "op " + op.getClass().getName()));
        assertThat(path).doesNotExist();
    }

    @Test
    void refusesToSaveWhatItCouldNotLoad() {
        String kinds = "numbers, booleans, strings, enums, shapes, records and lists of these in OP but got ";
        String only = "; save ops of such components only";
        assertNotSaved(
                new Free(new Generic<>("a")),
                kinds + Generic.class.getName() + " as generic, declared as " + Generic.class.getName()
                        + "<java.lang.String>" + only);
        assertNotSaved(
                new Wild(List.of(Stranger.EXP)),
                kinds + Stranger.class.getName() + " as functions, declared as ? extends " + Function.class.getName()
                        + only);
        assertNotSaved(new Raw(7), kinds + "java.lang.Integer as value, declared as java.lang.Object" + only);
        assertNotSaved(
                new Maybe(Optional.of("a")),
                kinds + "java.util.Optional as text, declared as java.util.Optional<java.lang.String>" + only);
        assertNotSaved(
                new Words(new TreeMap<>()),
                kinds + "java.util.TreeMap as words, declared as java.util.Map<java.lang.String, java.lang.String>"
                        + only);
        assertNotSaved(
                new Lists(List.of("a")), kinds + "java.lang.String as items, declared as java.lang.Object" + only);
        assertNotSaved(
                new Applied(new Function() {}),
                kinds + NestedComponentsTest.class.getName() + "$1 as function, declared as " + Function.class.getName()
                        + only);
        assertNotSaved(
                new Nested(new Window(null, new Pair(1, 1), List.of()), new Whole(), List.of()),
                "a value of window.kernel of OP but got null; save ops without nulls");
        List<Endless> endless = new ArrayList<>();
        endless.add(new Endless(endless));
        assertNotSaved(
                new Deep(new Endless(endless)),
                "at most 100 levels of components in OP but got more; save flatter ops");
        assertThatExceptionOfType(CheckpointException.class)
                .isThrownBy(() -> OneOp.save(new Ambiguous(new First.Same()), path))
                .withMessage("Twice expects implementations of distinct names in files but got "
                        + First.Same.class.getName() + " and " + Second.Same.class.getName() + "; rename one of them");
    }

    @Test
    void readsBackWhatIsAsDeepAsCanBeSaved() {
        Endless endless = new Endless(List.of());
        for (int i = 0; i < 49; i++) {
            endless = new Endless(List.of(endless));
        }
        Deep deepest = new Deep(endless);
        OneOp.save(deepest, path);
        assertThat(OneOp.load(path, Deep.class)).isEqualTo(deepest);
        Endless deeper = new Endless(List.of(endless));
        assertThatExceptionOfType(CheckpointException.class).isThrownBy(() -> OneOp.save(new Deep(deeper), path));
    }

    static Stream<Arguments> hostile() {
        String nested = Nested.class.getName();
        String applied = Applied.class.getName();
        String window = "{\"kernel\":{\"height\":3,\"width\":5},\"stride\":{\"height\":1,\"width\":2},\"paddings\":[]}";
        String start = "{\"window\":" + window + ",\"measure\":";
        String end = ",\"others\":[]}";
        String measures =
                "one of [Branch, Fixed, Ghost, Leaf, Whole] as graph.nodes[0].fields.measure in \"FILE\" but got ";
        String member =
                "one member that is named after an implementation of Measure as graph.nodes[0].fields.measure in"
                        + " \"FILE\" but got ";
        return Stream.of(
                Arguments.of(nested, start + "{\"Ghoul\":{}}" + end, measures + "{\"Ghoul\":{}}" + UNKNOWN),
                Arguments.of(nested, start + "{\"Pair\":{}}" + end, measures + "{\"Pair\":{}}" + UNKNOWN),
                Arguments.of(
                        nested,
                        start + "{\"" + nested + "\":{}}" + end,
                        measures + "{\"" + nested + "\":{}}" + UNKNOWN),
                Arguments.of(nested, start + "{}" + end, member + "{}" + DAMAGED),
                Arguments.of(
                        nested,
                        start + "{\"Whole\":{},\"Ghost\":{\"size\":1}}" + end,
                        member + "{\"Whole\":{},\"Ghost\":{\"size\":1}}" + DAMAGED),
                Arguments.of(
                        nested,
                        start + "\"Whole\"" + end,
                        "an object as graph.nodes[0].fields.measure in \"FILE\" but got \"Whole\"" + DAMAGED),
                Arguments.of(
                        nested,
                        start + "null" + end,
                        "an object as graph.nodes[0].fields.measure in \"FILE\" but got null" + DAMAGED),
                Arguments.of(
                        nested,
                        start + "[{\"Whole\":{}}]" + end,
                        "an object as graph.nodes[0].fields.measure in \"FILE\" but got [{\"Whole\":{}}]" + DAMAGED),
                Arguments.of(
                        nested,
                        start + "{\"Ghost\":{}}" + end,
                        "an object with \"size\" as graph.nodes[0].fields.measure.Ghost in \"FILE\" but got {}"
                                + DAMAGED),
                Arguments.of(
                        nested,
                        start + "{\"Ghost\":{\"size\":1,\"more\":2}}" + end,
                        "nothing but [size] as graph.nodes[0].fields.measure.Ghost in \"FILE\" but got"
                                + " {\"size\":1,\"more\":2}" + UNKNOWN),
                Arguments.of(
                        nested,
                        start + "{\"Ghost\":16}" + end,
                        "an object as graph.nodes[0].fields.measure.Ghost in \"FILE\" but got 16" + DAMAGED),
                Arguments.of(
                        nested,
                        start + "{\"Ghost\":{\"size\":1.5}}" + end,
                        "a whole number from -2147483648 to 2147483647 as graph.nodes[0].fields.measure.Ghost.size in"
                                + " \"FILE\" but got 1.5" + DAMAGED),
                Arguments.of(
                        nested,
                        start + "{\"Fixed\":\"never\"}" + end,
                        "one of [RUNNING, NEVER] as graph.nodes[0].fields.measure.Fixed in \"FILE\" but got \"never\""
                                + UNKNOWN),
                Arguments.of(
                        nested,
                        start + "{\"Fixed\":{}}" + end,
                        "a string as graph.nodes[0].fields.measure.Fixed in \"FILE\" but got {}" + DAMAGED),
                Arguments.of(
                        nested,
                        (start + "{\"Whole\":{}}" + end).replace("\"height\":3", "\"height\":0"),
                        "components that Pair accepts as graph.nodes[0].fields.window.kernel in \"FILE\" but got \"Pair"
                                + " expects a height of at least 1 but got 0\"" + DAMAGED),
                Arguments.of(
                        nested,
                        (start + "{\"Whole\":{}}" + end).replace(window, "[3,5]"),
                        "an object as graph.nodes[0].fields.window in \"FILE\" but got [3,5]" + DAMAGED),
                Arguments.of(
                        nested,
                        (start + "{\"Whole\":{}}" + end)
                                .replace("\"others\":[]", "\"others\":[{\"Whole\":{}},{\"No\":0}]"),
                        "one of [Branch, Fixed, Ghost, Leaf, Whole] as graph.nodes[0].fields.others[1] in \"FILE\" but got"
                                + " {\"No\":0}" + UNKNOWN),
                Arguments.of(
                        nested,
                        start + "{\"Branch\":{\"children\":[".repeat(100_000),
                        "JSON as graph in \"FILE\" but got broken JSON (Nesting limit 255 reached at line 1 column 2161"
                                + " path $.nodes[0].fields.measure" + ".Branch.children[0]".repeat(83)
                                + ".Branch.children)"
                                + DAMAGED),
                Arguments.of(
                        applied,
                        "{\"function\":{\"Root\":{}}}",
                        "an implementation of Function that this version knows as graph.nodes[0].fields.function in"
                                + " \"FILE\" but got \"Root\"; use a newer bn4j, or pass the class to Network.load"),
                Arguments.of(
                        applied,
                        "{\"function\":{\"com.acme.Root\":{}}}",
                        "the class \"com.acme.Root\" but got none; pass it: Network.load(path, Root.class)"),
                Arguments.of(
                        applied,
                        "{\"function\":{\"MatrixMultiply\":{}}}",
                        "the name of an implementation of Function as graph.nodes[0].fields.function in \"FILE\" but got"
                                + " {\"MatrixMultiply\":{}}" + DAMAGED),
                Arguments.of(
                        applied,
                        "{\"function\":{\"" + applied + "\":{}}}",
                        "the name of an implementation of Function as graph.nodes[0].fields.function in \"FILE\" but got"
                                + " {\"io.github.bn4j.checkpoint.NestedComponentsTest$Applied\":{}…" + DAMAGED),
                Arguments.of(
                        Raw.class.getName(),
                        "{\"value\":7}",
                        "numbers, booleans, strings, enums, shapes, records and lists of these, not a java.lang.Object, as"
                                + " graph.nodes[0].fields.value in \"FILE\" but got 7" + DAMAGED),
                Arguments.of(
                        Constants.class.getName(),
                        "{}",
                        "the name of a record as graph.nodes[0].op in \"FILE\" but got"
                                + " \"io.github.bn4j.checkpoint.NestedComponentsTest$Constants\"" + DAMAGED),
                Arguments.of(
                        Strange.class.getName(),
                        "{\"what\":\"is no op\"}",
                        "the name of an implementation of Op as graph.nodes[0].op in \"FILE\" but got"
                                + " \"io.github.bn4j.checkpoint.NestedComponentsTest$Strange\"" + DAMAGED));
    }

    @ParameterizedTest
    @MethodSource("hostile")
    void saysWhatIsWrongWithNestedComponents(String op, String fields, String message) {
        OneOp.write(path, op, fields);
        assertThatExceptionOfType(CheckpointException.class)
                .isThrownBy(
                        () -> OneOp.load(path, Nested.class, Applied.class, Strange.class, Raw.class, Constants.class))
                .withMessage("Network.load expects " + message.replace("FILE", path.toString()));
    }

    @Test
    void survivesRandomChanges() {
        OneOp.save(example(), path);
        String good = OneOp.fields(path);
        String[] words = {
            "{}",
            "[]",
            "null",
            "true",
            "-1",
            "1e999",
            "\"\"",
            "\"Ghost\"",
            "\"Fixed\"",
            "\"size\"",
            "{\"Leaf\":",
            "}",
            "]",
            ","
        };
        Random random = new Random(1);
        int loaded = 0;
        for (int i = 0; i < 1000; i++) {
            int from = random.nextInt(good.length());
            int to = Math.min(good.length(), from + random.nextInt(12));
            OneOp.write(
                    path,
                    Nested.class.getName(),
                    good.substring(0, from) + words[random.nextInt(words.length)] + good.substring(to));
            try {
                assertThat(OneOp.load(path, Nested.class)).isInstanceOf(Nested.class);
                loaded++;
            } catch (CheckpointException e) {
                assertThat(e).hasMessageStartingWith("Network.load expects ").hasMessageContaining("; ");
            }
        }
        assertThat(loaded).isBetween(1, 500);
    }
}
