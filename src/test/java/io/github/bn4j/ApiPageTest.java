package io.github.bn4j;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/api.md against the code: its packages, and the calls of each section's type with what they return. */
class ApiPageTest {

    /** What the library itself calls, what others override, and what is not worth a line. */
    private static final Set<String> PLUMBING = Set.of("toString", "equals", "hashCode", "initial", "Trainer.of");

    private static final Pattern SECTION =
            Pattern.compile("(?m)^## \\w+\\n\\n`([\\w.]+\\.[A-Z]\\w*)`(.*?)(?=^## |\\z)", Pattern.DOTALL);
    private static final Pattern TYPES =
            Pattern.compile("(?m)^- `(io\\.github\\.bn4j[a-z0-9.]*)`:(.*?)\\.$", Pattern.DOTALL);
    private static final Pattern ROW = Pattern.compile("(?m)^\\| (`\\w+\\(.*?) \\| (`[^|]*) \\|");
    private static final Pattern CALL = Pattern.compile("`(\\w+)\\(");

    private static String page() throws IOException {
        return Files.readString(Path.of("docs/api.md"));
    }

    private static List<MatchResult> sections() throws IOException {
        return SECTION.matcher(page()).results().toList();
    }

    private static List<Method> methods(String type) throws ClassNotFoundException {
        return Stream.of(Class.forName(type).getMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()) && !method.isSynthetic())
                .filter(method -> method.getDeclaringClass() != Object.class)
                .toList();
    }

    private static Set<String> calls(String text) {
        return CALL.matcher(text).results().map(call -> call.group(1)).collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void namesEveryPublicPackage() throws IOException {
        Set<String> listed = Pattern.compile("(?m)^\\| `(io\\.[a-z0-9.]+)` \\|")
                .matcher(page())
                .results()
                .map(row -> row.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> there = PublicApi.types().stream()
                .map(JavaClass::getPackageName)
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(listed).isEqualTo(there);
    }

    @Test
    void namesEveryPublicTypeAndNoOther() throws IOException {
        Map<String, Set<String>> listed = new TreeMap<>();
        TYPES.matcher(page()).results().forEach(types -> listed.put(types.group(1), names(types.group(2))));
        Map<String, Set<String>> there = PublicApi.types().stream()
                .filter(JavaClass::isTopLevelClass)
                .filter(type -> !type.getPackageName().endsWith(".example"))
                .collect(Collectors.groupingBy(
                        JavaClass::getPackageName,
                        TreeMap::new,
                        Collectors.mapping(JavaClass::getSimpleName, Collectors.toCollection(TreeSet::new))));

        assertThat(listed)
                .as("docs/api.md, All types: tell users of a type, or make it package-private or internal")
                .isEqualTo(there);
    }

    private static Set<String> names(String text) {
        return Pattern.compile("`([A-Z]\\w*)`")
                .matcher(text)
                .results()
                .map(name -> name.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void namesEveryCallOfTheTypes() throws Exception {
        List<String> missing = new ArrayList<>();
        for (MatchResult section : sections()) {
            Class<?> type = Class.forName(section.group(1));
            Set<String> listed = calls(section.group(2));
            // The builder's steps are those of every chain, one for each layer.
            Stream.of(type.getDeclaredMethods())
                    .filter(method -> Modifier.isPublic(method.getModifiers()) && !method.isSynthetic())
                    .filter(method -> !PLUMBING.contains(method.getName())
                            && !PLUMBING.contains(type.getSimpleName() + "." + method.getName()))
                    .filter(method -> !listed.contains(method.getName()))
                    .forEach(method -> missing.add("docs/api.md, " + type.getSimpleName() + ": | `" + method.getName()
                            + "(…)` | `" + method.getReturnType().getSimpleName() + "` | … |"));
        }

        assertThat(missing).isEmpty();
        assertThat(sections()).hasSizeGreaterThanOrEqualTo(9);
    }

    @Test
    void saysWhatEachCallReturns() throws Exception {
        List<String> wrong = new ArrayList<>();
        int seen = 0;
        for (MatchResult section : sections()) {
            List<Method> methods = methods(section.group(1));
            for (MatchResult row : ROW.matcher(section.group(2)).results().toList()) {
                List<String> returned = Pattern.compile("`([^`]+)`")
                        .matcher(row.group(2))
                        .results()
                        .map(name -> name.group(1))
                        .toList();
                for (String call : calls(row.group(1))) {
                    Set<String> actual = methods.stream()
                            .filter(method -> method.getName().equals(call))
                            .map(method -> returned(method, section.group(1)))
                            .collect(Collectors.toCollection(TreeSet::new));
                    if (!actual.containsAll(returned)) {
                        wrong.add(section.group(1) + "." + call + " returns " + actual + ", not " + returned);
                    }
                    seen++;
                }
            }
        }

        assertThat(wrong).isEmpty();
        assertThat(seen).isGreaterThan(70);
    }

    /** A step of a chain returns the chain's own type, which reflection shows as its bound. */
    private static String returned(Method method, String type) {
        String name = method.getReturnType().getSimpleName();
        return name.equals("Chain") ? type.substring(type.lastIndexOf('.') + 1) : name;
    }
}
