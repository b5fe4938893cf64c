package io.github.bn4j.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Shape;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The words that files of this version consist of, which no change of the code may change unseen. */
class VocabularyTest {

    private static final List<Class<?>> STORED = new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages("io.github.bn4j.graph", "io.github.bn4j.op")
                    .stream()
                    .filter(type -> type.isRecord() || type.isEnum())
                    .<Class<?>>map(JavaClass::reflect)
                    .toList();

    /** Interfaces whose implementations files tell by a name that stands for a class, wherever it is. */
    private final Set<Class<?>> open = new LinkedHashSet<>(Set.of(Op.class));

    private static List<Class<?>> implementations(Class<?> kind) {
        return STORED.stream().filter(kind::isAssignableFrom).toList();
    }

    /** One line for each class that files tell by name. */
    private Set<String> vocabulary() {
        Set<String> lines = new TreeSet<>();
        Deque<Class<?>> todo = new ArrayDeque<>(open);
        while (!todo.isEmpty()) {
            Class<?> kind = todo.remove();
            Set<Class<?>> before = new LinkedHashSet<>(open);
            for (Class<?> type : implementations(kind)) {
                lines.add(kind.getSimpleName() + " " + TypeNames.of(type, kind) + ": " + text(type));
            }
            open.stream().filter(found -> !before.contains(found)).forEach(todo::add);
        }
        return lines;
    }

    private String text(Type declared) {
        if (declared instanceof ParameterizedType list && list.getRawType() == List.class) {
            return "[" + text(list.getActualTypeArguments()[0]) + ", …]";
        }
        Class<?> type = (Class<?>) declared;
        if (type.isEnum()) {
            return Arrays.stream(type.getEnumConstants())
                    .map(constant -> ((Enum<?>) constant).name())
                    .collect(Collectors.joining(" | "));
        }
        if (type.isRecord()) {
            return Stream.of(type.getRecordComponents()).map(this::text).collect(Collectors.joining(", ", "{", "}"));
        }
        if (type.isSealed()) {
            return implementations(type).stream()
                    .map(one -> TypeNames.of(one, type) + " " + text(one))
                    .sorted()
                    .collect(Collectors.joining(" | ", "(", ")"));
        }
        if (type.isInterface()) {
            open.add(type);
            return "any " + type.getSimpleName();
        }
        assertThat(type.isPrimitive()
                        || type == Integer.class
                        || type == Double.class
                        || type == String.class
                        || type == Shape.class)
                .as(declared.getTypeName())
                .isTrue();
        return type.getSimpleName();
    }

    private String text(RecordComponent component) {
        return component.getName() + ": " + text(component.getGenericType());
    }

    @Test
    void isWhatItWas() throws IOException {
        List<String> pinned;
        try (InputStream in = VocabularyTest.class.getResourceAsStream("/checkpoints/vocabulary.txt")) {
            pinned = new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        }
        assertThat(String.join("\n", vocabulary()))
                .as(
                        "What files consist of. A new op is a new line in the test resource checkpoints/vocabulary.txt. Where a line"
                                + " changes or goes, older files have to stay readable: see docs/files.md, then change the line")
                .isEqualTo(String.join("\n", pinned));
    }

    @Test
    void namesNoPackages() {
        TypeNames names = TypeNames.with();
        Json place = Json.parse("{}", "place", new FileSource(Path.of("file")));
        vocabulary();
        for (Class<?> kind : open) {
            for (Class<?> type : implementations(kind)) {
                String name = TypeNames.of(type, kind);
                assertThat(name).isEqualTo(type.getSimpleName());
                assertThat(names.find(name, kind, place)).isEqualTo(type);
            }
        }
    }

    @Test
    void leavesPlainNamesToThisLibrary() throws ClassNotFoundException {
        Class<?> homeless = Class.forName("Addition");
        assertThatExceptionOfType(CheckpointException.class)
                .isThrownBy(() -> TypeNames.of(homeless, Op.class))
                .withMessage("Network.save expects another name than that of a built-in class but got class Addition;"
                        + " put it into a package");
    }
}
