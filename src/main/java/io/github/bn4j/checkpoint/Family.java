package io.github.bn4j.checkpoint;

import io.github.bn4j.graph.Formerly;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The implementations of an interface that it names itself: those that it permits, if it is sealed, else those that are declared
 * in it.
 *
 * @param near records and enums by their simple names
 * @param former the same classes by the names that they had before
 * @param open whether there may be others
 */
record Family(SortedMap<String, Class<?>> near, Map<String, Class<?>> former, boolean open) {

    private static final ClassValue<Family> FAMILIES = new ClassValue<>() {
        @Override
        protected Family computeValue(Class<?> kind) {
            return compute(kind);
        }
    };

    /** That of an interface. */
    static Family of(Class<?> kind) {
        return FAMILIES.get(kind);
    }

    private static Family compute(Class<?> kind) {
        SortedMap<String, Class<?>> near = new TreeMap<>();
        boolean open = !kind.isSealed();
        for (Class<?> type : kind.isSealed() ? kind.getPermittedSubclasses() : kind.getDeclaredClasses()) {
            if (!kind.isAssignableFrom(type)) {
                continue;
            }
            if (TypeNames.isStored(type)) {
                add(type, near, kind);
            } else if (type.isInterface()) {
                Family within = of(type);
                within.near.values().forEach(one -> add(one, near, kind));
                open |= within.open;
            }
        }
        Map<String, Class<?>> former = new HashMap<>();
        near.values().forEach(type -> former(type).forEach(name -> former.put(name, type)));
        return new Family(Collections.unmodifiableSortedMap(near), Map.copyOf(former), open);
    }

    private static void add(Class<?> type, SortedMap<String, Class<?>> near, Class<?> kind) {
        Class<?> other = near.put(type.getSimpleName(), type);
        if (other != null && other != type) {
            throw new CheckpointException(
                    kind.getSimpleName() + " expects implementations of distinct names in files but got "
                            + other.getName() + " and " + type.getName() + "; rename one of them");
        }
    }

    /** The names that a class had before. */
    static List<String> former(Class<?> type) {
        Formerly formerly = type.getAnnotation(Formerly.class);
        return formerly == null ? List.of() : List.of(formerly.value());
    }
}
