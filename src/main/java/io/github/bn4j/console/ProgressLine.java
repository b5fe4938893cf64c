package io.github.bn4j.console;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a line of the terminal says of some work, what is most important first: {@code  40% epoch 2/5 loss 0.1234 accuracy 0.9667 0:12 left [===>
 * ]}. What the line is too short for is left out from the end; the bar takes what room there is.
 *
 * @param begun how much was done before
 * @param all how much there is to do; below 1 if nobody knows
 */
record ProgressLine(long begun, long all) {

    private static final int SHORTEST_BAR = 5;
    private static final int LONGEST_BAR = 30;

    /**
     * What there is to say besides share and time.
     *
     * @param first before the time that is left
     * @param shorter the same in fewer characters, for a line with no room for {@code first} and the time
     * @param more after it
     */
    record Words(List<String> first, List<String> shorter, List<String> more) {}

    String text(long done, Duration elapsed, Words words, int columns) {
        List<String> share = all < 1 ? List.of() : List.of(String.format(Locale.ROOT, "%3d%%", 100 * done / all));
        List<String> time = all < 1 ? List.of() : List.of(time(done, elapsed));
        boolean isWide = length(share) + length(words.first) + length(time) <= columns + 1;
        List<String> parts = new ArrayList<>(share);
        parts.addAll(isWide ? words.first : words.shorter);
        parts.addAll(time);
        parts.addAll(words.more);
        StringBuilder line = new StringBuilder(parts.get(0));
        for (String part : parts.subList(1, parts.size())) {
            if (line.length() + 1 + part.length() > columns) {
                return line.substring(0, Math.min(line.length(), columns));
            }
            line.append(' ').append(part);
        }
        int room = Math.min(LONGEST_BAR, columns - line.length() - 3);
        if (all >= 1 && room >= SHORTEST_BAR) {
            line.append(" [").append(bar(done, room)).append(']');
        }
        return line.toString();
    }

    /** With a space each. */
    private static int length(List<String> parts) {
        return parts.stream().mapToInt(part -> part.length() + 1).sum();
    }

    private String bar(long done, int length) {
        int full = (int) (done * length / all);
        return "=".repeat(full) + (full < length ? ">" + " ".repeat(length - full - 1) : "");
    }

    /** How much is left, reckoned by what was done since it began; at the end, how much it was. */
    private String time(long done, Duration elapsed) {
        if (done >= all) {
            return "in " + clock(elapsed.toSeconds());
        }
        return done <= begun
                ? "? left"
                : clock(Math.round(elapsed.toMillis() / 1000.0 / (done - begun) * (all - done))) + " left";
    }

    private static String clock(long seconds) {
        return seconds < 3600
                ? String.format(Locale.ROOT, "%d:%02d", seconds / 60, seconds % 60)
                : String.format(Locale.ROOT, "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
    }
}
