package io.github.bn4j.engine.onednn.internal.choice;

import static io.github.bn4j.internal.Checks.checkArgument;

import io.github.bn4j.engine.onednn.internal.binding.ConvolutionPass.Algorithm;
import io.github.bn4j.engine.onednn.internal.binding.ConvolutionPass.Choice;
import io.github.bn4j.internal.AtomicFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Choices of algorithms in a text file, one per line behind a title. It is written anew, as a whole, with each new choice; where it
 * cannot be written, a warning is logged and work goes on.
 */
final class TuningFile {

    private static final String TITLE = "bn4j tuning 2";
    private static final String IS = " = ";
    private static final Map<String, Algorithm> ALGORITHMS =
            Map.of("direct", Algorithm.DIRECT, "winograd", Algorithm.WINOGRAD);

    private final Path path;
    private final Map<String, Choice> choices = new TreeMap<>();
    private boolean warned;

    private TuningFile(Path path) {
        this.path = path;
    }

    /**
     * Reads the file, if there is one.
     *
     * @throws IllegalArgumentException if it is another kind of file, or its folder does not exist; it is left alone
     */
    static TuningFile open(Path path) {
        Path folder = path.toAbsolutePath().getParent();
        checkArgument(
                folder != null && Files.isDirectory(folder) && !Files.isDirectory(path),
                "tuning expects a file in an existing folder but got %s; create the folder or name another file",
                path);
        TuningFile file = new TuningFile(path);
        if (Files.exists(path)) {
            file.read();
        }
        return file;
    }

    private void read() {
        List<String> lines;
        try {
            lines = Files.readAllLines(path);
        } catch (MalformedInputException binary) {
            lines = List.of("bytes that are no text");
        } catch (IOException failure) {
            throw new UncheckedIOException("tuning cannot read " + path, failure);
        }
        String title = lines.isEmpty() ? "nothing" : lines.get(0);
        checkArgument(
                title.equals(TITLE),
                "tuning expects a file that begins with \"%s\" but got \"%s\" in %s; name another file",
                TITLE,
                title.substring(0, Math.min(40, title.length())),
                path);
        for (String line : lines.subList(1, lines.size())) {
            int is = line.lastIndexOf(IS);
            Choice choice = is < 0 ? null : choice(line.substring(is + IS.length()));
            checkArgument(
                    choice != null,
                    "tuning expects lines that end with an algorithm but got \"%s\" in %s; delete the file",
                    line,
                    path);
            choices.put(line.substring(0, is), choice);
        }
    }

    private static @Nullable Choice choice(String text) {
        Algorithm algorithm = ALGORITHMS.get(text);
        return algorithm == null ? null : Choice.inAnyOrder(algorithm);
    }

    @Nullable
    synchronized Choice get(String key) {
        return choices.get(key);
    }

    synchronized void put(String key, Choice choice) {
        if (choice.equals(choices.put(key, choice))) {
            return;
        }
        StringBuilder text = new StringBuilder(TITLE).append('\n');
        choices.forEach((name, chosen) ->
                text.append(name).append(IS).append(text(chosen)).append('\n'));
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        try {
            AtomicFile.replace(path, out -> out.write(bytes));
        } catch (IOException failure) {
            if (!warned) {
                System.getLogger(TuningFile.class.getName())
                        .log(System.Logger.Level.WARNING, "bn4j cannot write tuning to " + path + ": " + failure);
            }
            warned = true;
        }
    }

    private static String text(Choice choice) {
        return choice.algorithm() == Algorithm.WINOGRAD ? "winograd" : "direct";
    }
}
