package io.github.bn4j.checkpoint;

import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Parameter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What one file holds. The file is a safetensors file: every library that reads that format reads the tensors. Its
 * metadata hold the format's name, the op graph as JSON, and the sections.
 *
 * <p>An op of another package than this library's is stored by the name of its class and loads only if the class is
 * handed in; so is a component of it that is declared as an open interface. A file never causes any other class to be
 * loaded.
 *
 * @param graph the op graph; each op is a record of numbers, booleans, strings, enums, shapes, records and lists of
 *     these
 * @param tensors float32 or float64 arrays by name, in the order of the file: one for each parameter of the graph,
 *     under its name, and any others. Tensors of other types or without elements that another program has added to a file
 *     are passed over. Not modified.
 * @param sections further texts by name, for whoever writes the file to keep what it needs
 */
public record Checkpoint(Graph graph, Map<String, INDArray> tensors, Map<String, String> sections) {

    /**
     * Copies the maps, not the arrays.
     *
     * @throws CheckpointException if a section is called {@code format}, {@code graph} or {@code digest}, or a parameter of the graph
     *     has no tensor of its shape
     */
    public Checkpoint {
        tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
        sections = Collections.unmodifiableMap(new LinkedHashMap<>(sections));
        for (String name : sections.keySet()) {
            if (OpenFile.RESERVED.contains(name)) {
                throw new CheckpointException("Checkpoint expects other section names but got \"" + name
                        + "\", which the file format uses itself; rename the section");
            }
        }
        for (Parameter parameter : graph.parameters()) {
            String got = mismatch(parameter, tensors);
            if (got != null) {
                throw new CheckpointException(
                        "Checkpoint expects a tensor " + parameter + " but got " + got + "; add all parameters");
            }
        }
    }

    private static @Nullable String mismatch(Parameter parameter, Map<String, INDArray> tensors) {
        INDArray tensor = tensors.get(parameter.name());
        if (tensor == null) {
            return tensors.isEmpty() ? "none" : "only " + tensors.keySet();
        }
        return Arrays.equals(tensor.shape(), parameter.shape().dims()) ? null : Arrays.toString(tensor.shape());
    }

    /**
     * Writes the file as a whole or not at all: if anything fails, what was at {@code path} before is still there.
     *
     * @throws CheckpointException if the graph or a tensor cannot be stored, or the directory does not exist
     * @throws UncheckedIOException if writing fails
     */
    public void write(Path path) {
        write(path, Map.of());
    }

    /**
     * Writes the file like {@link #write}, with a digest of all that it holds, by which a reader sees whether it is still what
     * was written.
     */
    public void writeWithDigest(Path path) {
        write(path, Map.of(OpenFile.DIGEST, OpenFile.digest(metadata(), tensors)));
    }

    private void write(Path path, Map<String, String> more) {
        Map<String, String> metadata = metadata();
        metadata.putAll(more);
        byte[] header = Safetensors.header(tensors, metadata);
        NetworkFileWriter.write(path, out -> Safetensors.write(out, header, tensors.values()));
    }

    private Map<String, String> metadata() {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put(FormatVersion.KEY, FormatVersion.NEWEST.toString());
        metadata.put("graph", GraphJson.write(graph));
        metadata.putAll(sections);
        return metadata;
    }

    /**
     * Reads a file that {@link #write} wrote. All initialisers of the graph are the constant 0.
     *
     * @param path the file
     * @param own classes of the ops that are not this library's, and of components behind open interfaces
     * @throws CheckpointException if there is no such file, it is damaged or of another kind, or the class of an op is
     *     missing
     * @throws UncheckedIOException if reading fails
     */
    public static Checkpoint read(Path path, Class<?>... own) {
        OpJson ops = new OpJson(own);
        return OpenFile.read(path, file -> read(file, ops));
    }

    /**
     * Reads what {@link #write} wrote from a stream, to its end, as {@link #read(Path, Class...)} does. Does not close it.
     *
     * @param file all bytes of the file, which are read into memory first
     * @param name what it is, for messages, such as {@code a stream}
     * @param own classes of the ops that are not this library's, and of components behind open interfaces
     * @throws CheckpointException if it is damaged or of another kind, or the class of an op is missing
     * @throws UncheckedIOException if reading fails
     */
    public static Checkpoint read(InputStream file, String name, Class<?>... own) {
        OpJson ops = new OpJson(own);
        return OpenFile.read(file, name, open -> read(open, ops));
    }

    private static Checkpoint read(OpenFile file, OpJson ops) throws IOException {
        FileSource source = file.source();
        Map<String, String> metadata = file.metadata();
        FormatVersion version = FormatVersion.of(metadata, source);
        Map<String, TensorEntry> entries = file.entries();
        String text = metadata.get("graph");
        if (text == null) {
            throw source.damaged("\"graph\" in the metadata", metadata.keySet());
        }
        Graph graph = GraphJson.read(Json.parse(text, "graph", source), ops);
        graph.parameters().forEach(parameter -> require(parameter, entries, source));
        Map<String, String> sections = file.sections();
        version.modernise(sections, graph, source);
        return new Checkpoint(graph, file.tensors(), sections);
    }

    private static void require(Parameter parameter, Map<String, TensorEntry> entries, FileSource source) {
        TensorEntry entry = entries.get(parameter.name());
        if (entry == null || !Arrays.equals(entry.dims(), parameter.shape().dims())) {
            throw source.damaged(
                    "a tensor " + parameter,
                    entry == null ? "only " + entries.keySet() : Arrays.toString(entry.dims()));
        }
        if (entry.type() == null || !OpenFile.FLOATING.contains(entry.type())) {
            throw source.wrong(
                    "F32 or F64 as dtype of tensor \"" + parameter.name() + "\" of at most " + TensorEntry.MAX_ELEMENTS
                            + " elements",
                    entry,
                    "convert the tensor before loading",
                    null);
        }
    }
}
