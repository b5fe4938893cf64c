package io.github.bn4j.console;

import io.github.bn4j.data.DownloadListener;
import io.github.bn4j.train.Epoch;
import io.github.bn4j.train.TrainingListener;
import java.io.Console;
import java.io.PrintStream;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * Shows how a training or a download goes: a live bar where a terminal is attached, elsewhere a line per epoch or file.
 */
public final class Progress implements TrainingListener, DownloadListener {

    private final PrintStream out;
    private final boolean live;
    private @Nullable ProgressBar bar;
    private String last = "";

    private Progress(PrintStream out, boolean live) {
        this.out = out;
        this.live = live;
    }

    /** On standard output: a bar if it is a terminal, lines if it is a file or pipe. */
    public static Progress show() {
        return new Progress(System.out, isTerminal());
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
        return new Progress(out, false);
    }

    @Override
    public void onStart(int epochs, int stepsPerEpoch) {
        if (live) {
            bar = bar("training", (long) epochs * stepsPerEpoch).build();
        }
    }

    private static ProgressBarBuilder bar(String task, long steps) {
        return new ProgressBarBuilder()
                .setTaskName(task)
                .setInitialMax(steps)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(100);
    }

    @Override
    public void onStep(int epoch, int step, double loss) {
        if (bar != null) {
            bar.step();
            bar.setExtraMessage(String.format(Locale.ROOT, "epoch %d loss %.4f%s", epoch, loss, last));
        }
    }

    @Override
    public void onEpoch(Epoch epoch) {
        last = Double.isNaN(epoch.validationAccuracy())
                ? ""
                : String.format(Locale.ROOT, " accuracy %.4f", epoch.validationAccuracy());
        if (bar == null) {
            out.println(epoch);
        }
    }

    @Override
    public void onEnd() {
        close();
    }

    @Override
    public void onDownload(String file, long bytes) {
        // Once more for each attempt.
        close();
        if (live) {
            bar = bar(file, bytes).setUnit(" MB", 1 << 20).build();
        } else {
            out.println(bytes < 0 ? "downloading " + file : "downloading " + file + ", " + bytes + " bytes");
        }
    }

    @Override
    public void onProgress(long bytes) {
        if (bar != null) {
            bar.stepTo(bytes);
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
