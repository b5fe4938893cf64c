package io.github.bn4j.bench.peer;

/** A library under test, in a process of its own. */
@FunctionalInterface
public interface Contender {

    /**
     * Makes everything that is made once, and runs one step.
     *
     * @throws UnsupportedOperationException if this library cannot do {@code work}
     */
    Task open(Work work) throws Exception;

    /** A work that is ready to run. */
    @FunctionalInterface
    interface Task {

        /** Runs {@code steps} steps and returns how many nanoseconds each took. */
        long[] run(int steps) throws Exception;

        /** Times a step that anything can be called in. */
        static Task of(Step step) throws Exception {
            step.run();
            return steps -> {
                long[] times = new long[steps];
                for (int i = 0; i < steps; i++) {
                    long start = System.nanoTime();
                    step.run();
                    times[i] = System.nanoTime() - start;
                }
                return times;
            };
        }
    }

    /** One step. */
    @FunctionalInterface
    interface Step {

        /** Runs it. */
        void run() throws Exception;
    }
}
