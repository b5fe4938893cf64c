package io.github.bn4j.plot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.bn4j.ChildProcess;
import io.github.bn4j.train.Epoch;
import io.github.bn4j.train.History;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of pictures, reports and tables where there is no room for them, or no place. */
@DisabledOnOs(OS.WINDOWS)
class FullDiskTest {

    private static final String OLD = "an older one";

    @TempDir
    private Path folder;

    private static History history() {
        return new History(IntStream.rangeClosed(1, 60)
                .mapToObj(i -> new Epoch(i, 1.0 / i, 2.0 / i, 0.5, 0.25, Map.of()))
                .toList());
    }

    /** Everything that is written of a history, by the name of the file, with who writes it. */
    private static Map<String, Map.Entry<String, Consumer<Path>>> writers() {
        History history = history();
        return Map.of(
                "a.svg", Map.entry("Picture.save", Picture.of(history)::save),
                "a.png", Map.entry("Picture.save", Picture.of(history)::save),
                "a.html", Map.entry("Report.save", history::report),
                "a.csv", Map.entry("saveCsv", history::saveCsv),
                "a.json", Map.entry("saveJson", history::saveJson));
    }

    /** A file can become no larger than 1 kB, and no temporary file can be made. */
    @Test
    void anOlderFileStays() throws Exception {
        for (String name : writers().keySet()) {
            Files.writeString(folder.resolve(name), OLD);
        }
        Path output = Files.createTempDirectory(folder, "output");
        ProcessBuilder limited = new ProcessBuilder(
                "bash",
                "-c",
                "ulimit -f 1; exec \"$@\" | cat",
                "bash",
                ChildProcess.program("java"),
                "-XX:-UsePerfData",
                "-Djava.io.tmpdir=" + folder.resolve("none"),
                "-cp",
                ChildProcess.CLASS_PATH,
                Save.class.getName(),
                folder.toString());
        // Newer JDKs say that there is no folder for temporary files.
        assertThat(ChildProcess.run(0, output, limited).lines().filter(line -> !line.startsWith("WARNING: ")))
                .containsExactlyInAnyOrderElementsOf(writers().entrySet().stream()
                        .map(entry -> entry.getValue().getKey() + " expects to write \""
                                + folder.resolve(entry.getKey())
                                + "\" but got java.io.IOException: File too large; what was there before is unchanged, save"
                                + " again when the cause is gone")
                        .toList());
        for (String name : writers().keySet()) {
            assertThat(folder.resolve(name)).hasContent(OLD);
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).as("and nothing beside them").hasSize(writers().size() + 1);
        }
    }

    /** The program that writes them all and prints what it is told. */
    static final class Save {

        private Save() {}

        public static void main(String[] arguments) {
            writers().forEach((name, writer) -> {
                try {
                    writer.getValue().accept(Path.of(arguments[0], name));
                    ChildProcess.print(name + " is written");
                } catch (UncheckedIOException e) {
                    ChildProcess.print(e.getMessage());
                }
            });
        }
    }

    @Test
    void refusesWhatIsNoFile() throws IOException {
        for (Map.Entry<String, Map.Entry<String, Consumer<Path>>> each :
                writers().entrySet()) {
            String who = each.getValue().getKey();
            Consumer<Path> writer = each.getValue().getValue();
            Path device = Files.createSymbolicLink(folder.resolve("device-" + each.getKey()), Path.of("/dev/full"));
            assertThatThrownBy(() -> writer.accept(device))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(who + " expects the path of a file but got the device or pipe \"" + device
                            + "\"; choose another name");
            Path directory = Files.createDirectory(folder.resolve("directory-" + each.getKey()));
            assertThatThrownBy(() -> writer.accept(directory))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(who + " expects the path of a file but got the directory \"" + directory
                            + "\"; add a file name");
        }
    }

    /** The files of processes take no others, not even from root. */
    @Test
    void saysThatAFolderTakesNoFiles() {
        Path processes = Path.of("/proc");
        assumeTrue(Files.isDirectory(processes), "there is no /proc");
        List<String> names = List.copyOf(writers().keySet());
        for (String name : names) {
            Path path = processes.resolve(name);
            assertThatThrownBy(() -> writers().get(name).getValue().accept(path))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageMatching("\\w+(\\.save)? expects to write \"\\Q" + path
                            + "\\E\" but got java\\.io\\.FileNotFoundException: /proc/\\.bn4j-\\S+\\.tmp \\(.*\\); what was"
                            + " there before is unchanged, save again when the cause is gone");
        }
    }
}
