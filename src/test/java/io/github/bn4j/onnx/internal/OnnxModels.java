package io.github.bn4j.onnx.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import onnx.Onnx.AttributeProto;
import onnx.Onnx.AttributeProto.AttributeType;
import onnx.Onnx.GraphProto;
import onnx.Onnx.ModelProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.OperatorSetIdProto;
import onnx.Onnx.TensorProto;
import onnx.Onnx.TensorShapeProto.Dimension;
import onnx.Onnx.TypeProto;
import onnx.Onnx.ValueInfoProto;
import org.nd4j.shade.protobuf.ByteString;

/** Builds models as other libraries write them, node by node. */
final class OnnxModels {

    private final GraphProto.Builder graph = GraphProto.newBuilder();
    private final int opset;
    private String producer = "test";

    private OnnxModels(int opset) {
        this.opset = opset;
    }

    static OnnxModels opset(int opset) {
        return new OnnxModels(opset);
    }

    OnnxModels producer(String name) {
        producer = name;
        return this;
    }

    /** An input of floats; −1 stands for an axis that is open. */
    OnnxModels input(String name, long... dims) {
        graph.addInput(info(name, dims));
        return this;
    }

    private static ValueInfoProto info(String name, long... dims) {
        TypeProto.Builder type = TypeProto.newBuilder();
        TypeProto.Tensor.Builder tensor = type.getTensorTypeBuilder().setElemType(TensorProto.DataType.FLOAT_VALUE);
        for (long dim : dims) {
            tensor.getShapeBuilder()
                    .addDim(
                            dim < 0
                                    ? Dimension.newBuilder().setDimParam("N")
                                    : Dimension.newBuilder().setDimValue(dim));
        }
        return ValueInfoProto.newBuilder().setName(name).setType(type).build();
    }

    OnnxModels floats(String name, long[] dims, double... values) {
        TensorProto.Builder tensor = TensorProto.newBuilder()
                .setName(name)
                .setDataType(TensorProto.DataType.FLOAT_VALUE)
                .addAllDims(LongStream.of(dims).boxed().toList());
        for (double value : values) {
            tensor.addFloatData((float) value);
        }
        graph.addInitializer(tensor);
        return this;
    }

    /** A list of whole numbers. */
    OnnxModels whole(String name, long... values) {
        graph.addInitializer(TensorProto.newBuilder()
                .setName(name)
                .setDataType(TensorProto.DataType.INT64_VALUE)
                .addDims(values.length)
                .addAllInt64Data(LongStream.of(values).boxed().toList()));
        return this;
    }

    OnnxModels tensor(TensorProto tensor) {
        graph.addInitializer(tensor);
        return this;
    }

    /** A node of one output, which it is named after. */
    OnnxModels node(String operator, List<String> inputs, String output, AttributeProto... attributes) {
        return node(operator, inputs, List.of(output), attributes);
    }

    OnnxModels node(String operator, List<String> inputs, List<String> outputs, AttributeProto... attributes) {
        graph.addNode(NodeProto.newBuilder()
                .setOpType(operator)
                .setName(outputs.get(0))
                .addAllInput(inputs)
                .addAllOutput(outputs)
                .addAllAttribute(List.of(attributes)));
        return this;
    }

    /** Nodes that are called as told. */
    OnnxModels named(String name, String operator, List<String> inputs, String output, AttributeProto... attributes) {
        graph.addNode(NodeProto.newBuilder()
                .setOpType(operator)
                .setName(name)
                .addAllInput(inputs)
                .addOutput(output)
                .addAllAttribute(List.of(attributes)));
        return this;
    }

    ModelProto yields(String... outputs) {
        for (String output : outputs) {
            graph.addOutput(info(output, -1));
        }
        return ModelProto.newBuilder()
                .setIrVersion(8)
                .setProducerName(producer)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(opset))
                .setGraph(graph.setName("test"))
                .build();
    }

    static AttributeProto attribute(String name, long value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeType.INT)
                .setI(value)
                .build();
    }

    static AttributeProto list(String name, long... values) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeType.INTS)
                .addAllInts(LongStream.of(values).boxed().toList())
                .build();
    }

    static AttributeProto number(String name, double value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeType.FLOAT)
                .setF((float) value)
                .build();
    }

    static AttributeProto text(String name, String value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeType.STRING)
                .setS(ByteString.copyFromUtf8(value))
                .build();
    }

    /** {@code count} numbers from −1 to 1 that look random. */
    static double[] numbers(int count) {
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = Math.sin(1 + i * 12.9898) * 0.9;
        }
        return values;
    }

    /** Models whose shapes are computed in the file, as PyTorch writes {@code x.view(x.size(0), -1)} and channel shuffles. */
    static List<ModelProto> computingShapes() {
        List<ModelProto> models = new ArrayList<>();
        models.add(opset(13)
                .input("x", -1, 4, 3, 3)
                .whole("zero", 0)
                .whole("axes", 0)
                .whole("rest", -1)
                .node("Shape", List.of("x"), "shape")
                .node("Gather", List.of("shape", "zero"), "batch", attribute("axis", 0))
                .node("Concat", List.of("batch", "rest"), "wanted", attribute("axis", 0))
                .node("Reshape", List.of("x", "wanted"), "flat")
                .floats("w", new long[] {36, 2}, numbers(72))
                .node("MatMul", List.of("flat", "w"), "y")
                .yields("y"));
        models.add(opset(17)
                .input("x", 2, 4, 4, 6)
                .node("Transpose", List.of("x"), "first", list("perm", 0, 3, 1, 2))
                .floats("w", new long[] {4, 6, 1, 1}, numbers(24))
                .node("Conv", List.of("first", "w"), "c")
                .floats("gamma", new long[] {4}, 1, 2, 3, 4)
                .floats("zeros", new long[] {4}, 0, 0, 0, 0)
                .node("BatchNormalization", List.of("c", "gamma", "zeros", "zeros", "gamma"), "n")
                .floats("scale", new long[] {1, 4, 1, 1}, 2, 3, 4, 5)
                .node("Mul", List.of("n", "scale"), "m")
                .node("Sigmoid", List.of("m"), "s")
                .node("Mul", List.of("m", "s"), "silu")
                .node("Transpose", List.of("silu"), "last", list("perm", 0, 2, 3, 1))
                .node("ReduceMean", List.of("last"), "y", list("axes", 1, 2), attribute("keepdims", 0))
                .yields("y"));
        return models;
    }
}
