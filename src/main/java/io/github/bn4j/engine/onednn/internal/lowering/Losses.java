package io.github.bn4j.engine.onednn.internal.lowering;

import io.github.bn4j.engine.onednn.internal.binding.UnsupportedByOneDnnException;
import io.github.bn4j.engine.onednn.internal.plan.Buffer;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.Distributions;
import java.nio.FloatBuffer;
import java.util.Arrays;

/** The losses, one pass over each example. */
final class Losses {

    private Losses() {}

    static Lowering.Backward crossEntropy(FusedCall call, Compiler compiler) {
        Buffer logits = compiler.plain(call.input(0));
        Value wanted = call.input(1);
        Buffer target = compiler.plain(wanted);
        if (compiler.wantsGradient(wanted)) {
            throw new UnsupportedByOneDnnException("gradient by the targets");
        }
        boolean distribution = wanted.shape().equals(call.input(0).shape());
        int batch = compiler.batch();
        int classes = (int) call.input(0).shape().dim(0);
        int positions = (int) call.output().shape().size();
        Buffer loss = compiler.plan().plain(compiler.dims(call.output()));
        Buffer softmax = compiler.plan().buffer(logits.layout);
        compiler.plan()
                .run(
                        () -> crossEntropy(
                                logits.floats(),
                                target.floats(),
                                distribution,
                                loss.floats(),
                                softmax.floats(),
                                batch,
                                classes,
                                positions),
                        logits,
                        target,
                        loss,
                        softmax);
        compiler.define(call.output(), loss);
        return gradient -> {
            Buffer dy = compiler.plain(gradient);
            Buffer dx = compiler.plan().buffer(logits.layout);
            compiler.plan()
                    .run(
                            () -> byLogits(
                                    softmax.floats(),
                                    target.floats(),
                                    distribution,
                                    dy.floats(),
                                    dx.floats(),
                                    batch,
                                    classes,
                                    positions),
                            softmax,
                            target,
                            dy,
                            dx);
            compiler.gradient(call.input(0), dx);
        };
    }

    private static void crossEntropy(
            FloatBuffer logits,
            FloatBuffer target,
            boolean distribution,
            FloatBuffer loss,
            FloatBuffer softmax,
            int batch,
            int classes,
            int positions) {
        float[] z = new float[classes];
        float[] t = new float[classes];
        for (int place = 0; place < batch * positions; place++) {
            int first = first(place, classes, positions);
            float max = Float.NEGATIVE_INFINITY;
            for (int k = 0; k < classes; k++) {
                z[k] = logits.get(first + k * positions);
                max = Math.max(max, z[k]);
            }
            double sum = 0;
            for (float value : z) {
                sum += Math.exp(value - max);
            }
            double logSum = Math.log(sum);
            wanted(target, distribution, place, positions, t);
            double total = 0;
            for (int k = 0; k < classes; k++) {
                double logSoftmax = z[k] - max - logSum;
                if (t[k] != 0) {
                    total -= t[k] * logSoftmax;
                }
                softmax.put(first + k * positions, (float) Math.exp(logSoftmax));
            }
            loss.put(place, (float) total);
        }
    }

    /** Where class 0 of a position of an example is, in arrays {@code [batch, classes, positions]}. */
    private static int first(int place, int classes, int positions) {
        return place / positions * classes * positions + place % positions;
    }

    private static void wanted(FloatBuffer target, boolean distribution, int place, int positions, float... t) {
        if (!distribution) {
            oneHot(target.get(place), place / positions, t);
            return;
        }
        int first = first(place, t.length, positions);
        for (int k = 0; k < t.length; k++) {
            t[k] = target.get(first + k * positions);
        }
    }

    private static void oneHot(float label, int row, float... t) {
        if (!Distributions.isClass(label, t.length)) {
            throw new IllegalArgumentException("SoftmaxCrossEntropy expects labels as whole numbers from 0 to "
                    + (t.length - 1) + " but got " + (double) label + " in row " + row
                    + " of the batch; give the network one output per class");
        }
        Arrays.fill(t, 0);
        t[(int) label] = 1;
    }

    private static void byLogits(
            FloatBuffer softmax,
            FloatBuffer target,
            boolean distribution,
            FloatBuffer dy,
            FloatBuffer dx,
            int batch,
            int classes,
            int positions) {
        float[] t = new float[classes];
        for (int place = 0; place < batch * positions; place++) {
            int first = first(place, classes, positions);
            wanted(target, distribution, place, positions, t);
            float sum = 0;
            for (float value : t) {
                sum += value;
            }
            float factor = dy.get(place);
            for (int k = 0; k < classes; k++) {
                int at = first + k * positions;
                dx.put(at, (softmax.get(at) * sum - t[k]) * factor);
            }
        }
    }

    static Lowering.Backward meanSquaredError(FusedCall call, Compiler compiler) {
        Buffer output = compiler.plain(call.input(0));
        Buffer target = compiler.plain(call.input(1));
        int batch = compiler.batch();
        int size = (int) call.input(0).shape().size();
        Buffer loss = compiler.plan().plain(batch);
        compiler.plan()
                .run(
                        () -> meanSquaredError(output.floats(), target.floats(), loss.floats(), batch, size),
                        output,
                        target,
                        loss);
        compiler.define(call.output(), loss);
        return gradient -> {
            Buffer dy = compiler.plain(gradient);
            for (int side = 0; side < 2; side++) {
                Value value = call.input(side);
                float sign = side == 0 ? 1 : -1;
                if (compiler.wantsGradient(value)) {
                    Buffer dx = compiler.plan().buffer(output.layout);
                    compiler.plan()
                            .run(
                                    () -> byOutput(
                                            output.floats(), target.floats(), dy.floats(), dx.floats(), sign, size),
                                    output,
                                    target,
                                    dy,
                                    dx);
                    compiler.gradient(value, dx);
                }
            }
        };
    }

    private static void meanSquaredError(
            FloatBuffer output, FloatBuffer target, FloatBuffer loss, int batch, int size) {
        for (int row = 0; row < batch; row++) {
            double sum = 0;
            for (int i = row * size; i < (row + 1) * size; i++) {
                double difference = output.get(i) - target.get(i);
                sum += difference * difference;
            }
            loss.put(row, (float) (sum / size));
        }
    }

    private static void byOutput(
            FloatBuffer output, FloatBuffer target, FloatBuffer dy, FloatBuffer dx, float sign, int size) {
        int length = dx.limit();
        for (int i = 0; i < length; i++) {
            dx.put(i, sign * 2 / size * dy.get(i / size) * (output.get(i) - target.get(i)));
        }
    }
}
