package io.github.bn4j.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.function.Function;

/** What a file would hold, as bytes. They pass through a temporary file, as the formats are those of files. */
final class StateBytes {

    private StateBytes() {}

    static byte[] of(Consumer<Path> writer) {
        return withFile(file -> {
            writer.accept(file);
            return Files.readAllBytes(file);
        });
    }

    static <T> T read(byte[] bytes, Function<Path, T> reader) {
        return withFile(file -> {
            Files.write(file, bytes);
            return reader.apply(file);
        });
    }

    @FunctionalInterface
    private interface Work<T> {

        T with(Path file) throws IOException;
    }

    private static <T> T withFile(Work<T> work) {
        try {
            Path file = Files.createTempFile("bn4j-state-", ".safetensors");
            try {
                return work.with(file);
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "SharedTraining expects to write a temporary file but got " + e
                            + "; make room, or name another folder by -Djava.io.tmpdir",
                    e);
        }
    }
}
