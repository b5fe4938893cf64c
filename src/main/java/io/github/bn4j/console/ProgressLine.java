package io.github.bn4j.console;

import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBarRenderer;
import me.tongfei.progressbar.ProgressState;

/**
 * A bar in one line of the terminal: task, share, bar, time left and message, {@code training 40% [===>    ] 0:12 epoch 2 …}.
 * The message comes first: the bar takes what it leaves, and goes where that is too little.
 */
final class ProgressLine implements ProgressBarRenderer {

    private static final int SHORTEST_BAR = 5;
    private static final int LONGEST_BAR = 30;

    @Override
    public String render(ProgressState state, int columns) {
        double share = state.isIndefinite() ? 0 : state.getNormalizedProgress();
        String start = state.getTaskName()
                + (state.isIndefinite() ? "" : String.format(Locale.ROOT, " %3d%%", (int) (100 * share)));
        String end = timeLeft(state, share) + " " + state.getExtraMessage();
        int room = Math.min(LONGEST_BAR, columns - start.length() - end.length() - 4);
        String line = room < SHORTEST_BAR ? start + " " + end : start + " [" + bar(share, room) + "] " + end;
        return line.substring(0, Math.min(line.length(), Math.max(0, columns)));
    }

    private static String bar(double share, int length) {
        int full = (int) (share * length);
        return "=".repeat(full) + (full < length ? ">" + " ".repeat(length - full - 1) : "");
    }

    private static String timeLeft(ProgressState state, double share) {
        if (share == 0) {
            return "?";
        }
        Duration elapsed = state.getElapsedAfterStart();
        long seconds = Math.round(elapsed.toMillis() * (1 - share) / share / 1000);
        return seconds < 3600
                ? String.format(Locale.ROOT, "%d:%02d", seconds / 60, seconds % 60)
                : String.format(Locale.ROOT, "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
    }
}
