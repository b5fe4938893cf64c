package io.github.bn4j;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.github.bn4j.data.Augmentation;
import io.github.bn4j.internal.HostMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataBuffer;

/** Who may import whom. */
class ArchitectureTest {

    private static final String ROOT = "io.github.bn4j";
    private static final Path SOURCES = Path.of("src/main/java/io/github/bn4j");

    /** The package of what users type first has no name; only what stands above it may import it. */
    private static final Map<String, List<String>> MAY_IMPORT = Map.ofEntries(
            Map.entry("internal", List.of()),
            Map.entry("text", List.of()),
            Map.entry("graph", List.of("internal")),
            Map.entry("op", List.of("internal", "graph")),
            Map.entry("layer", List.of("internal", "graph", "op")),
            Map.entry("model", List.of("", "internal", "graph", "op", "layer")),
            Map.entry("rewrite", List.of("internal", "graph", "op")),
            Map.entry("engine", List.of("internal", "graph", "op", "rewrite")),
            Map.entry("bias", List.of("internal", "graph", "op", "rewrite", "engine", "text")),
            Map.entry("data", List.of("internal", "checkpoint")),
            Map.entry("norm", List.of("internal", "graph", "op", "rewrite", "engine", "data", "text")),
            Map.entry("checkpoint", List.of("internal", "graph", "op", "rewrite", "engine")),
            Map.entry("inside", List.of("internal", "graph", "op", "rewrite", "engine", "data", "norm", "train")),
            Map.entry("train", List.of("internal", "graph", "op", "engine", "data", "norm", "checkpoint", "text")),
            Map.entry("pytorch", List.of("", "internal", "graph", "engine", "bias", "checkpoint")),
            Map.entry("onnx", List.of("internal", "graph", "op", "layer", "rewrite", "engine", "checkpoint", "text")),
            Map.entry("tensorboard", List.of("internal", "graph", "engine", "bias", "data", "train", "text")),
            Map.entry("plot", List.of("", "internal", "graph", "data", "norm", "train", "inside", "text")),
            Map.entry(
                    "report", List.of("internal", "graph", "engine", "bias", "data", "norm", "train", "plot", "text")),
            Map.entry("console", List.of("internal", "data", "train")),
            Map.entry("check", List.of("internal", "graph", "op", "rewrite", "engine", "checkpoint")),
            Map.entry(
                    "diagnose",
                    List.of("internal", "graph", "op", "rewrite", "engine", "bias", "data", "train", "text")),
            Map.entry(
                    "command",
                    List.of(
                            "",
                            "internal",
                            "graph",
                            "rewrite",
                            "engine",
                            "bias",
                            "data",
                            "norm",
                            "checkpoint",
                            "onnx",
                            "console",
                            "text",
                            "example")));

    /** A storey of a room, which comes first; a package whose name ends in internal is for whoever may import the room. */
    private static final Pattern STOREY = Pattern.compile("(" + Pattern.quote(ROOT) + ".*?)\\.internal\\..*");

    /** Such as an exception, or a record that others pass to each other. */
    private static final DescribedPredicate<JavaClass> USES_NOTHING_OF_ITS_PACKAGE =
            describe("uses nothing of its package", type -> type.getPackage().getClasses().stream()
                    .filter(member -> outermost(member).equals(outermost(type)))
                    .flatMap(member -> member.getDirectDependenciesFromSelf().stream())
                    .map(dependency -> dependency.getTargetClass().getBaseComponentType())
                    .filter(used -> used.getPackageName().equals(type.getPackageName()))
                    .allMatch(used -> outermost(used).equals(outermost(type))));

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(new WithSource())
            .importPackages(ROOT);

    private static JavaClass outermost(JavaClass type) {
        return type.getEnclosingClass().map(ArchitectureTest::outermost).orElse(type);
    }

    @Test
    void seesTheClasses() {
        assertThat(CLASSES.size()).isGreaterThan(80);
    }

    @Test
    void letsEachPackageImportOnlyWhatItMay() {
        MAY_IMPORT.forEach((name, allowed) -> {
            List<String> forbidden = new ArrayList<>();
            if (!allowed.contains("example")) {
                forbidden.add(ROOT + ".example..");
            }
            if (!allowed.contains("")) {
                forbidden.add(ROOT);
            }
            MAY_IMPORT.keySet().stream()
                    .filter(other -> !other.equals(name) && !allowed.contains(other))
                    .forEach(other -> forbidden.add(ROOT + "." + other + ".."));
            noClasses()
                    .that()
                    .resideInAPackage(ROOT + "." + name + "..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(forbidden.toArray(String[]::new))
                    .allowEmptyShould(true)
                    .check(CLASSES);
        });
    }

    @Test
    void buildsReferenceNetworksAsUsersWould() {
        noClasses()
                .that()
                .resideInAPackage(ROOT)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT + ".model..")
                .check(CLASSES);
    }

