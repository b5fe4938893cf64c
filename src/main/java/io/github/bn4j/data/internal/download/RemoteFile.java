package io.github.bn4j.data.internal.download;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A file that can be downloaded.
 *
 * @param name what it is called, packed
 * @param source where it comes from
 * @param checksum what it must be
 */
public record RemoteFile(String name, URI source, Checksum checksum) {

    public static RemoteFile of(String folder, String name, Checksum checksum) {
        return new RemoteFile(name, URI.create(folder + name), checksum);
    }

    /**
     * The file in a folder: packed or unpacked, under its own name or with a point, as {@code train-images.idx3-ubyte} is named
     * inside of its packed file, alone or in a folder that a program has unpacked it into.
     */
    Optional<Path> in(Path folder) {
        String unpacked = name.replaceFirst("\\.gz$", "");
        String withPoint = unpacked.replace("-idx", ".idx");
        List<String> names = List.of(name, unpacked, withPoint, withPoint + ".gz");
        return Stream.concat(names.stream(), names.stream().flatMap(parent -> names.stream()
                        .map(child -> parent + "/" + child)))
                .map(folder::resolve)
                .filter(Files::isRegularFile)
                .findFirst();
    }
}
