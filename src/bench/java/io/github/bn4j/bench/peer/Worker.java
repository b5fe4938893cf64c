package io.github.bn4j.bench.peer;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * The child's side of the benchmark: answers one line for each line it is told, and does nothing in between.
 *
 * <ul>
 *   <li>{@code open WORK}: {@code ok} after the first step, or {@code skip REASON}
 *   <li>{@code run STEPS}: {@code ok TIME TIME …} in nanoseconds
 * </ul>
 */
public final class Worker {

    private Worker() {}

    /** Obeys until the input ends. */
    public static void serve(Contender contender) throws IOException {
        // Libraries print what they like; only answers may reach the parent.
        PrintStream answers = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        System.setOut(System.err);
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        Contender.Task task = steps -> new long[0];
        for (String order = orders.readLine(); order != null; order = orders.readLine()) {
            String[] words = order.split(" ");
            try {
                if (words[0].equals("open")) {
                    task = contender.open(Work.of(words[1]));
                    answers.println("ok");
                } else {
                    long[] times = task.run(Integer.parseInt(words[1]));
                    answers.println("ok "
                            + Arrays.stream(times).mapToObj(Long::toString).collect(Collectors.joining(" ")));
                }
            } catch (Exception | LinkageError failure) {
                failure.printStackTrace();
                answers.println(
                        "skip " + String.valueOf(failure).lines().findFirst().orElse(""));
            }
        }
        // Native thread pools may outlive main.
        Runtime.getRuntime().halt(0);
    }
}
