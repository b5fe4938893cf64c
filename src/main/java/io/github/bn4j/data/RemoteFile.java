package io.github.bn4j.data;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A file that can be downloaded.
 *
 * @param name what it is called, packed
 * @param source where it comes from
 * @param checksum what it must be
 */
record RemoteFile(String name, URI source, Checksum checksum) {

    static RemoteFile of(String folder, String name, Checksum checksum) {
        return new RemoteFile(name, URI.create(folder + name), checksum);
    }

    /** The file in a folder, packed or unpacked. */
    Optional<Path> in(Path folder) {
        return Stream.of(name, name.replaceFirst("\\.gz$", ""))
                .map(folder::resolve)
                .filter(Files::isRegularFile)
                .findFirst();
    }
}
