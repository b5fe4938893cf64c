package io.github.bn4j.bias;

import io.github.bn4j.bias.Fates.Fate;
import io.github.bn4j.bias.Fates.Route;
import io.github.bn4j.graph.AddBias;
import io.github.bn4j.graph.Shift;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The way of a constant, told for people: one path that stands for all, and everything that cancels it on the way.
 *
 * @param rule how it ends
 * @param path a path on which it shows if there is one, else the first path; biases on the way are left out
 * @param cancelledBy the layers that cancel it, on this path or another
 */
record Journey(Rule rule, List<Stop> path, List<String> cancelledBy) {

    /** The way from several places at once, those of a layer that is called several times: a leak at one is a leak. */
    static Journey of(List<Fate> starts) {
        Fate told = starts.stream().filter(fate -> !fate.harmless()).findFirst().orElse(starts.get(0));
        List<Stop> path = new ArrayList<>();
        Rule rule = walk(told, path);
        return new Journey(rule, List.copyOf(path), cancelledBy(starts));
    }

    private static Rule walk(Fate start, List<Stop> path) {
        Fate fate = start;
        while (true) {
            if (fate.shown()) {
                return Rule.SHOWN;
            }
            Route route = choose(fate);
            if (route == null) {
                return Rule.UNUSED;
            }
            if (!(route.through().op() instanceof AddBias)) {
                path.add(route.stop());
            }
            if (route.next() == null) {
                return Rule.CANCELLED;
            }
            if (!route.harmless() && route.stop().shift() == Shift.ANY) {
                return Rule.BLOCKED;
            }
            fate = route.next();
        }
    }

    // What leads to an output says more than what leads nowhere, and a leak says more than anything.
    private static @Nullable Route choose(Fate fate) {
        return fate.routes().stream()
                .filter(route -> route.harmless() == fate.harmless())
                .min(Comparator.comparing(Journey::endsUnused))
                .orElse(null);
    }

    private static boolean endsUnused(Route route) {
        return route.next() != null
                && (route.stop().shift() == Shift.ANY || route.next().routes().isEmpty());
    }

    private static List<String> cancelledBy(List<Fate> starts) {
        Set<String> layers = new LinkedHashSet<>();
        Set<Fate> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<Fate> open = new ArrayDeque<>(starts);
        while (!open.isEmpty()) {
            for (Route route : open.remove().routes()) {
                if (route.next() == null) {
                    layers.add(route.stop().layer());
                } else if (route.stop().shift() != Shift.ANY && seen.add(route.next())) {
                    open.add(route.next());
                }
            }
        }
        return List.copyOf(layers);
    }
}
