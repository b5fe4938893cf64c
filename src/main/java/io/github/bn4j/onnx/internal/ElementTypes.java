package io.github.bn4j.onnx.internal;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import onnx.Onnx.NodeProto;
import onnx.Onnx.TensorProto.DataType;
import org.jspecify.annotations.Nullable;

/**
 * The elements of inputs that no network computes with: whole numbers, whose quotients and overflows are others, and half precision, whose
 * results would be of another type. They may be numbers of rows or classes, or be cast.
 */
final class ElementTypes {

    private static final Set<String> CARRYING = Set.of(
            "Identity", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Transpose", "Slice", "Split", "Concat", "Pad");

    private static final Set<String> ENDING = Set.of("Cast", "CastLike", "Gather", "OneHot", "Equal", "Shape", "Size");

    private final Map<String, Integer> types = new HashMap<>();

    /** Says what an input has. */
    void input(String name, int type) {
        if (type != DataType.FLOAT_VALUE && type != DataType.DOUBLE_VALUE) {
            types.put(name, type);
        }
    }

    /** Refuses a node that computes with such elements. */
    void check(NodeProto node) {
        if (types.isEmpty() || ENDING.contains(node.getOpType())) {
            return;
        }
        for (String input : node.getInputList()) {
            @Nullable Integer type = types.get(input);
            if (type != null && CARRYING.contains(node.getOpType())) {
                node.getOutputList().forEach(output -> types.put(output, type));
            } else if (type != null) {
                throw new NodeRefusal("expects FLOAT or DOUBLE but got " + TensorReader.word(type) + " from \"" + input
                        + "\"; export the model in float32, or with a Cast behind its inputs");
            }
        }
    }
}
