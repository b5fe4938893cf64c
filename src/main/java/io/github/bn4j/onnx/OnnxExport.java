package io.github.bn4j.onnx;

import static io.github.bn4j.internal.Checks.checkGiven;

import io.github.bn4j.checkpoint.CheckpointException;
import io.github.bn4j.checkpoint.Sections;
import io.github.bn4j.engine.Model;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.AtomicFile;
import io.github.bn4j.internal.Checks;
import io.github.bn4j.internal.ElementBytes;
import io.github.bn4j.onnx.internal.OpNotes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import onnx.Onnx.ModelProto;
import onnx.Onnx.OperatorSetIdProto;
import onnx.Onnx.StringStringEntryProto;
import onnx.Onnx.TensorProto;
import onnx.Onnx.TensorShapeProto;
import onnx.Onnx.TensorShapeProto.Dimension;
import onnx.Onnx.TypeProto;
import onnx.Onnx.ValueInfoProto;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Writes networks as ONNX. */
public final class OnnxExport {

    private static final String WHO = "exportOnnx";

    /** Protobuf ends at 2 GB; from here on parameters lie beside the model. */
    private static final long MOST_INSIDE = 1L << 30;

    private static final String BATCH = "N";

    private OnnxExport() {}

    /**
     * Writes a model as a whole or not at all. Batches may be of any size.
     *
     * @param metadata further texts by name
     * @throws CheckpointException if ONNX has nothing for one of its ops; the message names the layer
     * @throws IllegalStateException if a parameter is NaN or infinite
     */
    public static void write(Model model, Path path, OnnxOptions options, Map<String, String> metadata) {
        checkGiven(model, WHO, "a Model");
        checkGiven(path, WHO, "the path of a file");
        checkGiven(metadata, WHO, "texts by name");
        checkGiven(options, WHO, "OnnxOptions");
        Checks.checkDirectoryOf(WHO, path);
        model.parameters().between(() -> {
            model.requireFinite(WHO);
            OnnxGraph graph = graph(model, options);
            long bytes = graph.tensors().values().stream()
                    .mapToLong(array -> array.length() * array.dataType().width())
                    .sum();
            boolean external = options.externalData() || bytes >= MOST_INSIDE;
            write(model, path, options, metadata, graph, external);
        });
    }

    private static OnnxGraph graph(Model model, OnnxOptions options) {
        Graph source = model.graph();
        OnnxGraph graph = new OnnxGraph(options, model.parameters().type());
        source.parameters().forEach(parameter -> graph.reserve(parameter.name()));
        source.inputs().forEach((name, value) -> {
            graph.name(value, name);
            graph.graph().addInput(info(name, value.shape(), graph));
        });
        Map<String, String> copies = new LinkedHashMap<>();
        source.outputs().forEach((name, value) -> {
            if (graph.isNamed(value)) {
                if (!graph.name(value).equals(name)) {
                    copies.put(name, graph.name(value));
                    graph.fresh(name);
                }
            } else {
                graph.name(value, name);
            }
            graph.graph().addOutput(info(name, value.shape(), graph));
        });
        Map<Integer, Node> biases = biases(source);
        for (Node node : source.nodes()) {
            if (biases.containsValue(node)) {
                continue;
            }
            Node bias = biases.get(node.output().id());
            graph.layer(node.layer(), source.layers().getOrDefault(node.layer(), ""));
            OnnxOps.write(new OnnxNode(node, bias, model.parameters(), graph));
        }
        copies.forEach((name, value) -> graph.node("Identity", List.of(value), name));
        return graph;
    }

    /** The bias of each node that takes one, by its output, where nothing else sees that output. */
    private static Map<Integer, Node> biases(Graph source) {
        Map<Integer, Node> biases = new HashMap<>();
        for (Node node : source.nodes()) {
            if (node.bias().isEmpty()) {
                continue;
            }
            Value in = node.inputs().get(0);
            Node producer = source.producer(in);
            boolean takes = producer != null && OnnxOps.takesBias(producer.op());
            if (takes && source.consumers(in).size() == 1 && !source.outputs().containsValue(in)) {
                biases.put(in.id(), node);
            }
        }
        return biases;
    }

    private static ValueInfoProto info(String name, Shape shape, OnnxGraph graph) {
        TensorShapeProto.Builder dims =
                TensorShapeProto.newBuilder().addDim(Dimension.newBuilder().setDimParam(BATCH));
        for (long dim : shape.dims()) {
            dims.addDim(Dimension.newBuilder().setDimValue(dim));
        }
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder()
                                .setElemType(graph.elementType())
                                .setShape(dims)))
                .build();
    }

    private static void write(
            Model model,
            Path path,
            OnnxOptions options,
            Map<String, String> metadata,
            OnnxGraph graph,
            boolean external) {
        ModelProto.Builder proto = ModelProto.newBuilder()
                .setIrVersion(options.irVersion())
                .setProducerName("bn4j")
                .setDocString("seed " + model.seed() + ", " + model.engine())
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(options.opset()));
        Optional.ofNullable(OnnxExport.class.getPackage().getImplementationVersion())
                .ifPresent(proto::setProducerVersion);
        metadata.forEach((name, text) -> proto.addMetadataProps(entry(name, text)));
        graph.metadata().forEach((name, text) -> proto.addMetadataProps(entry(name, text)));
        if (!graph.unbiased().isEmpty()) {
            proto.addMetadataProps(entry(OpNotes.UNBIASED, Sections.text(graph.unbiased())));
        }
        Map<Path, AtomicFile.Content> files = new LinkedHashMap<>();
        if (external) {
            Path data = path.resolveSibling(path.getFileName() + ".data");
            describeExternal(graph, data);
            files.put(data, out -> {
                for (INDArray array : graph.tensors().values()) {
                    ElementBytes.write(array, out);
                }
            });
        } else {
            graph.tensors().forEach((name, array) -> graph.graph().addInitializer(graph.whole(name, array)));
        }
        ModelProto whole = proto.setGraph(graph.graph().setName("bn4j")).build();
        files.put(path, whole::writeTo);
        try {
            AtomicFile.replace(files);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    WHO + " expects to write \"" + path + "\" but got " + e
                            + "; what was there before is unchanged, export again when the cause is gone",
                    e);
        }
    }

    private static void describeExternal(OnnxGraph graph, Path data) {
        long offset = 0;
        for (Map.Entry<String, INDArray> tensor : graph.tensors().entrySet()) {
            INDArray array = tensor.getValue();
            long length = array.length() * array.dataType().width();
            graph.graph()
                    .addInitializer(graph.described(tensor.getKey(), array)
                            .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                            .addExternalData(
                                    entry("location", data.getFileName().toString()))
                            .addExternalData(entry("offset", Long.toString(offset)))
                            .addExternalData(entry("length", Long.toString(length))));
            offset += length;
        }
    }

    private static StringStringEntryProto entry(String key, String value) {
        return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
    }
}
