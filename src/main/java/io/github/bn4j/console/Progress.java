package io.github.bn4j.console;

import io.github.bn4j.data.DownloadListener;
import io.github.bn4j.train.EndEvent;
import io.github.bn4j.train.Epoch;
import io.github.bn4j.train.EpochEvent;
import io.github.bn4j.train.StepEvent;
import io.github.bn4j.train.TrainingListener;
import io.github.bn4j.train.TrainingRun;
import java.io.Console;
import java.io.PrintStream;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Shows how a training or a download goes: a live bar where a terminal is attached, elsewhere a line per epoch or file.
 */
public final class Progress implements TrainingListener, DownloadListener {

    private static final double MEGABYTE = 1 << 20;

    private final PrintStream out;
    private final boolean live;
    private final Supplier<@Nullable ProgressBarConsumer> terminal;
    private @Nullable ProgressBar bar;
    private String last = "";
    private long size;

    private Progress(PrintStream out, boolean live, Supplier<@Nullable ProgressBarConsumer> terminal) {
        this.out = out;
        this.live = live;
        this.terminal = terminal;
    }

    /** On standard output: a bar if it is a terminal, lines if it is a file or pipe. */
    public static Progress show() {
        return new Progress(System.out, isTerminal(), () -> null);
    }

    // From JDK 22 on there is a console without a terminal too, which then says so.
    @SuppressWarnings("SystemConsoleNull")
    private static boolean isTerminal() {
        Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            return (Boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException before22) {
            return true;
        }
    }

    /** A line per epoch or file on {@code out}, never a bar. */
    public static Progress lines(PrintStream out) {
        return new Progress(out, false, () -> null);
    }

    /** A bar on a terminal of the given width. */
    static Progress bar(PrintStream out, int columns) {
        return new Progress(out, true, () -> new ConsoleProgressBarConsumer(out, columns));
    }

    @Override
    public void onStart(TrainingRun run) {
        run.notices().forEach(out::println);
        if (live) {
            bar = bar("training", run.steps()).build();
            bar.stepTo(run.taken());
        }
    }

    private ProgressBarBuilder bar(String task, long steps) {
        ProgressBarBuilder builder = new ProgressBarBuilder()
                .setTaskName(task)
                .setInitialMax(steps)
                .setRenderer(new ProgressLine())
                .setUpdateIntervalMillis(100);
        ProgressBarConsumer own = terminal.get();
        return own == null ? builder : builder.setConsumer(own);
    }

    @Override
    public void onStep(StepEvent step) {
        if (bar != null) {
            bar.step();
            bar.setExtraMessage(String.format(Locale.ROOT, "epoch %d loss %.4f%s", step.epoch(), step.loss(), last));
        }
    }

    @Override
    public void onEpoch(EpochEvent event) {
        Epoch epoch = event.epoch();
        last = epoch.metrics().entrySet().stream()
                .filter(metric -> !metric.getKey().equals("loss"))
                .map(metric -> " " + metric.getKey()
                        + (Double.isNaN(metric.getValue())
                                ? " –"
                                : String.format(Locale.ROOT, " %.4f", metric.getValue())))
                .collect(Collectors.joining());
        if (bar == null) {
            out.println(epoch);
        } else {
            // What the last step said is of one batch, and of the epoch before.
            bar.setExtraMessage(
                    String.format(Locale.ROOT, "epoch %d loss %.4f%s", epoch.number(), epoch.trainLoss(), last));
        }
    }

    @Override
    public void onEnd(EndEvent end) {
        close();
    }

    @Override
    public void onDownload(String file, long bytes) {
        // Once more for each attempt.
        close();
        if (live) {
            size = bytes;
            bar = bar(file, bytes).build();
        } else {
            out.println(bytes < 0 ? "downloading " + file : "downloading " + file + ", " + bytes + " bytes");
        }
    }

    @Override
    public void onProgress(long bytes) {
        if (bar != null) {
            bar.stepTo(bytes);
            bar.setExtraMessage(
                    size < 0
                            ? String.format(Locale.ROOT, "%.1f MB", bytes / MEGABYTE)
                            : String.format(Locale.ROOT, "%.1f of %.1f MB", bytes / MEGABYTE, size / MEGABYTE));
        }
    }

    @Override
    public void onDownloaded() {
        close();
    }

    private void close() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }

    @Override
    public String toString() {
        return live ? "Progress as a bar" : "Progress as lines";
    }
}
