package io.github.bn4j.internal;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Where this user's computer keeps what programs can make or download again: {@code $XDG_CACHE_HOME/bn4j} if that is set, else {@code
 * ~/.cache/bn4j}, {@code ~/Library/Caches/bn4j} on macOS and {@code %LOCALAPPDATA%\bn4j} on Windows.
 */
public final class CacheFolder {

    private CacheFolder() {}

    /** That of this process, if the user has a home. */
    public static Optional<Path> ofSystem() {
        return of(name -> System.getProperty(name, ""), name -> System.getenv().getOrDefault(name, ""));
    }

    /* XDG Base Directory Specification 0.8: a path that is not absolute is ignored. The user's home is "?" where the system does not
     * know the user, as in many containers. */

    /** The one that properties and environment variables name; both yield "" for what is not set. */
    public static Optional<Path> of(UnaryOperator<String> properties, UnaryOperator<String> variables) {
        String system = properties.apply("os.name").toLowerCase(Locale.ROOT);
        boolean windows = system.startsWith("windows");
        String caches = windows ? "AppData/Local" : system.startsWith("mac") ? "Library/Caches" : ".cache";
        return List.of(
                        variables.apply("XDG_CACHE_HOME"),
                        windows ? variables.apply("LOCALAPPDATA") : "",
                        in(properties.apply("user.home"), caches),
                        in(variables.apply("HOME"), caches))
                .stream()
                .map(Path::of)
                .filter(Path::isAbsolute)
                .findFirst()
                .map(folder -> folder.resolve("bn4j"));
    }

    private static String in(String home, String folder) {
        return home.isEmpty() || home.equals("?") ? "" : home + "/" + folder;
    }
}
