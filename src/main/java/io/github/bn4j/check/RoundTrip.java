package io.github.bn4j.check;

import io.github.bn4j.checkpoint.Checkpoint;
import io.github.bn4j.checkpoint.CheckpointException;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Parameters;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Writes a graph to a file and reads it again. */
final class RoundTrip {

    private RoundTrip() {}

    /** What is not as it was, for a sentence that begins with the layer. */
    static List<String> violations(Graph graph) {
        Parameters parameters = Parameters.initial(graph.parameters(), 1, DataType.FLOAT);
        Map<String, INDArray> tensors = new LinkedHashMap<>();
        parameters.names().forEach(name -> tensors.put(name, parameters.get(name)));
        Set<Class<?>> classes = new LinkedHashSet<>();
        graph.nodes().forEach(node -> addClasses(node.op(), classes));
        try {
            Path path = Files.createTempFile("layer", ".safetensors");
            try {
                new Checkpoint(graph, tensors, Map.of()).write(path);
                return differences(
                        graph,
                        Checkpoint.read(path, classes.toArray(Class<?>[]::new)).graph());
            } finally {
                Files.deleteIfExists(path);
            }
        } catch (CheckpointException refused) {
            return List.of("does not come back from a file: " + refused.getMessage());
        } catch (IOException e) {
            throw new UncheckedIOException("LayerCheck expects to write a temporary file but got " + e, e);
        }
    }

    private static List<String> differences(Graph written, Graph read) {
        List<String> differences = new ArrayList<>();
        for (int i = 0; i < written.nodes().size(); i++) {
            Op before = written.nodes().get(i).op();
            Op after = read.nodes().get(i).op();
            if (!after.equals(before)) {
                differences.add("has an op " + before + " that comes back from a file as " + after);
            }
        }
        return differences;
    }

    /* All that a file may have to be told of: the op and what it is made of. */
    private static void addClasses(Object part, Set<Class<?>> classes) {
        if (part instanceof List<?> list) {
            list.forEach(element -> addClasses(element, classes));
        } else if (part instanceof Enum<?> constant) {
            classes.add(constant.getDeclaringClass());
        } else if (part instanceof Record) {
            classes.add(part.getClass());
            for (RecordComponent component : part.getClass().getRecordComponents()) {
                addClasses(value(component, part), classes);
            }
        }
    }

    private static Object value(RecordComponent component, Object record) {
        try {
            component.getAccessor().setAccessible(true);
            return component.getAccessor().invoke(record);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("LayerCheck expects to read " + component + " but got " + e, e);
        }
    }
}
