package io.github.bn4j.onnx;

import io.github.bn4j.checkpoint.OpText;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Statistics;
import io.github.bn4j.onnx.internal.OpNotes;
import io.github.bn4j.op.AdaptiveMaxPooling;
import io.github.bn4j.op.BatchNormalization;
import io.github.bn4j.op.Masking;
import io.github.bn4j.op.Scaling;
import io.github.bn4j.op.Shifting;
import io.github.bn4j.op.Weighting;

/**
 * What ops are beyond what ONNX says of them, such as what a batch norm does in training: in the metadata as JSON, by the name of the
 * result, so that they are the same when they come back. Whoever does not know it passes it over.
 */
final class OnnxNotes {

    private OnnxNotes() {}

    static void write(OnnxNode node) {
        Op op = node.op();
        if (op instanceof AdaptiveMaxPooling
                || op instanceof Masking
                || op instanceof Weighting
                || isUnusual(op)
                || isConstant(op)
                || isSingle(node)) {
            node.graph().metadata(OpNotes.PREFIX + node.output(), OpText.of(op));
        }
    }

    private static boolean isUnusual(Op op) {
        return op instanceof BatchNormalization norm
                && !(norm.statistics() instanceof Statistics.Batch
                        && norm.scale()
                        && norm.shift()
                        && norm.trainAffine()
                        && norm.averages().update()
                        && !norm.averages().cumulative());
    }

    private static boolean isConstant(Op op) {
        return (op instanceof Scaling scaling && !scaling.trained())
                || (op instanceof Shifting shifting && !shifting.trained());
    }

    /** One number is a parameter here, and elsewhere a part of a formula. */
    private static boolean isSingle(OnnxNode node) {
        return (node.op() instanceof Scaling || node.op() instanceof Shifting)
                && node.node().parameters().get(0).shape().size() == 1;
    }
}
