package io.github.bn4j.engine.onednn.internal.lowering;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;

import io.github.bn4j.engine.onednn.internal.binding.Attributes;
import io.github.bn4j.engine.onednn.internal.binding.Layout;
import io.github.bn4j.engine.onednn.internal.binding.Operations;
import io.github.bn4j.engine.onednn.internal.binding.Primitive;
import io.github.bn4j.engine.onednn.internal.plan.Buffer;
import io.github.bn4j.engine.onednn.internal.plan.Plan;
import io.github.bn4j.graph.Parameter;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Dense layers as products of strided views: the weight is read, and its gradient written, where it lies in the store. */
final class MatrixMultiplications implements Lowering.Backward {

    /** Kernels write so many numbers at a time. */
    private static final int VECTOR = 16;

    private final FusedCall call;
    private final Compiler compiler;
    private final long batch;
    private final long features;
    private final long units;
    private final Buffer x;
    private final @Nullable Primitive byInput;
    private final @Nullable Primitive byWeight;

    static Lowering.Backward lower(FusedCall call, Compiler compiler) {
        return new MatrixMultiplications(call, compiler);
    }

    private MatrixMultiplications(FusedCall call, Compiler compiler) {
        this.call = call;
        this.compiler = compiler;
        batch = compiler.batch();
        features = call.input(0).shape().dim(0);
        units = call.output().shape().dim(0);
        Layout y = plain(batch, units);
        int parts = parts(batch * features * units);
        long some = units / parts;
        Layout weightPart = transposed(features, some);
        Layout outputPart = plain(batch, some);
        Parameter bias = call.biasParameter();
        Layout biasPart = bias == null ? null : plain(1, some);
        Layout wanted = compiler.training() ? weightPart : Layout.any(compiler.resources(), features, some);
        Attributes attributes = PostOperations.of(call, compiler.resources());
        Primitive forward = multiply(plain(batch, features), wanted, biasPart, outputPart, attributes);
        byInput = compiler.wantsGradient(call.input(0))
                ? multiply(y, plain(units, features), null, plain(batch, features), Attributes.NONE)
                : null;
        byWeight = compiler.training() && call.parameter(0).trainable()
                ? multiply(
                        transposed(units, batch), plain(batch, features), null, plain(units, features), Attributes.NONE)
                : null;
        x = compiler.plain(call.input(0));
        Buffer output = compiler.plan().buffer(y);
        Buffer weight = compiler.parameter(call.parameter(0));
        List<Plan.Work> works = new ArrayList<>();
        for (int part = 0; part < parts; part++) {
            List<Plan.Argument> arguments = new ArrayList<>();
            arguments.add(new Plan.Argument(DNNL_ARG_SRC, x));
            Buffer rows = weight.part(part * features * some, weightPart);
            arguments.add(new Plan.Argument(DNNL_ARG_WEIGHTS, compiler.parameter(rows, forward.weights())));
            if (bias != null && biasPart != null) {
                Buffer own = compiler.parameter(bias).part(part * some, biasPart);
                arguments.add(new Plan.Argument(DNNL_ARG_BIAS, own));
            }
            arguments.add(new Plan.Argument(DNNL_ARG_DST, output.part(part * some, outputPart)));
            works.add(new Plan.Work(forward, arguments.toArray(Plan.Argument[]::new)));
        }
        compiler.plan().runParts(works);
        compiler.define(call.output(), output);
    }

    /* Only of one example, whose outputs lie one after another. */
    private int parts(long products) {
        int parts = compiler.parts(products);
        while (parts > 1 && units % ((long) parts * VECTOR) != 0) {
            parts--;
        }
        return parts;
    }

    private Layout plain(long rows, long columns) {
        return Layout.plain(compiler.resources(), rows, columns);
    }

    /** The transpose of a row-major matrix of {@code columns} rows. */
    private Layout transposed(long rows, long columns) {
        return Layout.strided(compiler.resources(), new long[] {rows, columns}, new long[] {1, rows});
    }

    private Primitive multiply(Layout a, Layout b, @Nullable Layout bias, Layout y, Attributes attributes) {
        return Operations.matrixProduct(compiler.resources(), a, b, bias, y, attributes);
    }

    @Override
    public void lower(Buffer gradient) {
        Buffer dy = compiler.plain(gradient);
        Parameter weight = call.parameter(0);
        if (byInput != null) {
            Buffer dx = compiler.plan().buffer(plain(batch, features));
            Buffer w = compiler.parameter(weight);
            compiler.plan()
                    .run(
                            byInput,
                            new Plan.Argument(DNNL_ARG_SRC, dy),
                            new Plan.Argument(DNNL_ARG_WEIGHTS, w),
                            new Plan.Argument(DNNL_ARG_DST, dx));
            compiler.gradient(call.input(0), dx);
        }
        if (byWeight != null) {
            Buffer dw = compiler.gradientOf(weight, plain(units, features));
            compiler.plan()
                    .run(
                            byWeight,
                            new Plan.Argument(DNNL_ARG_SRC, dy.view(transposed(units, batch))),
                            new Plan.Argument(DNNL_ARG_WEIGHTS, x),
                            new Plan.Argument(DNNL_ARG_DST, dw));
            compiler.parameterGradient(weight, dw, dw.layout);
        }
        Parameter bias = call.biasParameter();
        if (bias != null && bias.trainable()) {
            Buffer db = compiler.plan().plain(units);
            compiler.plan().run(() -> sumRows(dy.floats(), db.floats(), (int) batch, (int) units), dy, db);
            compiler.parameterGradient(bias, db, db.layout);
        }
    }

    private static void sumRows(FloatBuffer rows, FloatBuffer sum, int count, int width) {
        float[] total = new float[width];
        float[] row = new float[width];
        for (int i = 0; i < count; i++) {
            rows.get(i * width, row);
            for (int j = 0; j < width; j++) {
                total[j] += row[j];
            }
        }
        sum.put(0, total);
    }
}
