package io.github.bn4j.engine.onednn.internal.choice;

import io.github.bn4j.engine.onednn.internal.binding.Attributes;
import io.github.bn4j.engine.onednn.internal.binding.ChannelOrder;
import io.github.bn4j.engine.onednn.internal.binding.ConvolutionPass;
import io.github.bn4j.engine.onednn.internal.binding.ConvolutionPass.Algorithm;
import io.github.bn4j.engine.onednn.internal.binding.ConvolutionPass.Choice;
import io.github.bn4j.engine.onednn.internal.binding.ConvolutionPass.Geometry;
import io.github.bn4j.engine.onednn.internal.binding.ElementType;
import io.github.bn4j.engine.onednn.internal.binding.Layout;
import io.github.bn4j.engine.onednn.internal.binding.Native;
import io.github.bn4j.engine.onednn.internal.binding.Operations;
import io.github.bn4j.engine.onednn.internal.binding.Primitive;
import io.github.bn4j.engine.onednn.internal.binding.Resources;
import io.github.bn4j.engine.onednn.internal.binding.Threads;
import io.github.bn4j.engine.onednn.internal.binding.UnsupportedByOneDnnException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Chooses how the passes of one convolution are computed: by a rule, which depends on nothing but the shapes and the processor,
 * or by timing.
 *
 * <p>The rule is Winograd's algorithm where oneDNN has it and {@link Winograd} says that it pays, which takes 0.4 to 0.9 of the
 * time. Elsewhere it is the direct one that oneDNN likes best, but for reference loops, as row-major images through matrix
 * multiplication are ten times faster, and for multiplying matrices group by group.
 */
public final class ConvolutionChoice {

    /* Not what oneDNN likes less: asked for it where the first is in its cache, as after a trial, it answers with the first again. */
    private static final List<Choice> TIMED =
            List.of(Choice.inAnyOrder(Algorithm.DIRECT), Choice.inAnyOrder(Algorithm.WINOGRAD));

    private final Resources resources;
    private final Geometry geometry;
    private final Attributes attributes;
    private final @Nullable Tuning tuning;

    /**
     * Chooses for one call.
     *
     * @param attributes of the forward pass
     * @param tuning what remembers times; null for the rule
     */
    public ConvolutionChoice(Resources resources, Geometry geometry, Attributes attributes, @Nullable Tuning tuning) {
        this.resources = resources;
        this.geometry = geometry;
        this.attributes = attributes;
        this.tuning = geometry.transposed() ? null : tuning;
    }

    /** The compiled forward pass for images that come in the layout {@code given}. */
    public Primitive forward(ConvolutionPass pass, Layout given) {
        Primitive timed = timed(pass, null, given);
        return timed != null ? timed : first(leadsToWinograd() ? ConvolutionPass.TRAINING : pass, null);
    }

    /* What oneDNN has for predictions alone puts channels last, and Winograd behind it would need a copy. */
    private boolean leadsToWinograd() {
        return geometry.groups() == 1
                && !Winograd.isSmall(geometry)
                && geometry.in()[1] <= Winograd.FEW_CHANNELS
                && geometry.out()[1] > Winograd.FEW_CHANNELS;
    }

    /** The compiled backward pass that goes with a compiled forward pass. */
    public Primitive backward(ConvolutionPass pass, Primitive forward) {
        if (pass == ConvolutionPass.WEIGHTS_GRADIENT && isNarrowInBfloat16()) {
            throw new UnsupportedByOneDnnException("convolution");
        }
        Primitive timed = timed(pass, forward, forward.source());
        return timed != null ? timed : first(pass, forward);
    }

    /* Of images narrower than the stride, 2.5.2 reads memory that nobody has written: docs/decisions/0012. */
    private boolean isNarrowInBfloat16() {
        long[] image = geometry.transposed() ? geometry.out() : geometry.in();
        return geometry.type() == ElementType.BFLOAT16 && image[3] < geometry.strides()[1];
    }

    /* What is remembered of a batch of about this size may not do for this one. */
    private @Nullable Primitive timed(ConvolutionPass pass, @Nullable Primitive forward, Layout given) {
        if (tuning == null) {
            return null;
        }
        Choice fastest = tuning.fastest(key(pass), TIMED, choice -> time(pass, choice, forward, given));
        try {
            Primitive primitive = fastest == null ? null : compile(resources, pass, fastest, forward);
            return primitive != null && isGood(primitive) ? primitive : null;
        } catch (UnsupportedByOneDnnException impossible) {
            return null;
        }
    }

