package io.github.bn4j.train;

import java.util.List;
import java.util.stream.Collectors;

/** Whether class numbers mean the same in two data sets. */
final class ClassNames {

    private static final int MOST_NAMED = 10;

    private ClassNames() {}

    /**
     * Checks that classes are the same and numbered alike, where both have names.
     *
     * @param who who compares them, and what it expects, up to the names
     * @param known the name of class 0 first
     * @param given likewise
     * @param advice how to make them the same
     * @throws IllegalArgumentException that names those which differ
     */
    static void requireSame(String who, List<String> known, List<String> given, String advice) {
        if (!known.isEmpty() && !given.isEmpty() && !known.equals(given)) {
            throw new IllegalArgumentException(who + " but got " + difference(known, given) + "; " + advice);
        }
    }

    private static String difference(List<String> known, List<String> given) {
        List<String> missing =
                known.stream().filter(name -> !given.contains(name)).toList();
        List<String> other =
                given.stream().filter(name -> !known.contains(name)).toList();
        if (!missing.isEmpty() && !other.isEmpty()) {
            return some(other, ", ") + " instead of " + some(missing, ", ");
        }
        if (!missing.isEmpty()) {
            return "none called " + some(missing, " or ");
        }
        if (!other.isEmpty()) {
            return some(other, ", ") + " besides";
        }
        int first = 0;
        while (first < known.size() && known.get(first).equals(given.get(first))) {
            first++;
        }
        return "another order, in which class " + first + " is " + given.get(first) + " and not " + known.get(first);
    }

    /** The first few names of a list that may be long. */
    private static String some(List<String> names, String between) {
        String first = names.stream().limit(MOST_NAMED).collect(Collectors.joining(between));
        return names.size() > MOST_NAMED ? first + between + (names.size() - MOST_NAMED) + " more" : first;
    }
}
