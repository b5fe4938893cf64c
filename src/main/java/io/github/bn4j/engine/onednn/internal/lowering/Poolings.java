package io.github.bn4j.engine.onednn.internal.lowering;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WORKSPACE;
import static org.bytedeco.dnnl.global.dnnl.dnnl_pooling_avg_exclude_padding;
import static org.bytedeco.dnnl.global.dnnl.dnnl_pooling_avg_include_padding;
import static org.bytedeco.dnnl.global.dnnl.dnnl_pooling_max;

import io.github.bn4j.engine.onednn.internal.binding.ChannelOrder;
import io.github.bn4j.engine.onednn.internal.binding.ElementType;
import io.github.bn4j.engine.onednn.internal.binding.Layout;
import io.github.bn4j.engine.onednn.internal.binding.Operations;
import io.github.bn4j.engine.onednn.internal.binding.PoolingWindow;
import io.github.bn4j.engine.onednn.internal.binding.Primitive;
import io.github.bn4j.engine.onednn.internal.binding.Resources;
import io.github.bn4j.engine.onednn.internal.binding.UnsupportedByOneDnnException;
import io.github.bn4j.engine.onednn.internal.plan.Buffer;
import io.github.bn4j.engine.onednn.internal.plan.Plan;
import io.github.bn4j.op.AveragePooling;
import io.github.bn4j.op.MaxPooling;
import io.github.bn4j.op.Sliding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Largest and mean elements of windows, in the layout in which the image or sequence comes. */
final class Poolings implements Lowering.Backward {

    /* oneDNN adds up the gradients by an element in the type that they are stored in. Sums of more bfloat16 numbers are rounded too
     * often. */
    private static final int FEW_WINDOWS = 4;

    private final FusedCall call;
    private final Compiler compiler;
    private final Buffer x;
    private final Layout outputLayout;
    private final @Nullable Primitive backward;
    private @Nullable Buffer workspace;

    static Lowering.Backward max(FusedCall call, Compiler compiler) {
        MaxPooling op = (MaxPooling) call.op();
        PoolingWindow window =
                window(call, dnnl_pooling_max, op.kernelHeight(), op.kernelWidth(), op.rows(), op.columns());
        return new Poolings(call, compiler, window, compiler.dims(call.output()));
    }

    static Lowering.Backward average(FusedCall call, Compiler compiler) {
        AveragePooling op = (AveragePooling) call.op();
        PoolingWindow window = window(
                call,
                op.countPadding() ? dnnl_pooling_avg_include_padding : dnnl_pooling_avg_exclude_padding,
                op.kernelHeight(),
                op.kernelWidth(),
                op.rows(),
                op.columns());
        return new Poolings(call, compiler, window, compiler.dims(call.output()));
    }

    private static PoolingWindow window(
            FusedCall call, int algorithm, int height, int width, Sliding rows, Sliding columns) {
        // oneDNN 2.5.2 has these by another function alone, and in its reference loops.
        if (rows.dilation() > 1 || columns.dilation() > 1) {
            throw new UnsupportedByOneDnnException("windows with dilation");
        }
        if (call.input(0).shape().rank() == 2) {
            return new PoolingWindow(
                    algorithm,
                    new long[] {width},
                    new long[] {columns.stride()},
                    new long[] {columns.before()},
                    new long[] {columns.after()});
        }
        return new PoolingWindow(
                algorithm,
                new long[] {height, width},
                new long[] {rows.stride(), columns.stride()},
                new long[] {rows.before(), columns.before()},
                new long[] {rows.after(), columns.after()});
    }

    static Lowering.Backward global(FusedCall call, Compiler compiler) {
        long[] x = compiler.dims(call.input(0));
        long[] kernel = places(x);
        long[] one = LongStream.generate(() -> 1).limit(kernel.length).toArray();
        long[] none = new long[kernel.length];
        PoolingWindow window = new PoolingWindow(dnnl_pooling_avg_include_padding, kernel, one, none, none);
        long[] output = Arrays.copyOf(x, x.length);
        Arrays.fill(output, 2, x.length, 1);
        return new Poolings(call, compiler, window, output);
    }

