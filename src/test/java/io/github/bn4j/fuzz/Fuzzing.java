package io.github.bn4j.fuzz;

import io.github.bn4j.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** How long a test goes on with a {@link Fuzzer}. */
public final class Fuzzing {

    /** The system property with the one seed to be tried, to see again what a message tells of. */
    public static final String SEED = "bn4j.seed";

    private static final int PROCESSES = 20;
    private static final int MINUTES = 3;

    private Fuzzing() {}

    /** Tries {@code count} seeds: half of them are the same each time, the others are of today. */
    public static void run(int count, Fuzzer fuzzer) throws IOException {
        long today = LocalDate.now(ZoneOffset.UTC).toEpochDay() * 1_000_000;
        for (int i = 0; i < count / 2; i++) {
            fuzzer.run(i);
            fuzzer.run(today + i);
        }
    }

    /**
     * Goes on for an hour, in twenty processes of three minutes each with 256 MB.
     *
     * @param program calls {@link FuzzProgram#run}
     * @param options further ones of the JVM
     */
    public static void runForAnHour(Class<?> program, Path folder, String... options) throws Exception {
        long now = System.currentTimeMillis() * 1000;
        for (int process = 0; process < PROCESSES; process++) {
            long first = now + process * 10_000_000L;
            Path own = Files.createDirectory(folder.resolve("from" + first));
            List<String> command = new ArrayList<>(List.of(
                    ChildProcess.program("java"),
                    // A heap that is touched as a whole at the start, so that what grows is off it.
                    "-Xms256m",
                    "-Xmx256m",
                    "-XX:+AlwaysPreTouch",
                    "-XX:+IgnoreUnrecognizedVMOptions",
                    "--enable-native-access=ALL-UNNAMED",
                    "--sun-misc-unsafe-memory-access=allow",
                    "-cp",
                    ChildProcess.CLASS_PATH));
            command.addAll(List.of(options));
            command.addAll(List.of(
                    program.getName(),
                    own.toString(),
                    Long.toString(first),
                    Long.toString(Long.MAX_VALUE),
                    Long.toString(60 * MINUTES)));
            ChildProcess.run(0, folder, new ProcessBuilder(command));
        }
    }
}
