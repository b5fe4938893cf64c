package io.github.bn4j.bias;

import java.util.ArrayList;
import java.util.List;

/**
 * The way of a constant, told for people: one path that stands for all, and everything that cancels it on the way.
 *
 * @param rule how it ends
 * @param first the first stops of a path on which it shows if there is one, else of the first path
 * @param last the last stops of that path, as many
 * @param length how many stops that path has
 * @param cancelledBy the layers that cancel it, on this path or another
 */
record Journey(Rule rule, List<Stop> first, List<Stop> last, int length, List<String> cancelledBy) {

    /* With the whole paths, what is told of a network would grow with the square of its depth. */

    /** How many stops are told at each end of a path. */
    static final int TOLD = 8;

    /** The journey that is over before its first stop. */
    static Journey end(Rule rule) {
        return new Journey(rule, List.of(), List.of(), 0, List.of());
    }

    /** The journey that makes a stop before this one. */
    Journey after(Stop stop) {
        List<Stop> start = new ArrayList<>(List.of(stop));
        start.addAll(first.subList(0, Math.min(first.size(), TOLD - 1)));
        return new Journey(
                rule, List.copyOf(start), length < TOLD ? List.copyOf(start) : last, length + 1, cancelledBy);
    }

    Journey cancelledBy(List<String> layers) {
        return new Journey(rule, first, last, length, layers);
    }

    /** The stops that are told, in order. */
    List<Stop> path() {
        List<Stop> path = new ArrayList<>(first);
        path.addAll(last.subList(Math.max(0, first.size() + last.size() - length), last.size()));
        return List.copyOf(path);
    }
}
