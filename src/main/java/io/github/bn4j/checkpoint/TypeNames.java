package io.github.bn4j.checkpoint;

import io.github.bn4j.op.Elementwise;
import io.github.bn4j.op.MeanSquaredError;
import io.github.bn4j.op.function.ClippedLine;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What records and enums are called in a file where the declaration leaves open which one it is.
 *
 * <p>A file names classes, so it must not choose which are loaded. A plain name is looked for among the permitted classes of
 * a sealed interface, the member classes of an open one, and this library's own classes; any other name among the classes
 * that the caller handed in.
 */
final class TypeNames {

    /** Where this library's own classes are; which of these packages a class is in, no file tells. */
    private static final List<String> PACKAGES =
            List.of("io.github.bn4j.graph", "io.github.bn4j.op", "io.github.bn4j.op.function");

    /** Former names of this library's own classes: a line for each that has been renamed since a release. */
    private static final Map<String, Class<?>> RENAMED = Map.of(
            "Activation", Elementwise.class, "HardSigmoid", ClippedLine.class, "SquaredError", MeanSquaredError.class);

    /** This library's classes that have been looked for and found: looking takes longer than reading a node. */
    private static final Map<String, Class<?>> FOUND = new ConcurrentHashMap<>();

    private static final Pattern PLAIN_NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_]{0,99}");

    private final Map<String, Class<?>> known;

    private TypeNames(Map<String, Class<?>> known) {
        this.known = known;
    }

    /** The names of this library's classes and of the given ones. */
    static TypeNames with(Class<?>... own) {
        return with(RENAMED, own);
    }

    static TypeNames with(Map<String, Class<?>> renamed, Class<?>... own) {
        Map<String, Class<?>> known = new LinkedHashMap<>(renamed);
        for (Class<?> type : own) {
            if (!isStored(type)) {
                throw new CheckpointException("Network.load expects classes of records and enums but got "
                        + type.getName() + "; turn it into a record");
            }
            known.put(type.getName(), type);
        }
        for (Class<?> type : own) {
            Family.former(type).forEach(name -> known.putIfAbsent(name, type));
        }
        return new TypeNames(known);
    }

    static boolean isStored(Class<?> type) {
        return type.isRecord() || type.isEnum();
    }

    /** The name under which {@link #find} finds an implementation of an interface. */
    static String of(Class<?> type, Class<?> kind) {
        String plain = type.getSimpleName();
        if (type.equals(Family.of(kind).near().get(plain)) || isBuiltIn(type)) {
            return plain;
        }
        if (plain(type.getName(), kind) != null) {
            throw new CheckpointException(
                    "Network.save expects another name than that of a built-in class but got class " + type.getName()
                            + "; put it into a package");
        }
        return type.getName();
    }

    private static boolean isBuiltIn(Class<?> type) {
        return type.getEnclosingClass() == null && PACKAGES.contains(type.getPackageName());
    }

    /**
     * The implementation of an interface that a file means.
     *
     * @param place where the name stands, for messages
     */
    Class<?> find(String name, Class<?> kind, Json place) {
        Class<?> type = plain(name, kind);
        if (type == null && Family.of(kind).open()) {
            type = known.get(name);
        }
        if (type == null) {
            throw unknown(name, kind, place);
        }
        if (!kind.isAssignableFrom(type)) {
            throw place.wrong("the name of an implementation of " + kind.getSimpleName());
        }
        return type;
    }

    private static CheckpointException unknown(String name, Class<?> kind, Json place) {
        if (!Family.of(kind).open()) {
            return place.unknown("one of " + Family.of(kind).near().keySet());
        }
        if (PLAIN_NAME.matcher(name).matches()) {
            return place.source()
                    .wrong(
                            "an implementation of " + kind.getSimpleName() + " that this version knows as "
                                    + place.where(),
                            "\"" + name + "\"",
                            "use a newer bn4j, or pass the class to Network.load",
                            null);
        }
        String simple = name.substring(Math.max(name.lastIndexOf('.'), name.lastIndexOf('$')) + 1);
        return new CheckpointException("Network.load expects the class \"" + name
                + "\" but got none; pass it: Network.load(path, " + simple + ".class)");
    }

    private static @Nullable Class<?> plain(String name, Class<?> kind) {
        Family family = Family.of(kind);
        Class<?> type = family.near().get(name);
        if (type == null) {
            type = family.former().get(name);
        }
        return type == null && family.open() ? builtIn(name) : type;
    }

    private static @Nullable Class<?> builtIn(String name) {
        Class<?> found = FOUND.get(name);
        if (found != null || !PLAIN_NAME.matcher(name).matches()) {
            return found;
        }
        for (String home : PACKAGES) {
            try {
                Class<?> type = Class.forName(home + "." + name, false, TypeNames.class.getClassLoader());
                if (isStored(type)) {
                    FOUND.put(name, type);
                    return type;
                }
            } catch (ClassNotFoundException | LinkageError e) {
                // A linkage error is what a file system that ignores case makes of a name in the wrong case.
            }
        }
        return null;
    }
}
