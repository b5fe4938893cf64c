package io.github.bn4j.onnx.internal;

import io.github.bn4j.graph.Initializer;
import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.UseBias;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.layer.Conv1d;
import io.github.bn4j.layer.Conv2d;
import io.github.bn4j.layer.ConvTranspose1d;
import io.github.bn4j.layer.ConvTranspose2d;
import io.github.bn4j.layer.Dense;
import io.github.bn4j.op.Convolution;
import io.github.bn4j.op.MatrixProduct;
import io.github.bn4j.op.Sliding;
import io.github.bn4j.op.Transposition;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nd4j.linalg.api.buffer.DataType;

/** Operators that are linear in their input: convolutions and products with matrices. */
final class LinearReaders {

    private LinearReaders() {}

    static Operand convolution(OnnxCall call) {
        Constant weight = call.parameter(1);
        OnnxWindow window = OnnxWindow.of(call, kernel(call, weight));
        int groups = OnnxWindow.whole(call.attributes().whole("group", 1));
        Optional<Constant> bias = call.optional(2);
        int filters = OnnxWindow.whole(weight.dims()[0]);
        Layer layer = window.isSequence()
                ? new Conv1d(filters, window.span(), groups, UseBias.AUTO)
                : new Conv2d(filters, window.window(), groups, UseBias.AUTO);
        return Signal.of(call.layer(layer, window.x(), values(weight, bias, filters)));
    }

    static Operand transposedConvolution(OnnxCall call) {
        Constant weight = call.parameter(1);
        long[] kernel = kernel(call, weight);
        Value x = OnnxWindow.images(call);
        int axes = kernel.length;
        long[] strides = OnnxWindow.read(call, axes, "strides", 1, 1);
        long[] dilations = OnnxWindow.read(call, axes, "dilations", 1, 1);
        long[] extra = OnnxWindow.read(call, axes, "output_padding", 0, 1);
        long[] pads = pads(call, x, kernel, strides, dilations, extra);
        int groups = OnnxWindow.whole(call.attributes().whole("group", 1));
        OnnxWindow window = OnnxWindow.of(x, kernel, strides, dilations, pads);
        Optional<Constant> bias = call.optional(2);
        int filters = OnnxWindow.whole(Math.multiplyExact(weight.dims()[1], groups));
        Layer layer = window.isSequence()
                ? new ConvTranspose1d(filters, window.span(), OnnxWindow.whole(extra[0]), groups, UseBias.AUTO)
                : new ConvTranspose2d(filters, window.window(), OnnxWindow.size(extra, 0), groups, UseBias.AUTO);
        return Signal.of(call.layer(layer, x, values(weight, bias, filters)));
    }

    /* The padding that a wanted shape needs; where it needs less than none, rows and columns are added behind. */
    private static long[] pads(OnnxCall call, Value x, long[] kernel, long[] strides, long[] dilations, long... extra) {
        int axes = kernel.length;
        long[] wanted = call.attributes().list("output_shape");
        String auto = call.attributes().text("auto_pad", "NOTSET");
        long[] pads = OnnxWindow.read(call, axes, "pads", 0, 2);
        boolean same = auto.startsWith("SAME");
        if (auto.equals("VALID")) {
            return new long[2 * axes];
        }
        if (wanted.length == 0 && !same) {
            return pads;
        }
        for (int axis = 0; axis < axes; axis++) {
            long length = x.shape().dim(x.shape().rank() - axes + axis);
            long goal = wanted.length == 0 ? length * strides[axis] : wanted[wanted.length - axes + axis];
            long total = strides[axis] * (length - 1) + extra[axis] + (kernel[axis] - 1) * dilations[axis] + 1 - goal;
            if (total < 0) {
                extra[axis] -= total;
                total = 0;
            }
            long first = auto.equals("SAME_UPPER") ? total / 2 : total - total / 2;
            pads[axis] = first;
            pads[axes + axis] = total - first;
        }
        return pads;
    }

    private static long[] kernel(OnnxCall call, Constant weight) {
        if (weight.rank() < 3) {
            throw new NodeRefusal("expects a weight [out, in, kernel …] but got " + weight);
        }
        long[] kernel = Arrays.copyOfRange(weight.dims(), 2, weight.rank());
        OnnxWindow.requireKernel(call.signal(0), kernel.length);
        long[] told = call.attributes().list("kernel_shape");
        if (told.length > 0 && !Arrays.equals(told, kernel)) {
            throw new NodeRefusal("expects kernel_shape " + Arrays.toString(kernel) + " of its weight but got "
                    + Arrays.toString(told));
        }
        return kernel;
    }

    private static Map<String, Constant> values(Constant weight, Optional<Constant> bias, int units) {
        Map<String, Constant> values = new LinkedHashMap<>();
        values.put("weight", weight);
        bias.ifPresent(given -> values.put("bias", vector(given, units)));
        return values;
    }

