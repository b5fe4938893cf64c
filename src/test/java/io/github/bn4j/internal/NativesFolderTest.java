package io.github.bn4j.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bn4j.ChildProcess;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where JavaCPP unpacks the natives of ND4J, and what is said where it cannot. */
class NativesFolderTest {

    private static final String ADVICE =
            "; name a folder that can be written to, has room for 500 MB and is not mounted noexec"
                    + " by -Dorg.bytedeco.javacpp.cachedir=/some/folder";

    @TempDir
    private Path folder;

    private List<String> start(String classPath, String... options) throws Exception {
        Path work = Files.createDirectories(folder.resolve("work"));
        List<String> command = new ArrayList<>(List.of(
                ChildProcess.program("java"),
                "-Xmx256m",
                "-XX:+IgnoreUnrecognizedVMOptions",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow"));
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", classPath, StartNatives.class.getName()));
        return ChildProcess.run(0, folder, new ProcessBuilder(command).directory(work.toFile()))
                .lines()
                // From Java 24 on the JVM itself warns of a java.io.tmpdir that is not there.
                .filter(line -> !line.startsWith("WARNING: java.io.tmpdir"))
                .toList();
    }

    /** A folder inside of a file can be made by nobody, not even by root. */
    @Test
    void saysEachTimeThatNoFolderCanBeWrittenTo() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        String sentence =
                "bn4j expects to load the natives of ND4J but got IOException: Could not create the cache: Set the"
                        + " \"org.bytedeco.javacpp.cachedir\" system property" + ADVICE;

        assertThat(start(
                        ChildProcess.CLASS_PATH,
                        "-Dorg.bytedeco.javacpp.cachedir=" + file.resolve("a"),
                        "-Duser.home=" + file.resolve("b"),
                        "-Djava.io.tmpdir=" + file.resolve("c")))
                .containsExactly(sentence, sentence);
    }

    @Test
    void saysThatTheNativesOfThePlatformAreAbsent() throws Exception {
        String without = Arrays.stream(ChildProcess.CLASS_PATH.split(Pattern.quote(File.pathSeparator), -1))
                .filter(jar -> !Path.of(jar).getFileName().toString().matches("openblas-[0-9.-]+-[a-z].*\\.jar"))
                .collect(Collectors.joining(File.pathSeparator));

        assertThat(start(without))
                .hasSize(2)
                .allMatch(line -> line.startsWith(
                                "bn4j expects to load the natives of ND4J but got UnsatisfiedLinkError: Could not find jni")
                        && line.endsWith("; put the jars with the natives of this platform on the class path"));
    }

    /** The natives are in another folder that JavaCPP looks into for itself; there is no need to unpack 400 MB once more. */
    @Test
    void makesNoFolderNamedLikeAHomeThatIsUnknown() throws Exception {
        Path cache = Path.of(System.getProperty("user.home"), ".javacpp", "cache");
        Path temporary = Files.createDirectories(folder.resolve("tmp"));
        if (Files.isDirectory(cache)) {
            Files.createSymbolicLink(
                    Files.createDirectory(temporary.resolve(".javacpp-me")).resolve("cache"), cache);
        }

        assertThat(start(ChildProcess.CLASS_PATH, "-Duser.home=?", "-Duser.name=me", "-Djava.io.tmpdir=" + temporary))
                .containsExactly("started", "started");
        assertThat(folder.resolve("work")).isEmptyDirectory();
        Path unpacked = temporary.resolve(".javacpp-me/cache");
        assertThat(unpacked).isNotEmptyDirectory();
        if (Files.isSymbolicLink(unpacked)) {
            Files.delete(unpacked);
        }
    }

    /** The chains of exceptions of JavaCPP 1.5.7 on Linux, seen with a temporary file system that is mounted so. */
    @Test
    void findsTheReasonAtTheEndOfTheChain() {
        for (String reason : new String[] {
            "/t/libjniopenblas.so: failed to map segment from shared object",
            "/t/libjniopenblas.so: libopenblas.so.0: cannot open shared object file: No such file or directory"
        }) {
            Throwable chain = new ExceptionInInitializerError(new RuntimeException(
                    "ND4J is probably missing dependencies",
                    new UnsatisfiedLinkError("no jniopenblas in java.library.path: /lib")
                            .initCause(new UnsatisfiedLinkError(reason))));
            assertThat(Natives.sentence(chain))
                    .isEqualTo("bn4j expects to load the natives of ND4J but got UnsatisfiedLinkError: " + reason
                            + ADVICE);
        }
    }
}
