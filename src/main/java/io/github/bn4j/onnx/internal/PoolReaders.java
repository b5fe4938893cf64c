package io.github.bn4j.onnx.internal;

import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Value;
import io.github.bn4j.layer.AvgPool1d;
import io.github.bn4j.layer.AvgPool2d;
import io.github.bn4j.layer.MaxPool1d;
import io.github.bn4j.layer.MaxPool2d;
import io.github.bn4j.op.AdaptiveMaxPooling;
import io.github.bn4j.op.GlobalAveragePooling;
import io.github.bn4j.op.Reduction;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import onnx.Onnx.NodeProto;
import org.jspecify.annotations.Nullable;

/** Operators that pool images and sequences. */
final class PoolReaders {

    private PoolReaders() {}

    static List<Operand> max(OnnxCall call) {
        OnnxWindow window = windowOfMaxima(call);
        call.attributes().ignore("storage_order");
        if (call.asksFor(1)) {
            throw new NodeRefusal("expects one result but got a use of its indices");
        }
        boolean ceil = call.attributes().flag("ceil_mode", false);
        Layer layer = window.isSequence() ? new MaxPool1d(window.span(), ceil) : new MaxPool2d(window.window(), ceil);
        return List.of(Signal.of(call.layer(layer, window.x())));
    }

    private static OnnxWindow windowOfMaxima(OnnxCall call) {
        if (call.operand(0) instanceof Operand.Surrounded surrounded) {
            long[] kernel = call.attributes().list("kernel_shape");
            OnnxWindow.requireKernel(surrounded.x(), kernel.length);
            long[] around =
                    surrounded.sides().stream().mapToLong(Long::longValue).toArray();
            return OnnxWindow.of(call, surrounded.x().value(), around, kernel);
        }
        return OnnxWindow.of(call, kernel(call));
    }

    static Operand average(OnnxCall call) {
        OnnxWindow window = OnnxWindow.of(call, kernel(call));
        boolean ceil = call.attributes().flag("ceil_mode", false);
        boolean counts = call.attributes().flag("count_include_pad", false);
        Layer layer = window.isSequence()
                ? new AvgPool1d(window.span(), ceil, counts)
                : new AvgPool2d(window.window(), ceil, counts);
        return Signal.of(call.layer(layer, window.x()));
    }

    private static long[] kernel(OnnxCall call) {
        long[] kernel = call.attributes().list("kernel_shape");
        OnnxWindow.requireKernel(call.signal(0), kernel.length);
        return kernel;
    }

    static Operand globalAverage(OnnxCall call) {
        return mean(call, call.value(0), true);
    }

    /** The mean of each channel of images or sequences over all positions. */
    static Signal mean(OnnxCall call, Value x, boolean keepsAxes) {
        long[] dims = x.shape().dims();
        if (dims.length != 2 && dims.length != 3) {
            return reduced(call, x, Reduction.Kind.MEAN);
        }
        Value y = call.apply(new GlobalAveragePooling(), x);
        long[] one = dims.clone();
        Arrays.fill(one, 1, dims.length, 1);
        return Signal.of(keepsAxes ? call.reshaped(y, one) : y);
    }

    /** The windows of our own files, a slice and its maximum each, side by side along the columns, and of images before along the rows. */
    static Optional<Operand> adaptiveMax(OnnxCall call) {
        return call.note(AdaptiveMaxPooling.class).flatMap(op -> {
            String name = call.node().getOutput(0);
            for (int axis = 2; axis < call.signal(0).rank(); axis++) {
                for (String kind : new String[] {"Concat", "MaxPool", "Slice"}) {
                    @Nullable NodeProto node = call.names().producer(name);
                    if (node == null || !node.getOpType().equals(kind)) {
                        return Optional.empty();
                    }
                    name = node.getInput(0);
                }
            }
            call.attributes().ignore("axis");
            return call.names().operand(name) instanceof Signal x && x.isInOrder()
                    ? Optional.of(Signal.of(call.apply(op, x.value())))
                    : Optional.empty();
        });
    }

    static Operand globalMax(OnnxCall call) {
        return reduced(call, call.value(0), Reduction.Kind.MAX);
    }

    private static Signal reduced(OnnxCall call, Value x, Reduction.Kind kind) {
        int rank = x.shape().rank();
        if (rank < 2) {
            throw new NodeRefusal("expects input [batch, channels, positions …] but got " + Signal.of(x));
        }
        List<Integer> axes = IntStream.range(1, rank).boxed().toList();
        return Signal.of(call.apply(new Reduction(kind, axes, true), x));
    }
}