    /** One number per channel; a single number stands for as many. */
    static Constant vector(Constant constant, int channels) {
        DataType type = constant.floats().dataType();
        if (constant.length() == channels) {
            return constant.reshaped(channels);
        }
        if (constant.length() == 1) {
            double[] values = new double[channels];
            Arrays.fill(values, constant.doubles()[0]);
            return Constant.of(Tensors.of(type, values, channels), constant.name());
        }
        throw new NodeRefusal("expects one number for each of " + channels + " channels but got " + constant);
    }

    static Operand gemm(OnnxCall call) {
        double alpha = call.attributes().number("alpha", 1);
        double beta = call.attributes().number("beta", 1);
        boolean transposed = call.attributes().flag("transB", false);
        if (call.attributes().flag("transA", false)) {
            throw new NodeRefusal("expects examples as rows but got transA = 1, which makes them columns");
        }
        call.attributes().ignore("broadcast");
        Constant matrix = matrix(call, call.parameter(1));
        Constant weight = transposed ? matrix : transposed(matrix);
        if (alpha != 1) {
            weight = Constant.of(weight.floats().mul(alpha), weight.name());
        }
        Optional<Constant> bias = call.optional(2);
        if (bias.isPresent() && beta != 1) {
            Constant given = bias.get();
            bias = Optional.of(Constant.of(given.array(call.graph().type()).mul(beta), given.name()));
        }
        return dense(call, call.value(0), weight, bias);
    }

    private static Operand dense(OnnxCall call, Value x, Constant weight, Optional<Constant> bias) {
        if (x.shape().rank() != 1) {
            throw new NodeRefusal("expects input [batch, features] but got " + Signal.of(x));
        }
        int units = OnnxWindow.whole(weight.dims()[0]);
        bias.ifPresent(given -> {
            if (given.rank() == 2 && given.dims()[0] != 1 && given.length() != 1) {
                throw new NodeRefusal("expects one constant for all examples as input 2 but got " + given);
            }
        });
        return Signal.of(call.layer(new Dense(units, UseBias.AUTO), x, values(weight, bias, units)));
    }

    private static Constant matrix(OnnxCall call, Constant matrix) {
        if (matrix.rank() != 2) {
            throw new NodeRefusal("expects a matrix as the weight of " + call.operator() + " but got " + matrix);
        }
        return matrix;
    }

    private static Constant transposed(Constant matrix) {
        return Constant.of(matrix.floats().transpose().dup('c'), matrix.name());
    }

    static Operand matrixProduct(OnnxCall call) {
        if (call.isSignal(0) && call.isSignal(1)) {
            return Signal.of(call.apply(new MatrixProduct(false, false), call.value(0), call.value(1)));
        }
        if (!call.isSignal(0)) {
            return ResizeReaders.product(call);
        }
        Constant weight = transposed(matrix(call, call.parameter(1)));
        Signal x = call.signal(0);
        if (x.rank() == 2) {
            return dense(call, call.value(0), weight, Optional.empty());
        }
        return pointwise(call, x, weight);
    }

    /* The last axis of the file as the channels of a convolution of single pixels. */
    private static Operand pointwise(OnnxCall call, Signal x, Constant weight) {
        int axes = x.rank() - 1;
        if (axes > 3) {
            throw new NodeRefusal("expects input of at most 4 axes but got " + x);
        }
        List<Integer> lastFirst = new ArrayList<>();
        lastFirst.add(x.order().get(axes - 1));
        lastFirst.addAll(x.order().subList(0, axes - 1));
        boolean isThere = lastFirst.equals(Signal.inOrder(axes));
        Value first = isThere ? x.value() : call.apply(new Transposition(lastFirst), x.value());
        long[] dims = first.shape().dims();
        Value image = axes == 3 ? first : call.reshaped(first, dims[0], dims[1], 1);
        int units = OnnxWindow.whole(weight.dims()[0]);
        if (weight.dims()[1] != dims[0]) {
            throw new NodeRefusal("expects a weight for " + dims[0] + " features but got " + weight);
        }
        Scope scope = call.graph().scope(call.path(), "Conv2d(" + units + ", 1×1)");
        Parameter parameter = scope.weight("weight", Shape.of(units, dims[0], 1, 1), Initializer.constant(0));
        call.graph()
                .set(
                        parameter.name(),
                        weight.reshaped(units, dims[0], 1, 1).array(call.graph().type()),
                        weight.name());
        Value y = scope.addBias(
                scope.apply(new Convolution(Sliding.BY_ONE, Sliding.BY_ONE, 1), image, parameter), UseBias.AUTO);
        Value result = axes == 3 ? y : call.reshaped(y, units, dims[1]);
        List<Integer> order = new ArrayList<>();
        for (int axis = 1; axis < axes; axis++) {
            order.add(axis);
        }
        order.add(0);
        return new Signal(result, order);
    }
}
