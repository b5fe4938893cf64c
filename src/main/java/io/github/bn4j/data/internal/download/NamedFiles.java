package io.github.bn4j.data.internal.download;

import io.github.bn4j.data.DataException;
import io.github.bn4j.data.DownloadListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The files of a data set that is known by name.
 *
 * @param who the data set's class, for messages
 * @param folder name of the folder for them, such as {@code fashion-mnist}
 * @param files what there must be
 * @param hint one more way to get them, or nothing
 */
public record NamedFiles(String who, String folder, List<RemoteFile> files, String hint) {

    /** The files in {@code folder}, in the order of {@link #files}, packed or unpacked. */
    public List<Path> in(Path folder) {
        DataException.check(
                Files.isDirectory(folder), "%s expects a folder at \"%s\" but got none; check the path", who, folder);
        List<String> missing = files.stream()
                .filter(file -> file.in(folder).isEmpty())
                .map(RemoteFile::name)
                .toList();
        DataException.check(
                missing.isEmpty(),
                "%s expects the files %s in \"%s\" but got none named %s; put them there, packed or unpacked",
                who,
                names(),
                folder,
                String.join(", ", missing));
        return files.stream()
                .map(file -> file.in(folder))
                .flatMap(Optional::stream)
                .toList();
    }

    public boolean isIn(Path folder) {
        return files.stream().allMatch(file -> file.in(folder).isPresent());
    }

    /** The files where they are on this computer, downloaded if they are nowhere. */
    public List<Path> find(DataFolders folders, DownloadListener listener) {
        List<Path> candidates = folders.candidates(folder);
        for (Path candidate : candidates) {
            if (isIn(candidate)) {
                return in(candidate);
            }
        }
        Path cache = folders.cache()
                .orElseThrow(() -> DataException.of(
                        "%s expects %s in %s, or a home of this user to download them to, but got neither; name a folder by"
                                + " the system property %s, or by the environment variable XDG_CACHE_HOME",
                        who, names(), quoted(candidates), DataFolders.PROPERTY))
                .resolve(folder);
        try {
            new Cache(cache).fill(files, listener);
        } catch (IOException e) {
            throw DataException.of(
                    e,
                    "%s expects %s in %s, or to download them, but got %s; put the files into \"%s\", or into a folder"
                            + " \"%s\" of a folder that the system property %s or the environment variable %s names%s",
                    who,
                    names(),
                    quoted(candidates),
                    e.getMessage(),
                    cache,
                    folder,
                    DataFolders.PROPERTY,
                    DataFolders.VARIABLE,
                    hint);
        }
        return in(cache);
    }

    private static String quoted(List<Path> paths) {
        return paths.stream().map(path -> "\"" + path + "\"").collect(Collectors.joining(" or "));
    }

    private String names() {
        return files.stream().map(RemoteFile::name).collect(Collectors.joining(", "));
    }
}
