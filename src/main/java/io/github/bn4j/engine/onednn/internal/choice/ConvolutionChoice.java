package io.github.bn4j.engine.onednn.internal.choice;

import static org.bytedeco.dnnl.global.dnnl.*;

import io.github.bn4j.engine.onednn.internal.binding.Layout;
import io.github.bn4j.engine.onednn.internal.binding.Native;
import io.github.bn4j.engine.onednn.internal.binding.Primitive;
import io.github.bn4j.engine.onednn.internal.binding.Resources;
import io.github.bn4j.engine.onednn.internal.binding.Threads;
import io.github.bn4j.engine.onednn.internal.binding.UnsupportedByOneDnnException;
import io.github.bn4j.engine.onednn.internal.choice.ConvolutionPass.Choice;
import io.github.bn4j.engine.onednn.internal.choice.ConvolutionPass.Geometry;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.jspecify.annotations.Nullable;

/**
 * Chooses how the passes of one convolution are computed: by a rule, which depends on nothing but the shapes and the processor,
 * or by timing.
 *
 * <p>The rule is Winograd's algorithm where oneDNN has it (Lavin and Gray 2016, Fast Algorithms for Convolutional Neural
 * Networks: 3×3 without stride), which takes 0.5 to 0.8 of the time; but not for a small single example, nor for a few
 * channels, where it takes more. Elsewhere it is oneDNN's own choice, only that reference loops are refused: row-major images
 * through matrix multiplication are ten times faster.
 */
public final class ConvolutionChoice {

    private static final int FEW_CHANNELS = 16;

    /** A single example with fewer products is too small for Winograd's algorithm on several threads. */
    private static final long LARGE = 1 << 24;

    private static final List<Choice> TIMED = List.of(
            any(dnnl_convolution_direct, 0),
            any(dnnl_convolution_direct, 1),
            any(dnnl_convolution_direct, 2),
            any(dnnl_convolution_winograd, 0),
            any(dnnl_convolution_winograd, 1));

    private final Resources resources;
    private final Geometry geometry;
    private final dnnl_primitive_attr attributes;
    private final @Nullable Tuning tuning;

    /**
     * Chooses for one call.
     *
     * @param attributes of the forward pass
     * @param tuning what remembers times; null for the rule
     */
    public ConvolutionChoice(
            Resources resources, Geometry geometry, dnnl_primitive_attr attributes, @Nullable Tuning tuning) {
        this.resources = resources;
        this.geometry = geometry;
        this.attributes = attributes;
        this.tuning = geometry.transposed() ? null : tuning;
    }

    private static Choice any(int algorithm, int rank) {
        return new Choice(algorithm, dnnl_format_tag_any, dnnl_format_tag_any, rank);
    }

    /** The compiled forward pass for images that come in the layout {@code given}. */
    public Primitive forward(ConvolutionPass pass, Layout given) {
        Primitive timed = timed(pass, null, given);
        if (timed != null) {
            return timed;
        }
        boolean small = geometry.in()[0] == 1 && geometry.products() < LARGE;
        if (!hasFewChannels()) {
            return first(pass, null, small ? dnnl_convolution_auto : dnnl_convolution_winograd);
        }
        /* What oneDNN has for predictions alone puts channels last, and Winograd behind it would need a copy. */
        return first(small ? pass : ConvolutionPass.TRAINING, null, dnnl_convolution_direct);
    }

    private boolean hasFewChannels() {
        return geometry.groups() == 1 && Math.min(geometry.in()[1], geometry.out()[1]) <= FEW_CHANNELS;
    }

    /** The compiled backward pass that goes with a compiled forward pass. */
    public Primitive backward(ConvolutionPass pass, Primitive forward) {
        Primitive timed = timed(pass, forward, forward.source());
        if (timed != null) {
            return timed;
        }
        int usual = hasFewChannels() ? dnnl_convolution_direct : dnnl_convolution_auto;
        return first(pass, forward, forward.implementation().contains("wino") ? dnnl_convolution_winograd : usual);
    }

    /* What is remembered of a batch of about this size may not do for this one. */
    private @Nullable Primitive timed(ConvolutionPass pass, @Nullable Primitive forward, Layout given) {
        if (tuning == null) {
            return null;
        }
        Choice fastest = tuning.fastest(key(pass), TIMED, choice -> time(pass, choice, forward, given));
        try {
            return fastest == null ? null : compile(resources, pass, fastest, forward);
        } catch (UnsupportedByOneDnnException impossible) {
            return null;
        }
    }

    private Primitive first(ConvolutionPass pass, @Nullable Primitive forward, int algorithm) {
        int channelsFirst = geometry.in().length == 3 ? dnnl_ncw : dnnl_nchw;
        int channelsLast = geometry.in().length == 3 ? dnnl_nwc : dnnl_nhwc;
        List<Choice> order = geometry.transposed()
                ? List.of(
                        any(dnnl_deconvolution_direct, 0),
                        new Choice(dnnl_deconvolution_direct, channelsFirst, weightsAlike(false), 0),
                        new Choice(dnnl_deconvolution_direct, channelsLast, weightsAlike(true), 0))
                : List.of(
                        any(algorithm, 0),
                        any(dnnl_convolution_auto, 0),
                        new Choice(dnnl_convolution_auto, channelsFirst, weightsAlike(false), 0),
                        new Choice(dnnl_convolution_auto, channelsLast, weightsAlike(true), 0));
        Primitive reference = null;
        UnsupportedByOneDnnException failure = new UnsupportedByOneDnnException("convolution");
        for (Choice choice : order) {
            try {
                Primitive primitive = compile(resources, pass, choice, forward);
                if (!primitive.isReference()) {
                    return primitive;
                }
                reference = reference == null ? primitive : reference;
            } catch (UnsupportedByOneDnnException unsupported) {
                failure = unsupported;
            }
        }
        if (reference == null) {
            throw failure;
        }
        return reference;
    }

    /* The layout of the weights that goes with images of the channels first or last. */
    private int weightsAlike(boolean channelsLast) {
        boolean grouped = geometry.groups() > 1;
        if (geometry.in().length == 3) {
            return channelsLast ? (grouped ? dnnl_wigo : dnnl_wio) : grouped ? dnnl_goiw : dnnl_oiw;
        }
        return channelsLast ? (grouped ? dnnl_hwigo : dnnl_hwio) : grouped ? dnnl_goihw : dnnl_oihw;
    }

    private Primitive compile(Resources into, ConvolutionPass pass, Choice choice, @Nullable Primitive forward) {
        return Primitive.of(
                into,
                pass.describe(into, geometry, choice),
                forward,
                forward == null ? attributes : Native.ATTRIBUTES,
                choice.rank());
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
        return pass.name().toLowerCase(Locale.ROOT) + (attributes.equals(Native.ATTRIBUTES) ? "" : "+relu") + " in "
                + Arrays.toString(Arrays.copyOfRange(geometry.in(), 1, geometry.in().length)) + " weights "
                + Arrays.toString(geometry.weights()) + " stride " + Arrays.toString(geometry.strides()) + " dilation "
                + Arrays.toString(geometry.dilations()) + " padding " + Arrays.toString(geometry.before())
                + Arrays.toString(geometry.after()) + " batch 8^" + (magnitude + 1) / 3 + " threads "
                + Threads.current() + " " + Native.instructionSet().orElse("");
    }
}
