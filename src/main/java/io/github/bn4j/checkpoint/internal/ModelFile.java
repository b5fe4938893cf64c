package io.github.bn4j.checkpoint.internal;

import static java.util.Objects.requireNonNull;

import io.github.bn4j.checkpoint.Checkpoint;
import io.github.bn4j.checkpoint.CheckpointException;
import io.github.bn4j.checkpoint.Sections;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.engine.Finiteness;
import io.github.bn4j.engine.Model;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.rewrite.DropBiases;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a network's file holds.
 *
 * @param model the network
 * @param sections all sections, also those that others wrote
 */
public record ModelFile(Model model, Sections sections) {

    private static final String SEED = "seed";
    private static final String TYPE = "type";
    private static final String DROPPED = "droppedBiases";

    /* A file must have a tensor for each parameter of its graph. Dropped biases have none, so the graph in the file holds
     * them as tensors of zeros: whoever reads the file with other software finds a bias that changes nothing. */

    /**
     * Writes a model. The file appears whole or not at all, and holds the parameters as one step of a training left them.
     *
     * @param others sections besides those of the model, by name
     * @throws CheckpointException if the directory does not exist or an op cannot be stored
     * @throws IllegalStateException if a value is NaN or infinite, or a running variance negative
     */
    public static void save(Path path, Model model, Map<String, String> others) {
        model.parameters().between(() -> of(model, Map.of(), others).write(path));
    }

    /**
     * Writes a model with tensors that are not its own, and a digest of everything. It loads like one that {@link #save} wrote.
     *
     * @param tensors float32 or float64 arrays by names that no parameter has. Not modified.
     * @param others sections besides those of the model, by name
     */
    public static void saveWith(Path path, Model model, Map<String, INDArray> tensors, Map<String, String> others) {
        model.parameters().between(() -> of(model, tensors, others).writeWithDigest(path));
    }

    private static Checkpoint of(Model model, Map<String, INDArray> others, Map<String, String> otherSections) {
        Parameters parameters = model.parameters();
        Map<String, INDArray> tensors = new LinkedHashMap<>();
        for (Parameter parameter : model.traced().parameters()) {
            String name = parameter.name();
            tensors.put(
                    name,
                    model.absent().contains(name)
                            ? Tensors.zeros(parameters.type(), parameter.shape().dims())
                            : parameters.get(name));
        }
        tensors.putAll(others);
        Map<String, String> sections = new LinkedHashMap<>();
        sections.put(SEED, Long.toString(model.seed()));
        sections.put(TYPE, parameters.type().name());
        sections.put(DROPPED, Sections.text(model.absent()));
        sections.putAll(otherSections);
        Checkpoint file = new Checkpoint(model.traced(), tensors, sections);
        Finiteness.require("Network.save", model.traced(), parameters);
        return file;
    }

    /**
     * Reads what {@link #save} wrote.
     *
     * @param own classes of the ops in it that are not of this library, and of records and enums that stand behind open
     *     interfaces in ops
     * @throws CheckpointException if there is no such file, it is damaged, the class of an op is missing, or a value is NaN or
     *     infinite or a running variance negative
     */
    public static ModelFile load(Path path, Class<?>... own) {
        return of(Checkpoint.read(path, own), "\"" + path + "\"");
    }

    /**
     * Reads what {@link #save} wrote from a stream, to its end. Does not close it.
     *
     * @param name what it is, for messages
     * @param own as for {@link #load(Path, Class...)}
     * @throws CheckpointException as {@link #load(Path, Class...)} does
     */
    public static ModelFile load(InputStream stream, String name, Class<?>... own) {
        return of(Checkpoint.read(stream, name, own), name);
    }

    /**
     * Reads what {@link #save} wrote from the class path: as the class loader of this thread sees it, else that of this library.
     *
     * @param name from the root of the class path, with a slash in front or without
     * @param own as for {@link #load(Path, Class...)}
     * @throws CheckpointException as {@link #load(Path, Class...)} does
     */
    public static ModelFile loadResource(String name, Class<?>... own) {
        String path = name.startsWith("/") ? name.substring(1) : name;
        ClassLoader ofThread = Thread.currentThread().getContextClassLoader();
        URL found = ofThread == null ? null : ofThread.getResource(path);
        URL resource = found != null ? found : ModelFile.class.getResource("/" + path);
        if (resource == null) {
            throw new CheckpointException("Network.loadResource expects a resource on the class path but got \"" + path
                    + "\"; check its name, from the root of the class path, and that the jar has it");
        }
        try (InputStream stream = resource.openStream()) {
            return load(stream, "resource \"" + path + "\"", own);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "Network.loadResource expects to read \"" + path + "\" but got " + e + "; check the jar", e);
        }
    }

    private static ModelFile of(Checkpoint file, String source) {
        Sections sections = Sections.of(file, source);
        long seed = sections.whole(SEED);
        Set<String> absent = new LinkedHashSet<>(sections.list(DROPPED));
        Set<String> unknown = new LinkedHashSet<>(absent);
        for (Node node : file.graph().nodes()) {
            node.bias().ifPresent(bias -> unknown.remove(bias.name()));
        }
        if (!unknown.isEmpty()) {
            throw sections.damaged("names of biases as \"" + DROPPED + "\"", unknown);
        }
        Graph graph = DropBiases.apply(file.graph(), absent);
        Parameters parameters = new Parameters(graph.parameters(), type(file, sections));
        for (String name : parameters.names()) {
            parameters.get(name).assign(file.tensors().get(name));
        }
        Finiteness.fault(file.graph(), parameters).ifPresent(fault -> {
            throw new CheckpointException("Network.load expects " + fault + " in " + source
                    + "; load an earlier file, such as one that keepBest wrote");
        });
        return new ModelFile(
                new Model(file.graph(), absent, parameters, Engine.fastest(parameters.type()), seed), sections);
    }

    /** The type that holds every parameter of the network; without any it is that of the network that was saved. */
    private static DataType type(Checkpoint file, Sections sections) {
        List<Parameter> own = file.graph().parameters();
        boolean isDouble = own.isEmpty()
                ? sections.has(TYPE) && sections.text(TYPE).equals(DataType.DOUBLE.name())
                : own.stream().anyMatch(parameter -> typeOf(parameter, file) == DataType.DOUBLE);
        return isDouble ? DataType.DOUBLE : DataType.FLOAT;
    }

    private static DataType typeOf(Parameter parameter, Checkpoint file) {
        return requireNonNull(file.tensors().get(parameter.name())).dataType();
    }
}
