package io.github.bn4j.bench;

import io.github.bn4j.bench.peer.Maker;
import io.github.bn4j.bench.peer.Work;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import onnx.Onnx.AttributeProto;
import onnx.Onnx.GraphProto;
import onnx.Onnx.ModelProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.OperatorSetIdProto;
import onnx.Onnx.TensorProto;
import onnx.Onnx.TensorShapeProto;
import onnx.Onnx.TypeProto;
import onnx.Onnx.ValueInfoProto;

/** Writes a benchmark network with random weights as an ONNX model, normalisations and activations as nodes of their own. */
final class OnnxModel implements Maker<String> {

    private static final int IR_VERSION = 8;
    private static final int OPSET = 15;

    private final GraphProto.Builder graph = GraphProto.newBuilder().setName("bench");
    private final Random random = new Random(42);
    private int values;

    private OnnxModel() {}

    /** Writes the network of {@code work} for any batch size, from input {@code x}. */
    static void write(Work work, Path file) throws IOException {
        OnnxModel model = new OnnxModel();
        String y = work.net().make(model, "x");
        long[] input = work.shape();
        model.graph.addInput(value("x", input)).addOutput(value(y, input[0], Work.CLASSES));
        ModelProto proto = ModelProto.newBuilder()
                .setIrVersion(IR_VERSION)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPSET))
                .setGraph(model.graph)
                .build();
        Files.write(file, proto.toByteArray());
    }

    private static ValueInfoProto value(String name, long... shape) {
        TensorShapeProto.Builder dims = TensorShapeProto.newBuilder()
                .addDim(TensorShapeProto.Dimension.newBuilder().setDimParam("batch"));
        for (int i = 1; i < shape.length; i++) {
            dims.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(shape[i]));
        }
        TypeProto.Tensor tensor = TypeProto.Tensor.newBuilder()
                .setElemType(TensorProto.DataType.FLOAT_VALUE)
                .setShape(dims)
                .build();
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder().setTensorType(tensor))
                .build();
    }

    private String node(String op, List<String> inputs, AttributeProto... attributes) {
        String output = "v" + values++;
        graph.addNode(NodeProto.newBuilder()
                .setOpType(op)
                .setName(output)
                .addAllInput(inputs)
                .addOutput(output)
                .addAllAttribute(Arrays.asList(attributes)));
        return output;
    }

    private static AttributeProto integer(String name, long value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INT)
                .setI(value)
                .build();
    }

    private static AttributeProto integers(String name, long... values) {
        AttributeProto.Builder builder =
                AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
        for (long value : values) {
            builder.addInts(value);
        }
        return builder.build();
    }

    /** Normal random numbers around {@code mean}. */
    private String tensor(double mean, double deviation, long... shape) {
        String name = "w" + values++;
        TensorProto.Builder builder =
                TensorProto.newBuilder().setName(name).setDataType(TensorProto.DataType.FLOAT_VALUE);
        long size = 1;
        for (long length : shape) {
            builder.addDims(length);
            size *= length;
        }
        for (long i = 0; i < size; i++) {
            builder.addFloatData((float) (mean + deviation * random.nextGaussian()));
        }
        graph.addInitializer(builder);
        return name;
    }

    @Override
    public String conv(String x, int in, int out, int kernel, int stride, int groups) {
        double deviation = Math.sqrt(2.0 * groups / (in * kernel * kernel));
        long pad = kernel / 2;
        return node(
                "Conv",
                List.of(x, tensor(0, deviation, out, in / groups, kernel, kernel)),
                integers("kernel_shape", kernel, kernel),
                integers("strides", stride, stride),
                integers("pads", pad, pad, pad, pad),
                integer("group", groups));
    }

    @Override
    public String norm(String x, int channels, boolean image) {
        String gamma = tensor(1, 0.1, channels);
        String beta = tensor(0, 0.1, channels);
        String mean = tensor(0, 0.1, channels);
        String variance = tensor(1, 0.05, channels);
        return node("BatchNormalization", List.of(x, gamma, beta, mean, variance));
    }

    @Override
    public String relu(String x) {
        return node("Relu", List.of(x));
    }

    @Override
    public String maxPool(String x) {
        return node("MaxPool", List.of(x), integers("kernel_shape", 2, 2), integers("strides", 2, 2));
    }

    @Override
    public String globalPool(String x) {
        return node("Flatten", List.of(node("GlobalAveragePool", List.of(x))));
    }

    @Override
    public String flatten(String x, int size) {
        return node("Flatten", List.of(x));
    }

    @Override
    public String dense(String x, int in, int out, boolean bias) {
        String weight = tensor(0, Math.sqrt(2.0 / in), out, in);
        List<String> inputs = bias ? List.of(x, weight, tensor(0, 0.1, out)) : List.of(x, weight);
        return node("Gemm", inputs, integer("transB", 1));
    }

    @Override
    public String add(String x, String y) {
        return node("Add", List.of(x, y));
    }
}
