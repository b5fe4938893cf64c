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
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntSupplier;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Shows how a training or a download goes: a live line with a bar where a terminal is attached, elsewhere a line per epoch or file. Of a training
 * that ends early it says so in a line. In the shell of bn4j it is there without being asked for.
 */
public final class Progress implements TrainingListener, DownloadListener {

    private static final double MEGABYTE = 1 << 20;
    private static final double SMALL = 1e-3;
    private static final double LARGE = 1e4;

    private static volatile boolean always;

    private final PrintStream out;
    private final boolean live;
    private final IntSupplier columns;
    private @Nullable LiveLine line;
    private long done;
    private int lastEpoch;
    private @Nullable StepEvent step;
    private @Nullable Epoch epoch;
    private String file = "";
    private long size;

    private Progress(PrintStream out, boolean live, IntSupplier columns) {
        this.out = out;
        this.live = live;
        this.columns = columns;
    }

    /** On standard output: a live line if it is a terminal, lines if it is a file or pipe. */
    public static Progress show() {
        PrintStream out = System.out;
        return new Progress(out, isTerminal(), () -> new ConsoleProgressBarConsumer(out).getMaxRenderedLength());
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

    /** A line per epoch or file on {@code out}, never a live one. */
    public static Progress lines(PrintStream out) {
        return new Progress(out, false, () -> 0);
    }

    /** A live line of so many characters. */
    static Progress live(PrintStream out, int columns) {
        return new Progress(out, true, () -> columns);
    }

    /**
     * Shows every training whose trainer is made by {@code net.trainer()} from now on in this JVM, unless it has a {@code Progress} as a listener: what
     * the shell does at its start.
     */
    public static void showAlways() {
        always = true;
    }

    /** Shows those trainings alone that have a {@code Progress} as a listener, as is usual outside of the shell. */
    public static void showOnRequest() {
        always = false;
    }

    /** What shows a training that does not say how; empty if nothing does. */
    public static Optional<TrainingListener> usual() {
        return always ? Optional.of(show()) : Optional.empty();
    }

    @Override
    public void onStart(TrainingRun run) {
        run.notices().forEach(out::println);
        step = null;
        epoch = null;
        lastEpoch = 0;
        if (live) {
            begin(run.taken(), run.steps());
        }
    }

    private void begin(long begun, long all) {
        LiveLine begins = new LiveLine(out, columns.getAsInt(), new ProgressLine(begun, all));
        done = begun;
        line = begins;
        begins.show(begun, this::words);
    }

    @Override
    public void onStep(StepEvent event) {
        TrainingRun run = event.run();
        if (lastEpoch == 0) {
            lastEpoch = event.epoch() + run.epochs() - 1 - (int) ((run.taken() - 1) / run.stepsPerEpoch());
        }
        step = event;
        advance(run.taken());
    }

    @Override
    public void onPart(TrainingRun run) {
        if (line == null && run.taken() % run.stepsPerEpoch() != 0) {
            out.println("step " + run.taken() + " of " + run.steps());
        }
        advance(run.taken());
    }

    private void advance(long now) {
        done = now;
        LiveLine drawn = line;
        if (drawn != null) {
            drawn.show(now, this::words);
        }
    }

    @Override
    public void onEpoch(EpochEvent event) {
        epoch = event.epoch();
        if (line == null) {
            out.println(event.epoch());
        } else {
            advance(done);
        }
    }

    /** The loss is that of the last step, or of the epoch where that is over; the metrics are those of the last epoch. */
    private static ProgressLine.Words training(StepEvent now, @Nullable Epoch judged, int lastEpoch) {
        double loss = judged != null && judged.number() == now.epoch() ? judged.trainLoss() : now.loss();
        String number = "epoch " + now.epoch() + "/" + lastEpoch;
        List<String> first = new ArrayList<>(List.of(number, "loss " + number(loss, 4)));
        List<String> shorter = new ArrayList<>(List.of(number, "loss " + number(loss, 3)));
        List<String> more = new ArrayList<>();
        if (judged != null) {
            for (Map.Entry<String, Double> metric : judged.metrics().entrySet()) {
                String name = metric.getKey();
                double value = metric.getValue();
                if (name.equals("accuracy")) {
                    first.add("accuracy " + number(value, 4));
                    shorter.add("acc " + number(value, 3));
                } else if (!name.equals("loss")) {
                    more.add(name + " " + number(value, 4));
                }
            }
        }
        return new ProgressLine.Words(first, shorter, more);
    }

    private static String number(double value, int digits) {
        if (Double.isNaN(value)) {
            return "–";
        }
        double size = Math.abs(value);
        String format = size == 0 || (size >= SMALL && size < LARGE) ? "%." + digits + "f" : "%." + (digits - 1) + "e";
        return String.format(Locale.ROOT, format, value);
    }

    private ProgressLine.Words words() {
        StepEvent now = step;
        if (now != null) {
            return training(now, epoch, lastEpoch);
        }
        if (file.isEmpty()) {
            return new ProgressLine.Words(List.of("training"), List.of("training"), List.of());
        }
        String amount = size < 0
                ? String.format(Locale.ROOT, "%.1f MB", done / MEGABYTE)
                : String.format(Locale.ROOT, "%.1f of %.1f MB", done / MEGABYTE, size / MEGABYTE);
        return new ProgressLine.Words(List.of(file, amount), List.of(file), List.of());
    }

    @Override
    public void onEnd(EndEvent end) {
        close();
        if (end.failure().isEmpty()) {
            end.history().endedEarly().ifPresent(why -> out.println("ended early, " + why));
        }
    }

    @Override
    public void onDownload(String name, long bytes) {
        // Once more for each attempt.
        close();
        if (live) {
            file = name;
            size = bytes;
            begin(0, bytes);
        } else {
            out.println(bytes < 0 ? "downloading " + name : "downloading " + name + ", " + bytes + " bytes");
        }
    }

    @Override
    public void onProgress(long bytes) {
        advance(bytes);
    }

    @Override
    public void onDownloaded() {
        close();
    }

    private void close() {
        LiveLine ended = line;
        if (ended != null) {
            ended.end(done, words());
            line = null;
        }
        step = null;
        file = "";
    }

    @Override
    public String toString() {
        return live ? "Progress as a live line" : "Progress as lines";
    }
}
