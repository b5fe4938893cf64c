package io.github.bn4j.command;

import static io.github.bn4j.internal.Checks.checkArgument;

import io.github.bn4j.checkpoint.TensorFile;
import io.github.bn4j.checkpoint.internal.NpyFile;
import io.github.bn4j.checkpoint.internal.NpzFile;
import io.github.bn4j.data.Csv;
import io.github.bn4j.engine.Binding;
import io.github.bn4j.graph.Value;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The kinds of files that hold examples or outputs, by their endings. */
enum ArrayFormat {
    CSV,
    NPY,
    NPZ,
    SAFETENSORS;

    /**
     * The kind of a file.
     *
     * @param who who wants to know, for the message
     * @throws IllegalArgumentException if it has another ending
     */
    static ArrayFormat of(String who, Path path) {
        String name = path.toString().toLowerCase(Locale.ROOT);
        for (ArrayFormat format : values()) {
            if (name.endsWith("." + format.name().toLowerCase(Locale.ROOT))) {
                return format;
            }
        }
        throw new IllegalArgumentException(
                who + " expects a file that ends in .csv, .npy, .npz or .safetensors but got \"" + path
                        + "\"; numpy.save and numpy.savez write such files");
    }

    /**
     * Reads arrays for the inputs of a network.
     *
     * @param header whether the first line of a table has names
     * @return by the names of the inputs, as far as the file has them
     */
    Map<String, INDArray> read(String who, Path path, Map<String, Value> inputs, boolean header) {
        return switch (this) {
            case CSV -> table(who, Csv.of(path).header(header).read().features(), inputs);
            case NPY -> Binding.single(who, inputs, NpyFile.read(who, path));
            case NPZ -> wanted(NpzFile.read(who, path), inputs);
            case SAFETENSORS -> wanted(TensorFile.read(who, path).tensors(), inputs);
        };
    }

    /** A row of a table is an example of any shape, in row-major order. */
    private static Map<String, INDArray> table(String who, INDArray table, Map<String, Value> inputs) {
        Map<String, INDArray> single = Binding.single(who, inputs, table);
        Value input = inputs.values().iterator().next();
        return table.size(1) == input.shape().size()
                ? Binding.single(who, inputs, table.reshape(input.shape().batched(table.size(0))))
                : single;
    }

    /** An array of any name for the only input; else those of the inputs, besides which there may be labels. */
    private static Map<String, INDArray> wanted(Map<String, INDArray> arrays, Map<String, Value> inputs) {
        if (inputs.size() == 1 && arrays.size() == 1) {
            return Map.of(
                    inputs.keySet().iterator().next(),
                    arrays.values().iterator().next());
        }
        Map<String, INDArray> wanted = new LinkedHashMap<>(arrays);
        if (arrays.keySet().containsAll(inputs.keySet())) {
            wanted.keySet().retainAll(inputs.keySet());
        }
        return wanted;
    }

    /** Writes arrays by name as a whole file or not at all; tables are a matter of {@link ScoreTable}. */
    void write(String who, Path path, Map<String, INDArray> arrays) {
        switch (this) {
            case CSV -> throw new IllegalArgumentException(who + " expects arrays but got a table");
            case NPY -> {
                checkArgument(
                        arrays.size() == 1,
                        "%s expects .npz or .safetensors for the outputs %s but got \"%s\", which holds one",
                        who,
                        arrays.keySet(),
                        path);
                NpyFile.write(who, path, arrays.values().iterator().next());
            }
            case NPZ -> NpzFile.write(who, path, arrays);
            case SAFETENSORS -> new TensorFile(arrays, Map.of()).write(who, path);
        }
    }
}
