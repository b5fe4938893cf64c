package io.github.bn4j.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The folders of this computer where data sets are.
 *
 * @param own those that the user has named, none or one
 * @param cache where downloads go
 * @param installed where packages of the operating system put them
 */
record DataFolders(List<Path> own, Path cache, Path installed) {

    static final String PROPERTY = "bn4j.data";
    static final String VARIABLE = "BN4J_DATA";

    static DataFolders ofSystem() {
        return of(name -> System.getProperty(name, ""), name -> System.getenv().getOrDefault(name, ""));
    }

    /** The folders that properties and environment variables name; both yield "" for what is not set. */
    static DataFolders of(UnaryOperator<String> properties, UnaryOperator<String> variables) {
        String own = properties.apply(PROPERTY).isEmpty() ? variables.apply(VARIABLE) : properties.apply(PROPERTY);
        // XDG Base Directory Specification 0.8: a path that is not absolute is ignored.
        Path xdg = Path.of(variables.apply("XDG_CACHE_HOME"));
        Path caches = xdg.isAbsolute() ? xdg : Path.of(properties.apply("user.home"), ".cache");
        return new DataFolders(
                own.isEmpty() ? List.of() : List.of(Path.of(own)),
                caches.resolve("bn4j"),
                Path.of("/usr/share/datasets"));
    }

    /** Where a data set with a folder of the given name may be, in the order of search. */
    List<Path> candidates(String name) {
        List<Path> folders = new ArrayList<>(own);
        folders.add(cache);
        folders.add(installed);
        return folders.stream().map(folder -> folder.resolve(name)).toList();
    }
}
