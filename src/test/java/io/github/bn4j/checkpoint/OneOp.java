package io.github.bn4j.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.bn4j.graph.Call;
import io.github.bn4j.graph.Gradients;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Tracer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Files of one op without operands but {@code x [2]}, written by the library or by hand. */
final class OneOp {

    private OneOp() {}

    /** An op whose components are all there is to it. */
    interface Identity extends Op {

        @Override
        default Shape outputShape(List<Shape> inputs, List<Shape> parameters) {
            return inputs.get(0);
        }

        @Override
        default INDArray forward(Call call) {
            return call.input(0);
        }

        @Override
        default Gradients backward(Call call, INDArray dy) {
            return Gradients.of(dy);
        }
    }

    static Graph graph(Op op) {
        Tracer tracer = new Tracer();
        tracer.output("y", tracer.scope().apply(op, tracer.input("x", Shape.of(2))));
        return tracer.graph();
    }

    static void save(Op op, Path path) {
        new Checkpoint(graph(op), Map.of(), Map.of()).write(path);
    }

    static Op load(Path path, Class<?>... own) {
        List<Op> ops = Checkpoint.read(path, own).graph().nodes().stream()
                .map(node -> node.op())
                .toList();
        assertThat(ops).hasSize(1);
        return ops.get(0);
    }

    /** What the file says of the op's components. */
    static String fields(Path path) {
        return node(path).get("fields").toString();
    }

    static String name(Path path) {
        return node(path).get("op").getAsString();
    }

    private static JsonObject node(Path path) {
        try {
            byte[] bytes = Files.readAllBytes(path);
            int length =
                    (int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
            JsonObject header = JsonParser.parseString(new String(bytes, 8, length, StandardCharsets.UTF_8))
                    .getAsJsonObject();
            String graph = header.getAsJsonObject("__metadata__").get("graph").getAsString();
            return JsonParser.parseString(graph)
                    .getAsJsonObject()
                    .getAsJsonArray("nodes")
                    .get(0)
                    .getAsJsonObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A file by hand. */
    static void write(Path path, String op, String fields) {
        JsonObject metadata = new JsonObject();
        metadata.addProperty("format", FormatVersion.NEWEST.toString());
        metadata.addProperty(
                "graph",
                "{\"inputs\":{\"x\":{\"id\":0,\"name\":\"x\",\"shape\":[2]}},\"nodes\":[{\"op\":\"" + op
                        + "\",\"fields\":" + fields + ",\"layer\":\"a\",\"inputs\":[0],\"parameters\":[],"
                        + "\"output\":{\"id\":1,\"name\":\"a\",\"shape\":[2]}}],\"outputs\":{\"y\":1},\"layers\":{},"
                        + "\"parameters\":[]}");
        JsonObject header = new JsonObject();
        header.add("__metadata__", metadata);
        byte[] text = header.toString().getBytes(StandardCharsets.UTF_8);
        byte[] bytes = ByteBuffer.allocate(8 + text.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(text.length)
                .put(text)
                .array();
        try {
            Files.write(path, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
