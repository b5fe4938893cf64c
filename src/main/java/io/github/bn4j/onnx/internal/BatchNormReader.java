package io.github.bn4j.onnx.internal;

import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Statistics;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.layer.BatchNorm;
import io.github.bn4j.layer.BatchNorm1d;
import io.github.bn4j.layer.BatchNorm2d;
import io.github.bn4j.layer.RunningAverage;
import io.github.bn4j.layer.RunningVariance;
import io.github.bn4j.op.BatchNormalization;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import onnx.Onnx.NodeProto;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/** The operator that normalises by batches, in all its versions. */
final class BatchNormReader {

    private static final String BATCH_NORM = "BatchNormalization";
    private static final String TRAINING_MODE = "training_mode";

    private BatchNormReader() {}

    /* ONNX weighs the old value; 1 leaves the averages as they are, which is a weight 0 of the new value, but such a weight stands for
     * plain means here. */
    static List<Operand> batch(OnnxCall call) {
        Attributes attributes = call.attributes();
        if (!attributes.flag("spatial", true)) {
            throw new NodeRefusal(
                    "expects statistics per channel but got spatial = 0, which has them per position; export it with spatial = 1");
        }
        attributes.ignore("is_test", "consumed_inputs");
        boolean trains = attributes.flag(TRAINING_MODE, false);
        double kept = attributes.number("momentum", 0.9);
        if (!(kept >= 0 && kept <= 1)) {
            throw new NodeRefusal("expects a momentum from 0 to 1 but got " + kept);
        }
        boolean isFrozen = !trains && call.names().trains();
        RunningAverage average = kept < 1
                ? RunningAverage.keep(kept)
                : BatchNorm.DEFAULT.running().average();
        double epsilon = attributes.number("epsilon", 1e-5);
        Optional<BatchNormalization> note = call.note(BatchNormalization.class);
        BatchNorm norm = note.map(op -> noted(call, op, epsilon))
                .orElseGet(() -> new BatchNorm(
                        epsilon,
                        isFrozen ? Statistics.running() : Statistics.batch(),
                        new BatchNorm.Running(average, variance(call), kept < 1 && !isFrozen),
                        BatchNorm.DEFAULT.affine()));
        if (note.isEmpty()) {
            assume(call, trains, isFrozen, kept);
        }
        Signal x = call.signal(0);
        if (x.rank() < 2 || x.rank() > 4) {
            throw new NodeRefusal("expects input [batch, channels], with a length or height and width, but got " + x);
        }
        Value value = call.value(0);
        int channels = OnnxWindow.whole(value.shape().dim(0));
        Map<String, Constant> values = new LinkedHashMap<>();
        Constant gamma = LinearReaders.vector(call.parameter(1), channels);
        if (norm.affine().gamma()) {
            values.put("gamma", gamma);
        }
        if (norm.affine().beta()) {
            values.put("beta", LinearReaders.vector(call.parameter(2), channels));
        }
        values.put("runningMean", LinearReaders.vector(call.parameter(3), channels));
        Constant variance = LinearReaders.vector(call.parameter(4), channels);
        values.put("runningVariance", trains ? variance : withEpsilon(call, variance, epsilon));
        if (norm.running().average().equals(RunningAverage.cumulative())) {
            values.put("updates", Constant.of(Tensors.of(call.graph().type(), new double[] {1}, 1), "updates"));
            call.graph().assume("running averages in which all values weigh alike stand for one batch");
        }
        Layer layer = value.shape().rank() == 3 ? new BatchNorm2d(norm) : new BatchNorm1d(norm);
        return List.of(Signal.of(call.layer(layer, value, values)));
    }

    /* A gamma or beta that the network does without is 1 or 0 in the file, unless something has changed it since. */
    private static BatchNorm noted(OnnxCall call, BatchNormalization op, double epsilon) {
        RunningVariance variance = op.averages().unbiased() ? RunningVariance.UNBIASED : RunningVariance.BIASED;
        return new BatchNorm(
                epsilon,
                op.statistics(),
                new BatchNorm.Running(
                        new RunningAverage(op.averages().newWeight()),
                        variance,
                        op.averages().update()),
                new BatchNorm.Affine(
                        op.scale() || !call.constant(1).isAll(1),
                        op.shift() || !call.constant(2).isAll(0),
                        1,
                        0,
                        op.trainAffine()));
    }

    /** In float64 the variance takes up what epsilon, as an attribute of float32, is too large: only their sum counts. */
    private static Constant withEpsilon(OnnxCall call, Constant variance, double epsilon) {
        double more = (float) epsilon - epsilon;
        if (call.graph().type() != DataType.DOUBLE || more == 0) {
            return variance;
        }
        INDArray values = variance.array(DataType.DOUBLE);
        return Constant.of(Transforms.max(values.add(more), 0, false), variance.name());
    }

    /** Whether a node is a batch norm that normalises by the batch. */
    static boolean trains(NodeProto node) {
        return node.getOpType().equals(BATCH_NORM)
                && node.getAttributeList().stream()
                        .anyMatch(attribute -> attribute.getName().equals(TRAINING_MODE) && attribute.getI() != 0);
    }

    private static RunningVariance variance(OnnxCall call) {
        boolean unbiased = call.names().file().isFrom("pytorch")
                || call.names().notes().unbiased().contains(call.input(4));
        return unbiased ? RunningVariance.UNBIASED : RunningVariance.BIASED;
    }

    private static void assume(OnnxCall call, boolean trains, boolean isFrozen, double kept) {
        ImportedGraph graph = call.graph();
        graph.assume("running variances are "
                + (variance(call) == RunningVariance.UNBIASED
                        ? "unbiased, as those of PyTorch"
                        : "biased, as ONNX has them"));
        if (trains) {
            graph.assume(
                    "batch norms in training mode normalise by the batch in training only; predictions take their running averages");
        }
        if (isFrozen) {
            graph.assume("batch norms that are not in training mode, where others are, are frozen");
        }
        if (kept == 1) {
            graph.assume("batch norms of momentum 1 keep their running averages in training, as such a momentum says");
        }
    }

    /** Whether what made a value is a batch norm whose gamma and beta can take a scale and a shift. */
    static Optional<String> batchNorm(OnnxCall call, Value value) {
        return call.graph()
                .producer(value)
                .filter(node -> node.op() instanceof BatchNormalization norm && norm.scale() && norm.shift())
                .map(Node::layer);
    }
}