    private Primitive first(ConvolutionPass pass, @Nullable Primitive forward) {
        Algorithm algorithm = Winograd.pays(pass, geometry) ? Algorithm.WINOGRAD : Algorithm.DIRECT;
        List<Choice> order =
                new ArrayList<>(List.of(Choice.inAnyOrder(algorithm), Choice.inAnyOrder(Algorithm.DIRECT)));
        if (geometry.type() == ElementType.FLOAT32 && !geometry.transposed()) {
            order.add(new Choice(Algorithm.DIRECT, ChannelOrder.LAST, ChannelOrder.ANY));
        }
        if (geometry.groups() > 1 && spreads(pass)) {
            // Left to choose, oneDNN 3 multiplies matrices for each group where there is a stride.
            order.add(new Choice(Algorithm.DIRECT, ChannelOrder.IN_SIXTEENS, ChannelOrder.ANY));
            order.add(new Choice(Algorithm.DIRECT, ChannelOrder.IN_EIGHTS, ChannelOrder.ANY));
        }
        order.add(new Choice(Algorithm.DIRECT, ChannelOrder.FIRST, ChannelOrder.FIRST));
        order.add(new Choice(Algorithm.DIRECT, ChannelOrder.LAST, ChannelOrder.LAST));
        Primitive best = null;
        UnsupportedByOneDnnException failure = new UnsupportedByOneDnnException("convolution");
        for (ConvolutionPass kind : kinds(pass)) {
            for (Choice choice : order) {
                try {
                    Primitive primitive = compile(resources, kind, choice, forward);
                    if (isGood(primitive)) {
                        return primitive;
                    }
                    best = best == null || best.isReference() ? primitive : best;
                } catch (UnsupportedByOneDnnException unsupported) {
                    failure = unsupported;
                }
            }
        }
        if (best == null) {
            throw failure;
        }
        return best;
    }

    /* Whether a number that comes in goes to all places that the kernel reaches, as in a gradient by the image. */
    private boolean spreads(ConvolutionPass pass) {
        boolean backward = pass == ConvolutionPass.DATA_GRADIENT || pass == ConvolutionPass.WEIGHTS_GRADIENT;
        return geometry.transposed() ? !backward : pass == ConvolutionPass.DATA_GRADIENT;
    }

    /* What predictions have yields the same numbers in training. */
    private static List<ConvolutionPass> kinds(ConvolutionPass pass) {
        return pass == ConvolutionPass.TRAINING
                ? List.of(ConvolutionPass.TRAINING, ConvolutionPass.PREDICTION)
                : List.of(pass);
    }

    private boolean isGood(Primitive primitive) {
        return !primitive.isReference() && !isGroupByGroup(primitive, geometry);
    }

    /** Whether a compiled pass multiplies matrices for each group, which takes 2 to 100 times as long as what knows groups. */
    public static boolean isGroupByGroup(Primitive pass, Geometry geometry) {
        String name = pass.implementation();
        return geometry.groups() > 1
                && (name.contains("brgconv_strided") || (!geometry.transposed() && name.contains("gemm")));
    }

    private Primitive compile(Resources into, ConvolutionPass pass, Choice choice, @Nullable Primitive forward) {
        Attributes own = forward == null ? attributes : Attributes.NONE;
        return Operations.convolution(into, pass, geometry, choice, forward, own);
    }

    /* Infinite for what does not work, and for a backward pass whose images lie otherwise than those of the forward pass. */
    private double time(ConvolutionPass pass, Choice choice, @Nullable Primitive forward, Layout given) {
        try (Resources trial = new Resources()) {
            Primitive primitive = compile(trial, pass, choice, forward);
            Layout[] layouts = pass.layouts(primitive);
            boolean fits =
                    forward == null || (layouts[0].same(forward.source()) && layouts[2].same(forward.destination()));
            if (primitive.isReference() || !fits) {
                return Double.POSITIVE_INFINITY;
            }
            Trial run = new Trial(trial);
            for (int i = 0; i < layouts.length; i++) {
                run.argument(pass.arguments()[i], layouts[i]);
            }
            if (geometry.biased() && pass != ConvolutionPass.DATA_GRADIENT) {
                run.argument(pass.biasArgument(), Layout.plain(trial, geometry.out()[1]));
            }
            double copy = layouts[0].same(given) ? 0 : Trial.reorder(trial, given, layouts[0]);
            return copy + run.nanoseconds(primitive);
        } catch (UnsupportedByOneDnnException impossible) {
            return Double.POSITIVE_INFINITY;
        }
    }

    /* Batches of nearly one size get the same choice, so that a smaller last batch need not be timed. */
    private String key(ConvolutionPass pass) {
        int magnitude = 63 - Long.numberOfLeadingZeros(geometry.in()[0]);
        return pass.name().toLowerCase(Locale.ROOT)
                + (geometry.type() == ElementType.FLOAT32
                        ? ""
                        : " " + geometry.type().name().toLowerCase(Locale.ROOT))
                + (attributes == Attributes.NONE ? "" : "+relu") + " in "
                + Arrays.toString(Arrays.copyOfRange(geometry.in(), 1, geometry.in().length)) + " weights "
                + Arrays.toString(geometry.weights()) + " stride " + Arrays.toString(geometry.strides()) + " dilation "
                + Arrays.toString(geometry.dilations()) + " padding " + Arrays.toString(geometry.before())
                + Arrays.toString(geometry.after()) + " batch 8^" + (magnitude + 1) / 3 + " threads "
                + Threads.current() + " " + Native.instructionSet().orElse("");
    }
}
