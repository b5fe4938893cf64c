package io.github.bn4j.data.internal.download;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * The folders of this computer where data sets are.
 *
 * @param own those that the user has named, none or one
 * @param cache where downloads go, if this user has a home
 * @param installed where packages of the operating system put them
 */
public record DataFolders(List<Path> own, Optional<Path> cache, Path installed) {

    static final String PROPERTY = "bn4j.data";
    static final String VARIABLE = "BN4J_DATA";

    public static DataFolders ofSystem() {
        return of(name -> System.getProperty(name, ""), name -> System.getenv().getOrDefault(name, ""));
    }

    /* XDG Base Directory Specification 0.8: a path that is not absolute is ignored. The user's home is "?" where the system does not
     * know the user, as in many containers. */

    /** The folders that properties and environment variables name; both yield "" for what is not set. */
    public static DataFolders of(UnaryOperator<String> properties, UnaryOperator<String> variables) {
        String own = properties.apply(PROPERTY).isEmpty() ? variables.apply(VARIABLE) : properties.apply(PROPERTY);
        return new DataFolders(
                own.isEmpty() ? List.of() : List.of(Path.of(own)),
                Stream.of(
                                variables.apply("XDG_CACHE_HOME"),
                                cacheIn(properties.apply("user.home")),
                                cacheIn(variables.apply("HOME")))
                        .map(Path::of)
                        .filter(Path::isAbsolute)
                        .findFirst()
                        .map(caches -> caches.resolve("bn4j")),
                Path.of("/usr/share/datasets"));
    }

    private static String cacheIn(String home) {
        return home.isEmpty() || home.equals("?") ? "" : home + "/.cache";
    }

    /** Where a data set with a folder of the given name may be, in the order of search. */
    public List<Path> candidates(String name) {
        List<Path> folders = new ArrayList<>(own);
        cache.ifPresent(folders::add);
        folders.add(installed);
        return folders.stream().map(folder -> folder.resolve(name)).toList();
    }
}