    @Test
    void hasNoCycles() {
        slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    /** But for Augmentation, which offers those of ours by name, and for the words of a room, which all of its storeys may use. */
    @Test
    void hasNoCyclesBetweenAPackageAndItsSubPackages() {
        slices().matching(ROOT + ".(**)")
                .should()
                .beFreeOfCycles()
                .ignoreDependency(type(Augmentation.class), resideInAnyPackage(ROOT + ".data.internal.augmentation"))
                .ignoreDependency(resideInAnyPackage(ROOT + ".data.internal.."), USES_NOTHING_OF_ITS_PACKAGE)
                .check(CLASSES);
    }

    /** Which may be on a device, so one class asks where it is. */
    @Test
    void reachesIntoTheMemoryOfArraysInOnePlace() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".engine.onednn..")
                .and()
                .doNotHaveFullyQualifiedName(HostMemory.class.getName())
                .should()
                .callMethodWhere(target(owner(assignableTo(DataBuffer.class)))
                        .and(target(nameMatching("pointer|address|addressPointer|opaqueBuffer|asNio.*|indexer"))))
                .check(CLASSES);
    }

    @Test
    void keepsStoreysToTheRoomAroundThem() {
        Set<String> guests = new TreeSet<>();
        Set<String> storeys = new TreeSet<>();
        for (JavaClass user : CLASSES) {
            for (Dependency dependency : user.getDirectDependenciesFromSelf()) {
                String used = dependency.getTargetClass().getPackageName();
                Matcher inside = STOREY.matcher(used);
                if (inside.matches()) {
                    storeys.add(used);
                    if (!(user.getPackageName() + ".").startsWith(inside.group(1) + ".")) {
                        guests.add(dependency.getDescription());
                    }
                }
            }
        }

        assertThat(guests).isEmpty();
        assertThat(storeys).hasSizeGreaterThan(4);
    }

    /** From the C library up: each storey may use those before it. */
    @Test
    void buildsTheFastEngineInStoreys() {
        String engine = ROOT + ".engine.onednn";
        List<String> storeys = List.of(
                engine + ".internal.binding",
                engine + ".internal.plan",
                engine + ".internal.choice",
                engine + ".internal.lowering",
                engine);
        for (int i = 0; i < storeys.size() - 1; i++) {
            noClasses()
                    .that()
                    .resideInAPackage(storeys.get(i))
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(storeys.subList(i + 1, storeys.size()).toArray(String[]::new))
                    .check(CLASSES);
        }
    }

    /**
     * Others may name arguments and algorithms, which are called alike in all versions. Source is read, as the numbers behind such
     * names leave no trace in classes.
     */
    @Test
    void namesInOnePlaceWhatDiffersBetweenVersionsOfOneDnn() throws IOException {
        Path binding = SOURCES.resolve("engine/onednn/internal/binding");
        Pattern allowed = Pattern.compile("import static org\\.bytedeco\\.dnnl\\.global\\.dnnl\\."
                + "(DNNL_ARG_(?!.*(SCALE|SHIFT))[A-Z_0-9]+|dnnl_(eltwise|binary|pooling)_[a-z_0-9]+);");
        List<String> others = new ArrayList<>();
        int names = 0;
        try (Stream<Path> files = Files.walk(SOURCES)) {
            for (Path file : files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> !file.startsWith(binding))
                    .toList()) {
                for (String line : Files.readAllLines(file)) {
                    if (line.contains("bytedeco.dnnl")) {
                        names++;
                        if (!allowed.matcher(line).matches()) {
                            others.add(file.getFileName() + ": " + line);
                        }
                    }
                }
            }
        }

        assertThat(others).isEmpty();
        assertThat(names).isGreaterThan(20);
    }

    @Test
    void printsNothingButInProgramsAndOnTheConsole() {
        noClasses()
                .that()
                .resideOutsideOfPackages(ROOT + ".command..", ROOT + ".example..", ROOT + ".console..")
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .check(CLASSES);
    }
}
