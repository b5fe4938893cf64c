package io.github.bn4j.internal;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Names that somebody may have meant who gave one that does not exist. */
public final class NearNames {

    private static final int MOST = 3;

    private NearNames() {}

    /** A clause for behind the wrong name, such as {@code , which is near "relu_1"}; empty if none is near. */
    public static String clause(String wrong, Stream<String> names) {
        List<String> near = of(wrong, names);
        return near.isEmpty()
                ? ""
                : near.stream()
                        .map(name -> "\"" + name + "\"")
                        .collect(Collectors.joining(" and ", ", which is near ", ""));
    }

    /** The nearest few: at most a third of the letters away, whatever the case; the nearest first. */
    static List<String> of(String wrong, Stream<String> names) {
        String small = wrong.toLowerCase(Locale.ROOT);
        int far = Math.max(1, wrong.length() / 3);
        return names.distinct()
                .filter(name -> Math.abs(name.length() - wrong.length()) <= far)
                .filter(name -> distance(small, name.toLowerCase(Locale.ROOT)) <= far)
                .sorted(Comparator.comparingInt(name -> distance(small, name.toLowerCase(Locale.ROOT))))
                .limit(MOST)
                .toList();
    }

    /* Levenshtein's: letters to insert, leave out or replace. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
