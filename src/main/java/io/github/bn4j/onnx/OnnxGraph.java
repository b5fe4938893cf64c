package io.github.bn4j.onnx;

import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.ElementBytes;
import io.github.bn4j.internal.Tensors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import onnx.Onnx.AttributeProto;
import onnx.Onnx.AttributeProto.AttributeType;
import onnx.Onnx.GraphProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.TensorProto;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.protobuf.ByteString;

/** A graph of ONNX that is being written: nodes, tensors, and a name of its own for each value. */
final class OnnxGraph {

    private final OnnxOptions options;
    private final DataType type;
    private final GraphProto.Builder graph = GraphProto.newBuilder();
    private final Map<String, INDArray> tensors = new LinkedHashMap<>();
    private final Map<Integer, String> names = new HashMap<>();
    private final Set<String> taken = new LinkedHashSet<>();
    private final Set<String> unbiased = new LinkedHashSet<>();
    private final Map<String, String> metadata = new LinkedHashMap<>();
    private String layer = "";
    private String description = "";

    OnnxGraph(OnnxOptions options, DataType type) {
        this.options = options;
        this.type = type;
    }

    int opset() {
        return options.opset();
    }

    boolean training() {
        return options.training();
    }

    GraphProto.Builder graph() {
        return graph;
    }

    /** The parameters, which are not in the graph yet. */
    Map<String, INDArray> tensors() {
        return tensors;
    }

    /** Says which layer the next nodes are of, and what it is. */
    void layer(String path, String what) {
        layer = path;
        description = what;
    }

    /** Says that a running variance is unbiased, for which ONNX has no word. */
    void unbiased(String parameter) {
        unbiased.add(parameter);
    }

    /** Says something for which ONNX has no word. */
    void metadata(String name, String text) {
        metadata.put(name, text);
    }

    Map<String, String> metadata() {
        return metadata;
    }

    /** The running variances that are unbiased. */
    Set<String> unbiased() {
        return unbiased;
    }

    /** Keeps a name for what has it already. */
    void reserve(String name) {
        taken.add(name);
    }

    /** Reserves a name, which the value has in the file. */
    void name(Value value, String name) {
        taken.add(name);
        names.put(value.id(), name);
    }

    boolean isNamed(Value value) {
        return names.containsKey(value.id());
    }

    /** The name of a value in the file. */
    String name(Value value) {
        return names.computeIfAbsent(value.id(), any -> fresh(value.name()));
    }

    /** A name that nothing has. */
    String fresh(String wanted) {
        String name = wanted;
        for (int i = 2; !taken.add(name); i++) {
            name = wanted + "_" + i;
        }
        return name;
    }

    /** A parameter under its own name. */
    String parameter(String name, INDArray array) {
        if (tensors.put(name, array) == null) {
            taken.add(name);
        }
        return name;
    }

    /** Floating-point numbers that belong to an op. */
    String numbers(String name, double[] values, long... shape) {
        return parameter(fresh(scoped(name)), Tensors.of(type, values, shape));
    }

    /** One number that belongs to an op. */
    String number(String name, double value) {
        return numbers(name, new double[] {value});
    }

    /** Whole numbers that belong to an op, such as axes. */
    String whole(String name, long... values) {
        String own = fresh(scoped(name));
        graph.addInitializer(TensorProto.newBuilder()
                .setName(own)
                .setDataType(TensorProto.DataType.INT64_VALUE)
                .addDims(values.length)
                .addAllInt64Data(LongStream.of(values).boxed().toList()));
        return own;
    }

    private String scoped(String name) {
        return layer.isEmpty() ? name : layer + "." + name;
    }

    /** What ONNX calls the type of the network. */
    int elementType() {
        return type == DataType.FLOAT ? TensorProto.DataType.FLOAT_VALUE : TensorProto.DataType.DOUBLE_VALUE;
    }

    /** A node with a value of its own between two nodes of one op; returns the name of that value. */
    String between(String op, List<String> inputs, AttributeProto... attributes) {
        String output = fresh(scoped(op));
        node(op, inputs, List.of(output), attributes);
        return output;
    }

    void node(String op, List<String> inputs, String output, AttributeProto... attributes) {
        node(op, inputs, List.of(output), attributes);
    }

    void node(String op, List<String> inputs, List<String> outputs, AttributeProto... attributes) {
        graph.addNode(NodeProto.newBuilder()
                .setOpType(op)
                .setName(outputs.get(0))
                .setDocString(description)
                .addAllInput(inputs)
                .addAllOutput(outputs)
                .addAllAttribute(Arrays.asList(attributes)));
    }

    static AttributeProto attribute(String name, long value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeType.INT)
                .setI(value)
                .build();
    }

    static AttributeProto attribute(String name, long... values) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeType.INTS)
                .addAllInts(LongStream.of(values).boxed().toList())
                .build();
    }

    static AttributeProto attribute(String name, double value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeType.FLOAT)
                .setF((float) value)
                .build();
    }

    static AttributeProto attribute(String name, String value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeType.STRING)
                .setS(ByteString.copyFromUtf8(value))
                .build();
    }

    /** A tensor without its elements. */
    TensorProto.Builder described(String name, INDArray array) {
        return TensorProto.newBuilder()
                .setName(name)
                .setDataType(elementType())
                .addAllDims(LongStream.of(array.shape()).boxed().toList());
    }

    /** A tensor with its elements. */
    TensorProto whole(String name, INDArray array) {
        ByteString.Output bytes = ByteString.newOutput();
        try {
            ElementBytes.write(array, bytes);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return described(name, array).setRawData(bytes.toByteString()).build();
    }
}