    /* The lengths of the axes along which windows move. */
    private static long[] places(long... dims) {
        return Arrays.copyOfRange(dims, 2, dims.length);
    }

    private Poolings(FusedCall call, Compiler compiler, PoolingWindow window, long... outputDims) {
        this.call = call;
        this.compiler = compiler;
        long[] image = places(compiler.dims(call.input(0)));
        // Such windows have damaged memory or given wrong numbers in oneDNN 2.5.2, and large ones take minutes:
        // docs/decisions/0012.
        if (IntStream.range(0, image.length).anyMatch(axis -> window.kernel()[axis] > image[axis])) {
            throw new UnsupportedByOneDnnException("windows larger than the image");
        }
        Resources resources = compiler.resources();
        x = mostWindows(window, places(outputDims)) > FEW_WINDOWS && compiler.wantsGradient(call.input(0))
                ? inFloat32()
                : compiler.value(call.input(0));
        Layout any = Layout.any(resources, x.layout.type(), outputDims);
        Primitive forward = Operations.pooling(resources, compiler.training(), window, x.layout, any);
        outputLayout = forward.destination();
        backward = compiler.wantsGradient(call.input(0))
                ? Operations.poolingBackward(resources, window, x.layout, outputLayout, forward)
                : null;
        Buffer y = compiler.plan().buffer(outputLayout);
        List<Plan.Argument> arguments = new ArrayList<>();
        arguments.add(new Plan.Argument(DNNL_ARG_SRC, x));
        arguments.add(new Plan.Argument(DNNL_ARG_DST, y));
        if (forward.workspace().bytes() > 0) {
            workspace = compiler.plan().buffer(forward.workspace());
            arguments.add(new Plan.Argument(DNNL_ARG_WORKSPACE, workspace));
        }
        compiler.plan().run(forward, arguments.toArray(Plan.Argument[]::new));
        long[] dims = compiler.dims(call.output());
        if (dims.length == outputDims.length) {
            compiler.define(call.output(), y);
        } else {
            compiler.define(call.output(), compiler.plain(y).view(Layout.plain(resources, dims)));
        }
    }

    /* In how many of the windows, whose numbers along each axis are given, an element can be. */
    private static long mostWindows(PoolingWindow window, long... numbers) {
        return IntStream.range(0, numbers.length)
                .mapToLong(axis -> Math.min(numbers[axis], (window.kernel()[axis] - 1) / window.strides()[axis] + 1))
                .reduce(1, (a, b) -> a * b);
    }

    /* With channels where they are. */
    private Buffer inFloat32() {
        Buffer made = compiler.value(call.input(0));
        Resources resources = compiler.resources();
        long[] dims = made.layout.dims();
        return Arrays.stream(ChannelOrder.values())
                .filter(order -> order != ChannelOrder.ANY)
                .filter(order -> Layout.images(resources, ElementType.BFLOAT16, order, dims)
                        .same(made.layout))
                .findFirst()
                .map(order -> Layout.images(resources, ElementType.FLOAT32, order, dims))
                .map(layout -> compiler.value(call.input(0), layout))
                .orElseGet(() -> compiler.float32(call.input(0)));
    }

    @Override
    public void lower(Buffer gradient) {
        if (backward == null) {
            return;
        }
        Buffer dy = gradient;
        if (gradient.layout.dims().length != outputLayout.dims().length) {
            Layout plain = Layout.plain(compiler.resources(), outputLayout.dims());
            dy = compiler.plain(gradient).view(plain);
        }
        Buffer dx = compiler.plan().buffer(x.layout);
        List<Plan.Argument> arguments = new ArrayList<>();
        arguments.add(new Plan.Argument(DNNL_ARG_DIFF_DST, compiler.in(dy, outputLayout)));
        arguments.add(new Plan.Argument(DNNL_ARG_DIFF_SRC, dx));
        if (workspace != null) {
            arguments.add(new Plan.Argument(DNNL_ARG_WORKSPACE, workspace));
        }
        compiler.plan().run(backward, arguments.toArray(Plan.Argument[]::new));
        compiler.gradient(call.input(0), dx);
    }
}
