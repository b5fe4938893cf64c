package io.github.bn4j.console;

import java.io.PrintStream;
import java.time.Duration;
import java.util.function.Supplier;

/** The last line of a terminal, which is written again and again, and stays as it is written last. */
final class LiveLine {

    private static final long REST_NANOS = Duration.ofMillis(100).toNanos();

    private final PrintStream out;
    private final int columns;
    private final ProgressLine line;
    private final long begun = System.nanoTime();
    private long drawn = begun - REST_NANOS;
    private int length;

    /**
     * A line that is empty so far.
     *
     * @param columns how many characters it may have, less than would fill the line of the terminal, which would then go on to the next
     */
    LiveLine(PrintStream out, int columns, ProgressLine line) {
        this.out = out;
        this.columns = Math.max(1, columns);
        this.line = line;
    }

    /** Writes it, ten times a second at most. */
    void show(long done, Supplier<ProgressLine.Words> words) {
        if (System.nanoTime() - drawn >= REST_NANOS) {
            draw(done, words.get());
        }
    }

    /** Writes it for the last time. */
    void end(long done, ProgressLine.Words words) {
        draw(done, words);
        out.println();
    }

    private void draw(long done, ProgressLine.Words words) {
        drawn = System.nanoTime();
        String text = line.text(done, Duration.ofNanos(drawn - begun), words, columns);
        out.print("\r" + text + " ".repeat(Math.max(0, length - text.length())));
        out.flush();
        length = text.length();
    }
}
