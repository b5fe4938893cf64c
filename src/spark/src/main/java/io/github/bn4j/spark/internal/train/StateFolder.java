package io.github.bn4j.spark.internal.train;

import static io.github.bn4j.internal.Checks.checkArgument;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.util.SerializableConfiguration;

/**
 * The states of one training in a folder of any file system that Hadoop knows; whatever else is in the folder is left alone. A state is
 * there as a whole or not at all.
 */
public final class StateFolder implements Serializable {

    private static final long serialVersionUID = 1;

    /** The newest one may be damaged by its file system, whatever is done here. */
    private static final int KEPT = 3;

    private static final Pattern NAME = Pattern.compile("state-(\\d{6,})\\.safetensors");

    private final String uri;
    private final SerializableConfiguration configuration;

    private StateFolder(String uri, SerializableConfiguration configuration) {
        this.uri = uri;
        this.configuration = configuration;
    }

    /**
     * Makes the folder if there is none, and tries to write to it.
     *
     * @throws IllegalArgumentException if that cannot be done
     */
    public static StateFolder open(String uri, Configuration configuration) {
        StateFolder folder = new StateFolder(uri, new SerializableConfiguration(configuration));
        try {
            folder.delete(folder.probe());
            return folder;
        } catch (IOException | IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "checkpoints expects a folder that can be written to but got \"%s\" and %s; choose another one, or mend this one"
                            .formatted(uri, e),
                    e);
        }
    }

    /** Writes an empty file, by whose name others can find out whether they see the same folder. */
    String probe() throws IOException {
        String name = ".bn4j-" + UUID.randomUUID();
        FileSystem files = files();
        files.mkdirs(new Path(uri));
        files.create(new Path(uri, name)).close();
        return name;
    }

    void delete(String name) throws IOException {
        files().delete(new Path(uri, name), false);
    }

    /**
     * Refuses a folder in which a file is not that is.
     *
     * @throws IllegalArgumentException if it is not there
     */
    void requireSeen(String name, String where) throws IOException {
        checkArgument(
                files().exists(new Path(uri, name)),
                "checkpoints expects a folder that the driver and all executors share but got \"%s\", which the executor at %s"
                        + " does not see as the driver does; name one of a file system that they share",
                uri,
                where);
    }

    /** The number of the newest state; 0 if there is none. */
    public int newest() {
        try {
            List<Integer> numbers = numbers();
            return numbers.isEmpty() ? 0 : numbers.get(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All numbers, the largest first. */
    private List<Integer> numbers() throws IOException {
        List<Integer> numbers = new ArrayList<>();
        try {
            for (FileStatus file : files().listStatus(new Path(uri))) {
                Matcher name = NAME.matcher(file.getPath().getName());
                if (name.matches()) {
                    numbers.add(Integer.valueOf(name.group(1)));
                }
            }
        } catch (FileNotFoundException none) {
            return List.of();
        }
        numbers.sort(Comparator.reverseOrder());
        return numbers;
    }

    /** Reads the newest state; empty if there is none. */
    public Optional<byte[]> read() {
        int newest = newest();
        if (newest == 0) {
            return Optional.empty();
        }
        try (InputStream in = files().open(path(newest))) {
            return Optional.of(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Writes a state, then deletes all but the few before it.
     *
     * @param number of the state, from 1; one that is there already is the same
     * @throws UncheckedIOException if that cannot be done; the older states are unchanged then
     */
    void write(int number, byte[] state) {
        Path file = path(number);
        try {
            FileSystem files = files();
            Path temporary = new Path(uri, ".bn4j-" + UUID.randomUUID());
            files.mkdirs(new Path(uri));
            try (OutputStream out = files.create(temporary)) {
                out.write(state);
            }
            if (!files.exists(file) && !files.rename(temporary, file) && !files.exists(file)) {
                throw new IOException("a file that cannot be renamed to " + file);
            }
            files.delete(temporary, false);
            List<Integer> numbers = numbers();
            for (int old : numbers.subList(Math.min(KEPT, numbers.size()), numbers.size())) {
                files.delete(path(old), false);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "checkpoints expects to write \"%s\" but got %s; the checkpoints before it are unchanged, call resume when the cause is gone"
                            .formatted(file, e),
                    e);
        }
    }

    private Path path(int number) {
        return new Path(uri, String.format(Locale.ROOT, "state-%06d.safetensors", number));
    }

    private FileSystem files() throws IOException {
        return new Path(uri).getFileSystem(configuration.value());
    }

    @Override
    public String toString() {
        return uri;
    }
}
