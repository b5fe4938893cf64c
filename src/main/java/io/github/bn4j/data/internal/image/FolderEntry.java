package io.github.bn4j.data.internal.image;

import io.github.bn4j.data.DataException;
import io.github.bn4j.data.internal.file.ReadableFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a folder has, links followed.
 *
 * @param path where it is
 * @param isFolder whether it is a folder itself
 * @param isFile whether it is a file; neither for devices and pipes
 */
public record FolderEntry(Path path, boolean isFolder, boolean isFile) {

    private static final String WHO = "ImageFolder";
    private static final char UNKNOWN = '\uFFFD';

    /** All whose names do not begin with a dot, sorted by name. */
    public static List<FolderEntry> in(Path folder) {
        DataException.check(
                Files.isDirectory(folder),
                "ImageFolder expects a folder at \"%s\" but got none; check the path",
                folder);
        try (Stream<Path> children = Files.list(folder)) {
            return children.filter(path -> !nameOf(path).startsWith("."))
                    .sorted(Comparator.comparing(FolderEntry::nameOf))
                    .map(FolderEntry::of)
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            throw ReadableFile.failure(WHO, folder, e);
        }
    }

    private static FolderEntry of(Path path) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            return new FolderEntry(path, attributes.isDirectory(), attributes.isRegularFile());
        } catch (NoSuchFileException e) {
            throw DataException.of(
                    e,
                    "ImageFolder expects files and folders but got the link \"%s\", which leads nowhere; mend it",
                    path);
        } catch (IOException e) {
            throw ReadableFile.failure(WHO, path, e);
        }
    }

    /**
     * The name without the path. Where the JVM runs in a locale without the characters of a name (LANG=C), its text has signs of
     * ignorance in their place, but its bytes are still in the path, and UTF-8 in all likelihood.
     */
    public static String nameOf(Path path) {
        String name = text(path.getFileName());
        if (name.indexOf(UNKNOWN) < 0) {
            return name;
        }
        String raw = path.toAbsolutePath().toUri().getRawPath().replaceFirst("/$", "");
        String decoded =
                URLDecoder.decode(raw.substring(raw.lastIndexOf('/') + 1).replace("+", "%2B"), StandardCharsets.UTF_8);
        DataException.check(
                decoded.indexOf(UNKNOWN) < 0,
                "ImageFolder expects names in UTF-8 but got bytes that are none in \"%s\"; rename it",
                path);
        return decoded;
    }

    /** In a zip file, folders end in a slash. */
    private static String text(Path name) {
        String text = name.toString();
        return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    }
}
