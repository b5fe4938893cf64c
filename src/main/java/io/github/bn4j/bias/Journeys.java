package io.github.bn4j.bias;

import static java.util.Objects.requireNonNull;

import io.github.bn4j.bias.Fates.Fate;
import io.github.bn4j.bias.Fates.Route;
import io.github.bn4j.graph.Shift;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Tells the journeys of constants, each from what has been told of its next stop. */
final class Journeys {

    private final IdentityHashMap<Fate, Journey> told = new IdentityHashMap<>();

    /** The way from several places at once, those of a layer that is called several times: a leak at one is a leak. */
    Journey of(List<Fate> starts) {
        starts.forEach(this::tellFrom);
        Fate start =
                starts.stream().filter(fate -> !fate.harmless()).findFirst().orElse(starts.get(0));
        return of(start)
                .cancelledBy(starts.stream()
                        .flatMap(fate -> of(fate).cancelledBy().stream())
                        .distinct()
                        .toList());
    }

    private Journey of(Fate fate) {
        return requireNonNull(told.get(fate));
    }

    private void tellFrom(Fate start) {
        Deque<Fate> open = new ArrayDeque<>(List.of(start));
        while (!open.isEmpty()) {
            Fate fate = requireNonNull(open.peek());
            List<Fate> before = fate.routes().stream()
                    .map(Route::next)
                    .filter(Objects::nonNull)
                    .filter(next -> !told.containsKey(next))
                    .toList();
            before.forEach(open::push);
            if (before.isEmpty()) {
                told.put(open.pop(), tell(fate));
            }
        }
    }

    private Journey tell(Fate fate) {
        Route route = choose(fate);
        Journey journey =
                fate.shown() ? Journey.end(Rule.SHOWN) : route == null ? Journey.end(Rule.UNUSED) : along(route);
        return journey.cancelledBy(cancelledBy(fate));
    }

    /** Biases on the way are left out. */
    private Journey along(Route route) {
        Fate next = route.next();
        Journey rest;
        if (next == null) {
            rest = Journey.end(Rule.CANCELLED);
        } else if (!route.harmless() && route.stop().shift() == Shift.ANY) {
            rest = Journey.end(Rule.BLOCKED);
        } else {
            rest = of(next);
        }
        return route.through().bias().isPresent() ? rest : rest.after(route.stop());
    }

    // What leads to an output says more than what leads nowhere, and a leak says more than anything.
    private static @Nullable Route choose(Fate fate) {
        return fate.routes().stream()
                .filter(route -> route.harmless() == fate.harmless())
                .min(Comparator.comparing(Journeys::endsUnused))
                .orElse(null);
    }

    private static boolean endsUnused(Route route) {
        return route.next() != null
                && (route.stop().shift() == Shift.ANY || route.next().routes().isEmpty());
    }

    /* Where only one use leads to what cancels, as in a chain, its list serves here too. */
    private List<String> cancelledBy(Fate fate) {
        List<List<String>> lists = fate.routes().stream()
                .map(this::cancelledBy)
                .filter(list -> !list.isEmpty())
                .distinct()
                .toList();
        if (lists.size() <= 1) {
            return lists.isEmpty() ? List.of() : lists.get(0);
        }
        Set<String> all = lists.stream().flatMap(List::stream).collect(Collectors.toCollection(LinkedHashSet::new));
        return List.copyOf(all);
    }

    private List<String> cancelledBy(Route route) {
        Fate next = route.next();
        if (next == null) {
            return List.of(route.stop().layer());
        }
        return route.stop().shift() == Shift.ANY ? List.of() : of(next).cancelledBy();
    }
}
