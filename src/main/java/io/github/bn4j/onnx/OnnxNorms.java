package io.github.bn4j.onnx;

import static io.github.bn4j.onnx.OnnxGraph.attribute;

import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.RunningAverages;
import io.github.bn4j.graph.Statistics;
import io.github.bn4j.op.BatchNormalization;
import io.github.bn4j.op.GroupNormalization;
import io.github.bn4j.op.LayerNormalization;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import onnx.Onnx.AttributeProto;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/** What normalisations are in ONNX. */
final class OnnxNorms {

    /** The opset from which on it is an attribute that says so, not the number of outputs. */
    private static final int TRAINING_MODE = 14;

    private OnnxNorms() {}

    /** ONNX names the weight of the old value: 1 where nothing moves, or all values weigh alike. Its running variances are biased. */
    static void batch(OnnxNode node) {
        BatchNormalization op = (BatchNormalization) node.op();
        OnnxGraph graph = node.graph();
        int channels = (int) node.inputShape(0).dim(0);
        List<String> inputs = new ArrayList<>();
        inputs.add(node.input(0));
        inputs.add(node.named("gamma").orElseGet(() -> graph.numbers("gamma", filled(channels, 1), channels)));
        inputs.add(node.named("beta").orElseGet(() -> graph.numbers("beta", filled(channels, 0), channels)));
        inputs.add(node.named(RunningAverages.MEAN).orElseThrow());
        boolean trains = graph.training() && !op.statistics().areRunning();
        inputs.add(trains ? node.named(RunningAverages.VARIANCE).orElseThrow() : varianceFor(node, op.epsilon()));
        double newWeight = op.averages().update() ? op.averages().newWeight() : 0;
        AttributeProto epsilon = attribute("epsilon", op.epsilon());
        AttributeProto momentum = attribute("momentum", 1 - newWeight);
        if (op.averages().unbiased()) {
            graph.unbiased(inputs.get(inputs.size() - 1));
        }
        if (!trains) {
            node.as("BatchNormalization", inputs, epsilon, momentum);
            return;
        }
        if (!(op.statistics() instanceof Statistics.Batch)
                || op.averages().cumulative()
                || node.node().inputs().size() > 1) {
            throw node.refused(
                    "batch norms that normalise whole batches, with running averages of one weight, for training",
                    "export for predictions, or use statistics(Statistics.batch()) and RunningAverage.keep(0.9)");
        }
        String layer = node.node().layer();
        List<String> outputs = new ArrayList<>(List.of(
                node.output(), graph.fresh(layer + ".runningMean.next"), graph.fresh(layer + ".runningVariance.next")));
        if (graph.opset() < TRAINING_MODE) {
            outputs.add(graph.fresh(layer + ".mean"));
            outputs.add(graph.fresh(layer + ".variance"));
            graph.node("BatchNormalization", inputs, outputs, epsilon, momentum);
        } else {
            graph.node("BatchNormalization", inputs, outputs, epsilon, momentum, attribute("training_mode", 1));
        }
    }

    /** In float64 the running variance takes up what epsilon loses in float32, as only their sum counts. */
    private static String varianceFor(OnnxNode node, double epsilon) {
        Parameter variance = node.parameter(RunningAverages.VARIANCE).orElseThrow();
        INDArray values = node.parameters().get(variance.name());
        double lost = epsilon - (float) epsilon;
        return values.dataType() == DataType.DOUBLE && lost != 0
                ? node.graph().parameter(variance.name(), Transforms.max(values.add(lost), 0, false))
                : node.graph().parameter(variance.name(), values);
    }

    /** Groups of channels as the channels of instance norm. */
    static void group(OnnxNode node) {
        GroupNormalization op = (GroupNormalization) node.op();
        byGroups(node, op.groups(), op.epsilon());
    }

    static void layer(OnnxNode node) {
        LayerNormalization op = (LayerNormalization) node.op();
        Optional<String> gamma = node.named("gamma");
        if (node.graph().opset() < 17 || gamma.isEmpty()) {
            byGroups(node, 1, op.epsilon());
            return;
        }
        List<String> inputs = new ArrayList<>(List.of(node.input(0), gamma.get()));
        node.named("beta").ifPresent(inputs::add);
        node.as("LayerNormalization", inputs, attribute("axis", 1), attribute("epsilon", op.epsilon()));
    }

    private static void byGroups(OnnxNode node, int groups, double epsilon) {
        OnnxGraph graph = node.graph();
        String blocks = graph.between("Reshape", List.of(node.input(0), graph.whole("groups", 0, groups, -1)));
        String normal = graph.between(
                "InstanceNormalization",
                List.of(
                        blocks,
                        graph.numbers("ones", filled(groups, 1), groups),
                        graph.numbers("zeros", filled(groups, 0), groups)),
                attribute("epsilon", epsilon));
        long[] dims = node.outputShape().dims();
        long[] shape = new long[dims.length + 1];
        System.arraycopy(dims, 0, shape, 1, dims.length);
        List<String> parameters = new ArrayList<>();
        List<String> ops = new ArrayList<>();
        node.parameter("gamma").ifPresent(gamma -> {
            ops.add("Mul");
            parameters.add(node.repeated(gamma));
        });
        node.parameter("beta").ifPresent(beta -> {
            ops.add("Add");
            parameters.add(node.repeated(beta));
        });
        List<String> restored = List.of(normal, graph.whole("shape", shape));
        if (ops.isEmpty()) {
            node.as("Reshape", restored);
            return;
        }
        String y = graph.between("Reshape", restored);
        if (ops.size() > 1) {
            y = graph.between(ops.get(0), List.of(y, parameters.get(0)));
        }
        int last = ops.size() - 1;
        node.as(ops.get(last), List.of(y, parameters.get(last)));
    }

    private static double[] filled(int count, double value) {
        double[] values = new double[count];
        Arrays.fill(values, value);
        return values;
    }
}
