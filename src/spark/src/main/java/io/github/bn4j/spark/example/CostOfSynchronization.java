package io.github.bn4j.spark.example;

import static io.github.bn4j.internal.Checks.checkState;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What it costs to take steps together, on this machine and without Spark: steps of one worker with and without sums over its only rank, and
 * steps of several processes with a thread each beside those of one process with as many threads.
 */
public final class CostOfSynchronization {

    private static final int BATCH = 64;
    private static final int STEPS = 200;

    private CostOfSynchronization() {}

    /** Takes the number of workers, examples of a batch over all of them, and steps: 2, 64 and 200 if they are not said. */
    public static void main(String[] arguments) throws IOException {
        int workers = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 2;
        int batch = arguments.length > 1 ? Integer.parseInt(arguments[1]) : BATCH;
        int steps = arguments.length > 2 ? Integer.parseInt(arguments[2]) : STEPS;
        print("1 process, 1 thread, without sums", run(1, 1, false, batch, steps));
        print("1 process, 1 thread, sums over one rank", run(1, 1, true, batch, steps));
        print("1 process, " + workers + " threads", run(1, workers, false, batch, steps));
        print(workers + " processes, 1 thread each", run(workers, 1, true, batch, steps));
    }

    private static void print(String what, String times) {
        System.out.println(what + ": " + times);
    }

    /** What the first of some processes says of its steps. */
    static String run(int ranks, int threads, boolean sums, int batch, int steps) throws IOException {
        List<Process> processes = new ArrayList<>();
        List<BufferedReader> lines = new ArrayList<>();
        try {
            for (int rank = 0; rank < ranks; rank++) {
                Process process = TimedSteps.start(rank, ranks, threads, sums, batch, steps);
                processes.add(process);
                lines.add(process.inputReader(StandardCharsets.UTF_8));
            }
            if (sums) {
                tellEachWhereAllAre(processes, lines);
            }
            return line(lines.get(0));
        } finally {
            processes.forEach(Process::destroy);
        }
    }

    private static void tellEachWhereAllAre(List<Process> processes, List<BufferedReader> lines) throws IOException {
        List<String> said = new ArrayList<>();
        for (BufferedReader reader : lines) {
            said.add(line(reader));
        }
        for (Process process : processes) {
            PrintWriter words = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
            said.forEach(words::println);
        }
    }

    private static String line(BufferedReader reader) throws IOException {
        String line = reader.readLine();
        checkState(
                line != null,
                "CostOfSynchronization expects processes that come to their end but got one that has not");
        return line;
    }
}
