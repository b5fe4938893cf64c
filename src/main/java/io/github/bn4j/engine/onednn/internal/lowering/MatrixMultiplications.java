package io.github.bn4j.engine.onednn.internal.lowering;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;

import io.github.bn4j.engine.onednn.internal.binding.Attributes;
import io.github.bn4j.engine.onednn.internal.binding.ElementType;
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

    /** Columns of a weight that lie together where the primitive chooses. */
    private static final int BLOCK = 64;

    /** So many products take longer than to bring what is multiplied to another type. */
    private static final long WORTH_COPIES = 1 << 20;

    private final FusedCall call;
    private final Compiler compiler;
    private final long batch;
    private final long features;
    private final long units;
    private final ElementType type;
    private final int parts;
    private final Primitive forward;
    private final @Nullable Primitive byInput;
    private final @Nullable Primitive byWeight;

    static Lowering.Backward lower(FusedCall call, Compiler compiler) {
        long products = compiler.batch()
                * call.input(0).shape().size()
                * call.output().shape().size();
        MatrixMultiplications passes = MixedCompilation.inType(
                products >= WORTH_COPIES ? compiler.type(call) : ElementType.FLOAT32,
                type -> new MatrixMultiplications(call, compiler, type),
                made -> MixedCompilation.haveLoops(made.forward, made.byInput, made.byWeight));
        passes.emitForward();
        return passes;
    }

    private MatrixMultiplications(FusedCall call, Compiler compiler, ElementType type) {
        this.call = call;
        this.compiler = compiler;
        this.type = type;
        batch = compiler.batch();
        features = call.input(0).shape().dim(0);
        units = call.output().shape().dim(0);
        parts = parts(batch * features * units);
        long some = units / parts;
        Attributes attributes = PostOperations.of(call, compiler.resources());
        Layout bias = call.bias() == null ? null : plain(1, some);
        Layout weight = weight(features, some, transposed(type, features, some));
        forward = multiply(operand(batch, features), weight, bias, plain(batch, some), attributes);
        byInput = compiler.wantsGradient(call.input(0))
                ? multiply(
                        operand(batch, units),
                        weight(units, features, operand(units, features)),
                        null,
                        Layout.plain(
                                compiler.resources(),
                                compiler.value(call.input(0)).layout.type(),
                                batch,
                                features),
                        Attributes.NONE)
                : null;
        byWeight = compiler.training() && call.parameter(0).trainable()
                ? multiply(
                        transposed(type, units, batch),
                        operand(batch, features),
                        null,
                        plain(units, features),
                        Attributes.NONE)
                : null;
    }

    private void emitForward() {
        long some = units / parts;
        Layout weightPart = transposed(ElementType.FLOAT32, features, some);
        Layout outputPart = plain(batch, some);
        Parameter bias = call.biasParameter();
        Layout biasPart = plain(1, some);
        Buffer x = compiler.plain(call.input(0), type);
        Buffer output = compiler.plan().plain(batch, units);
        Buffer weight = compiler.parameter(call.parameter(0));
        List<Plan.Work> works = new ArrayList<>();
        for (int part = 0; part < parts; part++) {
            List<Plan.Argument> arguments = new ArrayList<>();
            arguments.add(new Plan.Argument(DNNL_ARG_SRC, x));
            Buffer rows = weight.part(part * features * some, weightPart);
            arguments.add(new Plan.Argument(DNNL_ARG_WEIGHTS, compiler.parameter(rows, forward.weights())));
            if (bias != null) {
                Buffer own = compiler.parameter(bias).part(part * some, biasPart);
                arguments.add(new Plan.Argument(DNNL_ARG_BIAS, own));
            }
            arguments.add(new Plan.Argument(DNNL_ARG_DST, output.part(part * some, outputPart)));
            works.add(new Plan.Work(forward, arguments.toArray(Plan.Argument[]::new)));
        }
        compiler.plan().runParts(works);
        compiler.define(call.output(), output);
    }

    /* A training reads weights where they are, if they are what is multiplied. Of bfloat16, oneDNN 2.5.2 adds up wrong numbers on two
     * threads where the last block of columns is not whole: docs/decisions/0012. */
    private Layout weight(long rows, long columns, Layout asStored) {
        boolean stays = type == ElementType.FLOAT32 ? compiler.training() : columns % BLOCK != 0;
        return stays ? asStored : Layout.any(compiler.resources(), type, rows, columns);
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

    private Layout operand(long rows, long columns) {
        return Layout.plain(compiler.resources(), type, rows, columns);
    }

    /** The transpose of a row-major matrix of {@code columns} rows. */
    private Layout transposed(ElementType of, long rows, long columns) {
        return Layout.strided(compiler.resources(), of, new long[] {rows, columns}, new long[] {1, rows});
    }

    private Primitive multiply(Layout a, Layout b, @Nullable Layout bias, Layout y, Attributes attributes) {
        return Operations.matrixProduct(compiler.resources(), a, b, bias, y, attributes);
    }

    @Override
    public void lower(Buffer gradient) {
        Buffer dy = compiler.in(gradient, operand(batch, units));
        Parameter weight = call.parameter(0);
        if (byInput != null) {
            Buffer dx = compiler.plan().buffer(byInput.destination());
            Buffer w = compiler.parameter(weight, plain(units, features), byInput.weights());
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
                            new Plan.Argument(DNNL_ARG_SRC, dy.view(transposed(type, units, batch))),
                            new Plan.Argument(DNNL_ARG_WEIGHTS, compiler.plain(call.input(0), type)),
                            new Plan.Argument(DNNL_ARG_DST, dw));
            compiler.parameterGradient(weight, dw, dw.layout);
        }
        Parameter bias = call.biasParameter();
        if (bias != null && bias.trainable()) {
            Buffer rows = compiler.plain(gradient);
            Buffer db = compiler.plan().plain(units);
            compiler.plan().run(() -> sumRows(rows.floats(), db.floats(), (int) batch, (int) units), rows, db);
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
