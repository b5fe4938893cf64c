package io.github.bn4j.data.internal.download;

import io.github.bn4j.internal.CacheFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

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

    /** The folders that properties and environment variables name; both yield "" for what is not set. */
    public static DataFolders of(UnaryOperator<String> properties, UnaryOperator<String> variables) {
        String own = properties.apply(PROPERTY).isEmpty() ? variables.apply(VARIABLE) : properties.apply(PROPERTY);
        return new DataFolders(
                own.isEmpty() ? List.of() : List.of(Path.of(own)),
                CacheFolder.of(properties, variables),
                Path.of("/usr/share/datasets"));
    }

    /** Where a data set with a folder of the given name may be, in the order of search. */
    public List<Path> candidates(String name) {
        List<Path> folders = new ArrayList<>(own);
        cache.ifPresent(folders::add);
        folders.add(installed);
        return folders.stream().map(folder -> folder.resolve(name)).toList();
    }
}
