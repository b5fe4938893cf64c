package io.github.bn4j.onnx;

import static io.github.bn4j.internal.Checks.checkGiven;

import io.github.bn4j.graph.Shape;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * How an ONNX file is read.
 *
 * @param shapes shape of one example of each input whose axes the file leaves open
 * @param report is told what became of the file
 */
public record OnnxImportOptions(Map<String, Shape> shapes, Consumer<OnnxReport> report) {

    public OnnxImportOptions {
        shapes = Collections.unmodifiableMap(new LinkedHashMap<>(checkGiven(shapes, "OnnxImportOptions", "shapes")));
        checkGiven(report, "OnnxImportOptions", "somebody to tell the report");
    }

    /** Shapes as in the file, and nobody to tell. */
    public static OnnxImportOptions defaults() {
        return new OnnxImportOptions(Map.of(), report -> {});
    }

    /**
     * Sets the shape of one example of an input, whatever the file says: for files that leave the size of images open.
     *
     * @param name of the input
     * @param shape without the batch axis
     */
    public OnnxImportOptions input(String name, long... shape) {
        checkGiven(name, "OnnxImportOptions.input", "the name of an input");
        Map<String, Shape> changed = new LinkedHashMap<>(shapes);
        changed.put(name, Shape.of(shape));
        return new OnnxImportOptions(changed, report);
    }

    /** Sets who is told what became of the file, such as {@code System.out::println}. */
    public OnnxImportOptions report(Consumer<OnnxReport> listener) {
        return new OnnxImportOptions(shapes, listener);
    }
}
