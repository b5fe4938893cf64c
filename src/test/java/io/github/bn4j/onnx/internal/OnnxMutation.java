package io.github.bn4j.onnx.internal;

import io.github.bn4j.fuzz.Mutation;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import onnx.Onnx.AttributeProto;
import onnx.Onnx.GraphProto;
import onnx.Onnx.ModelProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.TensorProto;
import onnx.Onnx.TensorShapeProto;
import onnx.Onnx.ValueInfoProto;
import org.nd4j.shade.protobuf.ByteString;
import org.nd4j.shade.protobuf.InvalidProtocolBufferException;

/** Changes of ONNX files: of their bytes, and of what they say. */
final class OnnxMutation {

    private static final long[] NUMBERS = {
        0,
        1,
        -1,
        2,
        3,
        4,
        5,
        7,
        -2,
        64,
        255,
        1 << 20,
        Integer.MAX_VALUE,
        1L << 31,
        1L << 40,
        Long.MAX_VALUE,
        Long.MIN_VALUE
    };

    private static final int[] TYPES = {0, 1, 2, 3, 6, 7, 8, 9, 10, 11, 14, 16, 17, 23, 99};

    private final Random random;
    private final List<String> operators = new ArrayList<>(NodeReaders.operators());

    OnnxMutation(Random random) {
        this.random = random;
        operators.addAll(
                List.of("LSTM", "If", "ConstantOfShape", "Range", "Where", "GatherND", "Constant", "Size", "Not"));
        operators.sort(null);
    }

    byte[] of(byte[] file) {
        if (random.nextInt(4) == 0) {
            return Mutation.of(file, random);
        }
        try {
            ModelProto.Builder model = ModelProto.parseFrom(file).toBuilder();
            for (int i = 1 + random.nextInt(3); i > 0; i--) {
                change(model);
            }
            return model.build().toByteArray();
        } catch (InvalidProtocolBufferException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private long number() {
        return random.nextInt(3) == 0 ? NUMBERS[random.nextInt(NUMBERS.length)] : random.nextInt(9) - 2;
    }

    private void change(ModelProto.Builder model) {
        GraphProto.Builder graph = model.getGraphBuilder();
        switch (random.nextInt(12)) {
            case 0 -> model.getOpsetImportBuilder(0).setVersion(random.nextInt(30));
            case 1 -> input(graph);
            case 2, 3 -> tensor(graph);
            case 4 -> order(graph);
            case 5 -> output(graph);
            default -> node(graph);
        }
    }

    private void input(GraphProto.Builder graph) {
        ValueInfoProto.Builder input = graph.getInputBuilder(random.nextInt(graph.getInputCount()));
        TensorShapeProto.Builder shape =
                input.getTypeBuilder().getTensorTypeBuilder().getShapeBuilder();
        switch (random.nextInt(4)) {
            case 0 -> shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(number()));
            case 1 -> input.getTypeBuilder().getTensorTypeBuilder().setElemType(TYPES[random.nextInt(TYPES.length)]);
            default -> {
                if (shape.getDimCount() > 0) {
                    shape.setDim(
                            random.nextInt(shape.getDimCount()),
                            TensorShapeProto.Dimension.newBuilder().setDimValue(number()));
                }
            }
        }
    }

    private void output(GraphProto.Builder graph) {
        graph.getOutputBuilder(random.nextInt(graph.getOutputCount())).setName(name(graph));
    }

    private void order(GraphProto.Builder graph) {
        int count = graph.getNodeCount();
        if (count == 0) {
            return;
        }
        int at = random.nextInt(count);
        NodeProto node = graph.getNode(at);
        switch (random.nextInt(3)) {
            case 0 -> graph.removeNode(at);
            case 1 -> graph.addNode(random.nextInt(count), node);
            default -> {
                int other = random.nextInt(count);
                graph.setNode(at, graph.getNode(other));
                graph.setNode(other, node);
            }
        }
    }

    private String name(GraphProto.Builder graph) {
        List<String> names = new ArrayList<>(List.of("", "nothing"));
        graph.getInputList().forEach(input -> names.add(input.getName()));
        graph.getInitializerList().forEach(tensor -> names.add(tensor.getName()));
        graph.getNodeList().forEach(node -> names.addAll(node.getOutputList()));
        return names.get(random.nextInt(names.size()));
    }

    private void tensor(GraphProto.Builder graph) {
        if (graph.getInitializerCount() == 0) {
            return;
        }
        int at = random.nextInt(graph.getInitializerCount());
        TensorProto.Builder tensor = graph.getInitializerBuilder(at);
        switch (random.nextInt(7)) {
            case 0 -> tensor.addDims(number());
            case 1 -> tensor.setDataType(TYPES[random.nextInt(TYPES.length)]);
            case 2 ->
                tensor.setRawData(
                        ByteString.copyFrom(Mutation.of(tensor.getRawData().toByteArray(), random)));
            case 3 -> tensor.setName(name(graph));
            case 4 -> tensor.setDataLocation(TensorProto.DataLocation.EXTERNAL);
            case 5 -> {
                if (tensor.getInt64DataCount() > 0) {
                    tensor.setInt64Data(random.nextInt(tensor.getInt64DataCount()), number());
                }
            }
            default -> {
                if (tensor.getDimsCount() > 0) {
                    tensor.setDims(random.nextInt(tensor.getDimsCount()), number());
                }
            }
        }
    }

    private void node(GraphProto.Builder graph) {
        if (graph.getNodeCount() == 0) {
            return;
        }
        NodeProto.Builder node = graph.getNodeBuilder(random.nextInt(graph.getNodeCount()));
        switch (random.nextInt(7)) {
            case 0 -> node.setOpType(operators.get(random.nextInt(operators.size())));
            case 1 -> node.addInput(name(graph));
            case 2 -> {
                if (node.getInputCount() > 0) {
                    node.setInput(random.nextInt(node.getInputCount()), name(graph));
                }
            }
            case 3 -> {
                if (node.getAttributeCount() > 0) {
                    node.removeAttribute(random.nextInt(node.getAttributeCount()));
                }
            }
            case 4 ->
                node.addAttribute(attribute(AttributeProto.newBuilder()
                        .setName(List.of(
                                        "axis",
                                        "group",
                                        "pads",
                                        "perm",
                                        "alpha",
                                        "axes",
                                        "epsilon",
                                        "momentum",
                                        "mode",
                                        "ceil_mode")
                                .get(random.nextInt(10)))));
            default -> {
                if (node.getAttributeCount() > 0) {
                    int at = random.nextInt(node.getAttributeCount());
                    node.setAttribute(at, attribute(node.getAttribute(at).toBuilder()));
                }
            }
        }
    }

    private AttributeProto attribute(AttributeProto.Builder attribute) {
        if (random.nextInt(5) == 0 || attribute.getType() == AttributeProto.AttributeType.UNDEFINED) {
            attribute.setType(AttributeProto.AttributeType.forNumber(1 + random.nextInt(8)));
        }
        attribute.setI(number());
        attribute.setF(random.nextInt(3) == 0 ? Float.NaN : random.nextFloat() * 4 - 1);
        switch (random.nextInt(3)) {
            case 0 -> attribute.addInts(number());
            case 1 -> attribute.clearInts();
            default -> {
                if (attribute.getIntsCount() > 0) {
                    attribute.setInts(random.nextInt(attribute.getIntsCount()), number());
                }
            }
        }
        return attribute.build();
    }
}
