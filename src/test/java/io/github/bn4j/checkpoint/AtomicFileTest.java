package io.github.bn4j.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.bn4j.ChildProcess;
import io.github.bn4j.internal.AtomicFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A file is there as a whole, where the user said, and nothing is beside it. */
class AtomicFileTest {

    private static final byte[] OLD = "old".getBytes(StandardCharsets.UTF_8);
    private static final byte[] NEW = "new".getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path folder;

    private static void save(Path path) {
        NetworkFileWriter.write(path, out -> out.write(NEW));
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void followsSymbolicLinks() throws IOException {
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        Path target = Files.write(elsewhere.resolve("net-7"), OLD);
        Path second = Files.createSymbolicLink(folder.resolve("second"), Path.of("elsewhere", "net-7"));
        Path first = Files.createSymbolicLink(folder.resolve("first"), second);
        Path dangling = Files.createSymbolicLink(folder.resolve("dangling"), Path.of("elsewhere", "net-8"));

        save(first);
        save(dangling);

        assertThat(Files.readAllBytes(target)).isEqualTo(NEW);
        assertThat(Files.readAllBytes(elsewhere.resolve("net-8"))).isEqualTo(NEW);
        assertThat(Stream.of(first, second, dangling)).allMatch(Files::isSymbolicLink);
        assertThat(names()).containsExactly("dangling", "elsewhere", "first", "second");
        assertThat(elsewhere.toFile().list()).containsExactlyInAnyOrder("net-7", "net-8");
    }

    @Test
    void replacesFilesThatBelongTogetherOrNone() throws IOException {
        Path first = Files.write(folder.resolve("first"), OLD);
        Path second = Files.write(folder.resolve("second"), OLD);
        Map<Path, AtomicFile.Content> files = new LinkedHashMap<>();
        files.put(first, out -> out.write(NEW));
        files.put(second, out -> {
            throw new IOException("the disk is full");
        });
        assertThatThrownBy(() -> AtomicFile.replace(files)).hasMessage("the disk is full");
        assertThat(Files.readAllBytes(first)).isEqualTo(OLD);
        assertThat(Files.readAllBytes(second)).isEqualTo(OLD);

        files.put(second, out -> out.write(NEW));
        AtomicFile.replace(files);
        assertThat(Files.readAllBytes(first)).isEqualTo(NEW);
        assertThat(Files.readAllBytes(second)).isEqualTo(NEW);
        assertThat(names()).containsExactly("first", "second");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void saysWhereALinkLeadsNowhere() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("missing", "net"));
        assertThatExceptionOfType(CheckpointException.class)
                .isThrownBy(() -> save(link))
                .withMessage("Network.save expects an existing directory for \"" + link + "\" but got \""
                        + folder.resolve("missing") + "\"; create it first");
        Path circle = Files.createSymbolicLink(folder.resolve("circle"), Path.of("circle"));
        assertThatThrownBy(() -> save(circle))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage("Network.save expects to write \"" + circle + "\" but got java.io.IOException: too many"
                        + " symbolic links at " + circle
                        + "; what was there before is unchanged, save again when the cause is gone");
        assertThat(names()).containsExactly("circle", "link");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void refusesDevicesAndPipes() throws IOException, InterruptedException {
        Path pipe = folder.resolve("pipe");
        assumeTrue(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0, "mkfifo is not installed");
        for (Path path : new Path[] {pipe, Path.of("/dev/null")}) {
            assertThatExceptionOfType(CheckpointException.class)
                    .isThrownBy(() -> save(path))
                    .withMessage("Network.save expects the path of a file but got the device or pipe \"" + path
                            + "\"; choose another name");
            assertThatExceptionOfType(CheckpointException.class)
                    .isThrownBy(() -> Checkpoint.read(path))
                    .withMessage(
                            "Network.load expects a file but got the device or pipe \"" + path + "\"; check the path");
        }
        assertThat(names()).containsExactly("pipe");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void keepsPermissions() throws IOException {
        for (String permissions : List.of("rw-------", "rw-rw-r--", "r--r--r--", "rwxr-x--x")) {
            Path path = Files.write(folder.resolve("net"), OLD);
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
            save(path);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                    .isEqualTo(permissions);
            assertThat(Files.readAllBytes(path)).isEqualTo(NEW);
            Files.delete(path);
        }
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void makesNewFilesLikeOthers() throws IOException {
        Path usual = Files.createFile(folder.resolve("usual"));
        Path path = folder.resolve("net");
        save(path);
        assertThat(Files.getPosixFilePermissions(path)).isEqualTo(Files.getPosixFilePermissions(usual));
    }

    @Test
    void deletesWhatKilledProcessesLeft() throws Exception {
        Path path = folder.resolve("net");
        Process killed = writer(path);
        killed.destroyForcibly().waitFor();
        assertThat(names()).hasSize(1).allMatch(name -> name.matches("\\.bn4j-.*\\.tmp"));

        save(path);

        assertThat(names()).containsExactly("net");
    }

    @Test
    void leavesWhatAnotherProcessIsWriting() throws Exception {
        Path path = folder.resolve("net");
        Process writing = writer(path);
        try {
            save(folder.resolve("other"));
            save(path);
            assertThat(Files.readAllBytes(path)).isEqualTo(NEW);
        } finally {
            writing.getOutputStream().close();
        }
        assertThat(writing.waitFor()).isZero();
        assertThat(Files.readAllBytes(path)).hasSize(Halfway.SIZE).containsOnly('x');
        assertThat(names()).containsExactly("net", "other");
    }

    /** A process that is halfway through saving and goes on when its input ends. */
    private static Process writer(Path path) throws IOException {
        Process process = new ProcessBuilder(
                        ChildProcess.program("java"),
                        "-cp",
                        ChildProcess.CLASS_PATH,
                        Halfway.class.getName(),
                        path.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        assertThat(output.readLine()).isEqualTo("halfway");
        return process;
    }

    /** The program of that process. */
    static final class Halfway {

        static final int SIZE = 1_000_000;

        private Halfway() {}

        public static void main(String[] arguments) throws IOException {
            byte[] half = new byte[SIZE / 2];
            Arrays.fill(half, (byte) 'x');
            AtomicFile.replace(Path.of(arguments[0]), out -> {
                out.write(half);
                ChildProcess.print("halfway");
                while (System.in.read() >= 0) {
                    continue;
                }
                out.write(half);
            });
        }
    }

    @Test
    void isWholeWhoeverElseWritesIt() throws Exception {
        Path path = folder.resolve("net");
        List<Process> processes = new ArrayList<>();
        for (char letter : new char[] {'a', 'b'}) {
            processes.add(new ProcessBuilder(
                            ChildProcess.program("java"),
                            "-cp",
                            ChildProcess.CLASS_PATH,
                            Competitor.class.getName(),
                            path.toString(),
                            "" + letter)
                    .inheritIO()
                    .start());
        }
        int seen = 0;
        while (processes.stream().anyMatch(Process::isAlive)) {
            if (Files.exists(path)) {
                seen++;
                assertWhole(Files.readAllBytes(path));
            }
        }
        for (Process process : processes) {
            assertThat(process.waitFor()).isZero();
        }
        assertThat(seen).isPositive();
        assertWhole(Files.readAllBytes(path));
        assertThat(names()).containsExactly("net");
    }

    private static void assertWhole(byte[] bytes) {
        assertThat(bytes).hasSize(Competitor.SIZE).containsOnly(bytes[0]);
    }

    /** Two threads that save to the same file again and again. */
    static final class Competitor {

        static final int SIZE = 30_000;
        private static final int SAVES = 100;

        private Competitor() {}

        public static void main(String[] arguments) throws InterruptedException {
            Thread second = new Thread(() -> saves(arguments, 'A' - 'a'));
            second.setUncaughtExceptionHandler((thread, failure) -> {
                failure.printStackTrace();
                Runtime.getRuntime().halt(1);
            });
            second.start();
            saves(arguments, 0);
            second.join();
        }

        private static void saves(String[] arguments, int shift) {
            byte[] third = new byte[SIZE / 3];
            Arrays.fill(third, (byte) (arguments[1].charAt(0) + shift));
            for (int i = 0; i < SAVES; i++) {
                NetworkFileWriter.write(Path.of(arguments[0]), out -> {
                    out.write(third);
                    out.write(third);
                    out.write(third);
                });
            }
        }
    }

    /** Java spells names in the charset of the locale; with LANG=C a name of other letters is only bytes to it. */
    @Test
    @DisabledOnOs(OS.WINDOWS)
    void savesAndLoadsNamesWhateverTheLocale() throws Exception {
        Path own = Files.createDirectory(folder.resolve("own"));
        for (String locale : new String[] {"C", "C.UTF-8"}) {
            for (String name : new String[] {"netz", "h%C3%BCnde", "%E7%8C%AB"}) {
                Path inside = Files.createDirectories(Path.of(URI.create(own.toUri() + locale + "/" + name)));
                ProcessBuilder builder = new ProcessBuilder(
                        ChildProcess.program("java"),
                        "-cp",
                        ChildProcess.CLASS_PATH,
                        SaveTwice.class.getName(),
                        inside.toUri() + name);
                builder.environment().put("LC_ALL", locale);
                assertThat(ChildProcess.run(0, folder, builder).strip())
                        .isEqualTo((locale.equals("C") ? "ANSI_X3.4-1968" : "UTF-8") + " [110, 101, 119]");
                try (Stream<Path> files = Files.list(inside)) {
                    assertThat(files).hasSize(1);
                }
            }
        }
    }

    /** The program of that process. */
    static final class SaveTwice {

        private SaveTwice() {}

        public static void main(String[] arguments) throws IOException {
            Path path = Path.of(URI.create(arguments[0]));
            NetworkFileWriter.write(path, out -> out.write(OLD));
            save(path);
            byte[] read = AtomicFile.read(path, (in, size) -> in.readNBytes((int) size));
            ChildProcess.print(System.getProperty("sun.jnu.encoding") + " " + Arrays.toString(read));
        }
    }

    @Test
    void writesToAndReadsFromAnArchive() throws IOException {
        URI archive = URI.create("jar:" + folder.resolve("nets.zip").toUri());
        try (FileSystem zip = FileSystems.newFileSystem(archive, Map.of("create", "true"))) {
            Path path = zip.getPath("/net");
            save(path);
            byte[] read = AtomicFile.read(path, (in, size) -> in.readNBytes((int) size));
            assertThat(read).isEqualTo(NEW);
            try (Stream<Path> files = Files.list(zip.getPath("/"))) {
                assertThat(files.map(Path::toString)).containsExactly("/net");
            }
        }
    }
}
