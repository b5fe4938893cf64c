package io.github.bn4j.onnx.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import onnx.Onnx.NodeProto;
import org.jspecify.annotations.Nullable;

/** What the names of a file stand for, as far as it has been read. Tensors are read when something asks for them. */
final class OnnxNames {

    private final OnnxFile file;
    private final Map<String, Operand> operands = new HashMap<>();
    private final Map<String, Supplier<Constant>> tensors = new HashMap<>();
    private final Map<String, Integer> uses = new HashMap<>();
    private final Map<String, NodeProto> producers = new HashMap<>();
    private final Map<String, List<NodeProto>> consumers = new HashMap<>();
    private final TensorReader reader;
    private final Set<String> leftOut = new HashSet<>();
    private final OpNotes notes;
    private boolean trains;
    private long batch;

    OnnxNames(OnnxFile file) {
        this.file = file;
        this.reader = new TensorReader(file);
        this.notes = new OpNotes(file);
        for (NodeProto node : file.model().getGraph().getNodeList()) {
            trains |= BatchNormReader.trains(node);
            node.getInputList().forEach(this::use);
            new LinkedHashSet<>(node.getInputList()).forEach(input -> consumers
                    .computeIfAbsent(input, any -> new ArrayList<>())
                    .add(node));
            node.getOutputList().forEach(output -> producers.put(output, node));
        }
        file.model().getGraph().getOutputList().forEach(output -> use(output.getName()));
    }

    private void use(String name) {
        uses.merge(name, 1, Integer::sum);
    }

    OnnxFile file() {
        return file;
    }

    TensorReader reader() {
        return reader;
    }

    OpNotes notes() {
        return notes;
    }

    /** The nodes that a result goes into. */
    List<NodeProto> consumers(String name) {
        return consumers.getOrDefault(name, List.of());
    }

    /** How many inputs of nodes and outputs of the network have a name. */
    int uses(String name) {
        return uses.getOrDefault(name, 0);
    }

    /** The node that makes what a name stands for. */
    @Nullable
    NodeProto producer(String name) {
        return producers.get(name);
    }

    /** Whether any batch norm of the file normalises by the batch. */
    boolean trains() {
        return trains;
    }

    /** The number of examples that the file was made for; 0 if it leaves it open. */
    long batch() {
        return batch;
    }

    void batch(long size) {
        batch = size;
    }

    /** Says that a result is nothing that a network yields. */
    void leaveOut(String name) {
        leftOut.add(name);
    }

    boolean isLeftOut(String name) {
        return leftOut.contains(name);
    }

    boolean isKnown(String name) {
        return operands.containsKey(name) || tensors.containsKey(name);
    }

    void put(String name, Operand operand) {
        operands.put(name, operand);
    }

    void put(String name, Supplier<Constant> tensor) {
        tensors.put(name, tensor);
    }

    Operand operand(String name) {
        Operand known = operands.get(name);
        if (known != null) {
            return known;
        }
        Supplier<Constant> tensor = tensors.get(name);
        if (tensor == null) {
            throw file.damaged("names of inputs, tensors or results of nodes before", "\"" + name + "\"");
        }
        Constant read = tensor.get();
        operands.put(name, read);
        return read;
    }
}
