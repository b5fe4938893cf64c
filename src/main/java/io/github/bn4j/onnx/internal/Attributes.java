package io.github.bn4j.onnx.internal;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import onnx.Onnx.AttributeProto;
import onnx.Onnx.AttributeProto.AttributeType;
import onnx.Onnx.NodeProto;
import onnx.Onnx.TensorProto;
import org.jspecify.annotations.Nullable;

/** The attributes of a node. Remembers which were asked for: one that nobody knows would change the result unseen. */
final class Attributes {

    private final Map<String, AttributeProto> attributes = new LinkedHashMap<>();
    private final Set<String> asked = new HashSet<>();

    Attributes(NodeProto node) {
        node.getAttributeList().forEach(attribute -> attributes.put(attribute.getName(), attribute));
    }

    private @Nullable AttributeProto find(String name, AttributeType type) {
        asked.add(name);
        AttributeProto attribute = attributes.get(name);
        if (attribute != null && attribute.getType() != type && attribute.getType() != AttributeType.UNDEFINED) {
            throw new NodeRefusal("expects attribute " + name + " of type " + type + " but got " + attribute.getType());
        }
        return attribute;
    }

    boolean has(String name) {
        return attributes.containsKey(name);
    }

    long whole(String name, long otherwise) {
        AttributeProto attribute = find(name, AttributeType.INT);
        return attribute == null ? otherwise : attribute.getI();
    }

    boolean flag(String name, boolean otherwise) {
        return whole(name, otherwise ? 1 : 0) != 0;
    }

    /** A number by its shortest decimal: 0.9 where float32 has 0.89999998. */
    double number(String name, double otherwise) {
        AttributeProto attribute = find(name, AttributeType.FLOAT);
        return attribute == null ? otherwise : shortest(attribute.getF());
    }

    static double shortest(float value) {
        return Double.parseDouble(Float.toString(value));
    }

    String text(String name, String otherwise) {
        AttributeProto attribute = find(name, AttributeType.STRING);
        return attribute == null ? otherwise : attribute.getS().toStringUtf8();
    }

    /** Whole numbers, of which there are none if the attribute is not there. */
    long[] list(String name) {
        AttributeProto attribute = find(name, AttributeType.INTS);
        return attribute == null
                ? new long[0]
                : attribute.getIntsList().stream().mapToLong(Long::longValue).toArray();
    }

    double[] numbers(String name) {
        AttributeProto attribute = find(name, AttributeType.FLOATS);
        return attribute == null
                ? new double[0]
                : attribute.getFloatsList().stream()
                        .mapToDouble(value -> shortest(value))
                        .toArray();
    }

    Optional<TensorProto> tensor(String name) {
        return Optional.ofNullable(find(name, AttributeType.TENSOR)).map(AttributeProto::getT);
    }

    /** Passes over attributes that change no result of a network. */
    void ignore(String... names) {
        asked.addAll(Set.of(names));
    }

    /** Refuses attributes that nobody asked for. */
    void requireAllAsked() {
        Set<String> unknown = new TreeSet<>(attributes.keySet());
        unknown.removeAll(asked);
        if (!unknown.isEmpty()) {
            throw new NodeRefusal("expects no attribute " + unknown);
        }
    }
}
