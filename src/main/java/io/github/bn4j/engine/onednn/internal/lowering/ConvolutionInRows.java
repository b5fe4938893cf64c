package io.github.bn4j.engine.onednn.internal.lowering;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;

import io.github.bn4j.engine.onednn.internal.binding.Attributes;
import io.github.bn4j.engine.onednn.internal.binding.ChannelOrder;
import io.github.bn4j.engine.onednn.internal.binding.ConvolutionPass;
import io.github.bn4j.engine.onednn.internal.binding.ConvolutionPass.Algorithm;
import io.github.bn4j.engine.onednn.internal.binding.ConvolutionPass.Choice;
import io.github.bn4j.engine.onednn.internal.binding.ConvolutionPass.Geometry;
import io.github.bn4j.engine.onednn.internal.binding.Layout;
import io.github.bn4j.engine.onednn.internal.binding.Operations;
import io.github.bn4j.engine.onednn.internal.binding.Primitive;
import io.github.bn4j.engine.onednn.internal.binding.Resources;
import io.github.bn4j.engine.onednn.internal.binding.UnsupportedByOneDnnException;
import io.github.bn4j.engine.onednn.internal.plan.Buffer;
import io.github.bn4j.engine.onednn.internal.plan.Plan;
import io.github.bn4j.graph.Parameter;
import java.util.ArrayList;
import java.util.List;

/**
 * A convolution of one example, of whose rows each thread computes some. With the channels last, rows lie one after another; so a
 * part is a piece of memory, and most of what it reads is what the same thread wrote before.
 */
final class ConvolutionInRows {

    private static final int FEWEST_ROWS = 3;

    private ConvolutionInRows() {}

    /** Adds the step to a prediction of one example that is computed in parts; false if it has to be computed otherwise. */
    static boolean emit(FusedCall call, Compiler compiler, Geometry geometry, Layout weightLayout) {
        long rows = geometry.out()[2];
        int parts = (int) Math.min(compiler.parts(geometry.products()), rows / FEWEST_ROWS);
        if (parts <= 1) {
            return false;
        }
        List<Geometry> geometries = new ArrayList<>();
        for (int part = 0; part < parts; part++) {
            geometries.add(geometry.rows(rows * part / parts, rows * (part + 1) / parts));
        }
        List<Primitive> primitives = compile(call, compiler.resources(), geometries);
        if (primitives.isEmpty()) {
            return false;
        }
        Buffer x = compiler.value(call.input(0), images(compiler, geometry, geometry.in()));
        Buffer weights = compiler.parameter(
                call.parameter(0), weightLayout, primitives.get(0).weights());
        Buffer y = compiler.plan().buffer(images(compiler, geometry, geometry.out()));
        List<Plan.Work> works = new ArrayList<>();
        for (int part = 0; part < parts; part++) {
            long first = rows * part / parts;
            Layout some = images(compiler, geometry, geometries.get(part).in());
            Layout result = images(compiler, geometry, geometries.get(part).out());
            List<Plan.Argument> arguments = new ArrayList<>();
            arguments.add(new Plan.Argument(DNNL_ARG_SRC, x.part(geometry.firstRow(first) * row(geometry.in()), some)));
            arguments.add(new Plan.Argument(DNNL_ARG_WEIGHTS, weights));
            Parameter bias = call.biasParameter();
            if (bias != null) {
                arguments.add(new Plan.Argument(DNNL_ARG_BIAS, compiler.parameter(bias)));
            }
            arguments.add(new Plan.Argument(DNNL_ARG_DST, y.part(first * row(geometry.out()), result)));
            works.add(new Plan.Work(primitives.get(part), arguments.toArray(Plan.Argument[]::new)));
        }
        compiler.plan().runParts(works);
        compiler.define(call.output(), y);
        return true;
    }

    /* Empty if there are only loops for them, or they do not want the weights alike. */
    private static List<Primitive> compile(FusedCall call, Resources resources, List<Geometry> geometries) {
        Choice choice = new Choice(Algorithm.DIRECT, ChannelOrder.LAST, ChannelOrder.ANY);
        Attributes attributes = PostOperations.of(call, resources);
        List<Primitive> primitives = new ArrayList<>();
        for (Geometry geometry : geometries) {
            try {
                Primitive primitive = Operations.convolution(
                        resources, ConvolutionPass.PREDICTION, geometry, choice, null, attributes);
                primitives.add(primitive);
                if (primitive.isReference()
                        || !primitive.weights().same(primitives.get(0).weights())) {
                    return List.of();
                }
            } catch (UnsupportedByOneDnnException unsupported) {
                return List.of();
            }
        }
        return primitives;
    }

    private static Layout images(Compiler compiler, Geometry geometry, long[] dims) {
        return Layout.images(compiler.resources(), geometry.type(), ChannelOrder.LAST, dims);
    }

    private static long row(long[] dims) {
        return dims[1] * dims[3];
    }
}
