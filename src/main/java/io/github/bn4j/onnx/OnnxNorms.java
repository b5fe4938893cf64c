package io.github.bn4j.onnx;

import static io.github.bn4j.onnx.OnnxGraph.attribute;

import io.github.bn4j.graph.RunningAverages;
import io.github.bn4j.graph.Statistics;
import io.github.bn4j.op.BatchNormalization;
import io.github.bn4j.op.GroupNormalization;
import io.github.bn4j.op.LayerNormalization;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What normalisations are in ONNX. */
final class OnnxNorms {

    private OnnxNorms() {}

    /** ONNX names the weight of the old value, and its running variances are biased. */
    static void batch(OnnxNode node) {
        BatchNormalization op = (BatchNormalization) node.op();
        OnnxGraph graph = node.graph();
        int channels = (int) node.inputShape(0).dim(0);
        List<String> inputs = new ArrayList<>();
        inputs.add(node.input(0));
        inputs.add(node.named("gamma").orElseGet(() -> graph.numbers("gamma", filled(channels, 1), channels)));
        inputs.add(node.named("beta").orElseGet(() -> graph.numbers("beta", filled(channels, 0), channels)));
        inputs.add(node.named(RunningAverages.MEAN).orElseThrow());
        inputs.add(node.named(RunningAverages.VARIANCE).orElseThrow());
        boolean trains = graph.training() && !op.statistics().areRunning();
        if (!trains) {
            node.as("BatchNormalization", inputs, attribute("epsilon", op.epsilon()));
            return;
        }
        if (graph.opset() < 14
                || !(op.statistics() instanceof Statistics.Batch)
                || op.averages().cumulative()
                || node.node().inputs().size() > 1) {
            throw node.refused(
                    "batch norms that normalise whole batches, with running averages of one weight, from opset 14 on, for training",
                    "export for predictions, or use statistics(Statistics.batch()) and RunningAverage.keep(0.9)");
        }
        double newWeight = op.averages().update() ? op.averages().newWeight() : 0;
        graph.node(
                "BatchNormalization",
                inputs,
                List.of(
                        node.output(),
                        graph.fresh(node.node().layer() + ".runningMean.next"),
                        graph.fresh(node.node().layer() + ".runningVariance.next")),
                attribute("epsilon", op.epsilon()),
                attribute("momentum", 1 - newWeight),
                attribute("training_mode", 1));
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
