package io.github.bn4j.onnx;

import io.github.bn4j.checkpoint.CheckpointException;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.graph.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import onnx.Onnx.AttributeProto;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * One node of a network on its way into a file.
 *
 * @param node the op
 * @param bias what adds a bias to it and nothing else sees; null if there is none
 * @param parameters the values
 * @param graph where it goes
 */
record OnnxNode(Node node, @Nullable Node bias, Parameters parameters, OnnxGraph graph) {

    Op op() {
        return node.op();
    }

    /** The name of an input in the file. */
    String input(int index) {
        return graph.name(node.inputs().get(index));
    }

    Shape inputShape(int index) {
        return node.inputs().get(index).shape();
    }

    List<String> inputs() {
        return node.inputs().stream().map(graph::name).toList();
    }

    /** The name of the output in the file, of the bias behind it if there is one. */
    String output() {
        return graph.name(bias == null ? node.output() : bias.output());
    }

    Shape outputShape() {
        return node.output().shape();
    }

    /** A parameter of the op by its place, with its own name and shape. */
    String weight(int index) {
        Parameter parameter = node.parameters().get(index);
        return graph.parameter(parameter.name(), parameters.get(parameter.name()));
    }

    /** A parameter of the op in the shape in which it is repeated to the example of the input. */
    String repeated(Parameter parameter) {
        INDArray array = parameters.get(parameter.name());
        int rank = inputShape(0).rank();
        if (parameter.shape().rank() == rank) {
            return graph.parameter(parameter.name(), array);
        }
        return graph.parameter(
                parameter.name(),
                array.reshape('c', perChannel(parameter.shape().dim(0), rank)));
    }

    /** The shape of one number per channel beside an example of a rank. */
    static long[] perChannel(long channels, int rank) {
        long[] shape = new long[Math.max(1, rank)];
        Arrays.fill(shape, 1);
        shape[0] = channels;
        return shape;
    }

    /** The parameter that the op calls by a word, if it has one. */
    Optional<Parameter> parameter(String word) {
        return node.op().operands().stream()
                .flatMap(operands -> operands.names().stream())
                .filter(word::equals)
                .map(node::parameter)
                .findFirst();
    }

    /** The name in the file of the parameter that the op calls by a word, if it has one. */
    Optional<String> named(String word) {
        return parameter(word).map(parameter -> graph.parameter(parameter.name(), parameters.get(parameter.name())));
    }

    /** The name in the file of the bias, as it is. */
    Optional<String> biasName() {
        if (bias == null) {
            return Optional.empty();
        }
        String name = bias.parameters().get(0).name();
        return Optional.of(graph.parameter(name, parameters.get(name)));
    }

    /** The bias of a linear op as an input more. */
    List<String> withBias(String... inputs) {
        List<String> all = new ArrayList<>(Arrays.asList(inputs));
        biasName().ifPresent(all::add);
        return all;
    }

    /** Writes the node as one of ONNX. */
    void as(String onnx, AttributeProto... attributes) {
        as(onnx, inputs(), attributes);
    }

    void as(String onnx, List<String> inputs, AttributeProto... attributes) {
        graph.node(onnx, inputs, output(), attributes);
    }

    CheckpointException refused(String expected, String advice) {
        return new CheckpointException("exportOnnx expects " + expected + " but got " + node.op() + " in layer \""
                + node.layer() + "\"; " + advice);
    }
}
