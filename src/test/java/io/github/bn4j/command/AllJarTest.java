package io.github.bn4j.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bn4j.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The one jar that {@code mvn -Pall} makes, started as its users do: without a class path and without options. */
@Tag("all")
class AllJarTest {

    @TempDir
    Path folder;

    private static Path jar() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("target"))) {
            return files.filter(file -> file.getFileName().toString().endsWith("-all.jar"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void trainsTheExampleInSilence() throws Exception {
        List<String> lines = run(0, "", "example");
        assertThat(lines)
                .first()
                .asString()
                .startsWith("name           layer                  output      trainable  state  bias");
        assertThat(lines).last().asString().matches("test accuracy: 0\\.9\\d{3}");
        assertThat(lines).noneMatch(line -> line.contains("WARNING") || line.contains("SLF4J"));
    }

    @Test
    void opensAShell() throws Exception {
        assertThat(run(0, "Network.input(3).dense(2).build(1).engine()\n/exit\n"))
                .anyMatch(line -> line.startsWith("bn4j, networks in float32 run on "))
                .anyMatch(line -> line.contains("oneDNN with ") || line.contains("ND4J instead of "))
                .noneMatch(line -> line.contains("WARNING") || line.contains("SLF4J") || line.contains("Error"));
    }

    @Test
    void namesItsCommands() throws Exception {
        assertThat(run(2, "", "train"))
                .containsExactly(
                        "bn4j expects one of the commands [lint, summary, fold, convert, predict, shell, example] but got \"train\"; --help tells of them");
    }

    @Test
    void lintsAModel() throws Exception {
        Path model = folder.resolve("model.safetensors");
        Path fixed = folder.resolve("fixed.onnx");
        Models.odd().save(model);

        assertThat(run(1, "", "lint", model.toString(), "--fix", fixed.toString()))
                .startsWith("lint wrote \"" + fixed + "\" without 2 redundant biases")
                .contains("redundant-bias: 2 warnings, 20 parameters and 2,039 additions per example to save");
        assertThat(fixed).isRegularFile();
        assertThat(run(0, "", "--version")).first().asString().matches("bn4j \\d+\\..*");
    }

    /** Signatures of merged jars would be wrong, and module descriptors would speak for the whole. */
    @Test
    void holdsNoSignatureAndNoModule() throws Exception {
        try (JarFile file = new JarFile(jar().toFile())) {
            assertThat(file.stream().map(Object::toString))
                    .contains(
                            "io/github/bn4j/console/startup.jsh",
                            "META-INF/LICENSE",
                            "META-INF/services/io.github.bn4j.engine.BuiltInEngines",
                            "META-INF/services/org.nd4j.linalg.factory.Nd4jBackend")
                    .noneMatch(
                            name -> name.matches("META-INF/.*\\.(SF|RSA|DSA)") || name.endsWith("module-info.class"));
        }
    }

    private List<String> run(int status, String input, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                ChildProcess.program("java"),
                "-Dfile.encoding=UTF-8",
                "-Dstdout.encoding=UTF-8",
                "-Djava.util.prefs.userRoot=" + folder,
                "-jar",
                jar().toString()));
        command.addAll(List.of(arguments));
        Path typed = Files.writeString(folder.resolve("input.txt"), input);
        return ChildProcess.run(status, folder, new ProcessBuilder(command).redirectInput(typed.toFile()))
                .lines()
                .toList();
    }
}
