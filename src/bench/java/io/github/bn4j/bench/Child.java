package io.github.bn4j.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;

/** A contender's process, as seen from the parent. It works only while the parent waits for its answer. */
final class Child implements AutoCloseable {

    /** A contender cannot do what it was asked for; the message says why. */
    static final class Skipped extends Exception {

        private static final long serialVersionUID = 1;

        Skipped(String reason) {
            super(reason);
        }
    }

    private final Process process;
    private final Writer orders;
    private final BufferedReader answers;
    private final double secondsToFirstStep;

    /** Starts a process and waits for its first step of {@code work}; what it says besides goes to {@code log}. */
    Child(List<String> command, int threads, String work, Path log) throws IOException, Skipped {
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(log.toFile());
        builder.environment().put("OMP_NUM_THREADS", Integer.toString(threads));
        long start = System.nanoTime();
        process = builder.start();
        orders = process.outputWriter(StandardCharsets.UTF_8);
        answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        try {
            ask("open " + work);
        } catch (IOException | Skipped failure) {
            close();
            throw failure;
        }
        secondsToFirstStep = (System.nanoTime() - start) / 1e9;
    }

    /** Runs steps; the result is how many nanoseconds each took. */
    long[] run(int steps) throws IOException, Skipped {
        String[] words = ask("run " + steps).split(" ");
        return Arrays.stream(words).skip(1).mapToLong(Long::parseLong).toArray();
    }

    private String ask(String order) throws IOException, Skipped {
        String answer;
        try {
            orders.write(order + "\n");
            orders.flush();
            answer = answers.readLine();
        } catch (IOException broken) {
            answer = null;
        }
        if (answer == null) {
            throw new Skipped("its process ended");
        }
        if (!answer.startsWith("ok")) {
            throw new Skipped(answer.replaceFirst("^skip ", ""));
        }
        return answer;
    }

    /** From the start of the process to the end of the first step. */
    double secondsToFirstStep() {
        return secondsToFirstStep;
    }

    /** Most memory that was resident at one time, in MiB; empty where the system does not tell. */
    OptionalDouble peakMemory() throws IOException {
        Path status = Path.of("/proc", Long.toString(process.pid()), "status");
        if (!Files.isReadable(status)) {
            return OptionalDouble.empty();
        }
        Optional<String> line = Files.readAllLines(status).stream()
                .filter(text -> text.startsWith("VmHWM:"))
                .findFirst();
        return line.isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of(Long.parseLong(line.get().replaceAll("\\D", "")) / 1024.0);
    }

    @Override
    public void close() throws IOException {
        try {
            orders.close();
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        } catch (IOException ended) {
            process.destroyForcibly();
        }
    }
}
