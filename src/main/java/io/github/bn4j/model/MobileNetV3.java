package io.github.bn4j.model;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkGiven;
import static io.github.bn4j.internal.Ranges.checkRate;

import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Value;
import io.github.bn4j.layer.AdaptiveAvgPool2d;
import io.github.bn4j.layer.BatchNorm2d;
import io.github.bn4j.layer.Conv2d;
import io.github.bn4j.layer.Dense;
import io.github.bn4j.layer.DepthwiseConv2d;
import io.github.bn4j.layer.Dropout;
import io.github.bn4j.layer.HardSigmoid;
import io.github.bn4j.layer.HardSwish;
import io.github.bn4j.layer.Relu;
import io.github.bn4j.layer.RunningAverage;
import io.github.bn4j.layer.Sequence;
import io.github.bn4j.op.Addition;
import java.util.ArrayList;
import java.util.List;

/**
 * MobileNetV3 (Howard et al. 2019, tables 1 and 2). Its batch normalisations have epsilon 1e-3 and keep 0.99 of their running averages.
 *
 * @param variant which of the two tables
 * @param width what all numbers of filters are multiplied by, 1 by default, before they are rounded to multiples of 8
 * @param dropout rate in front of the last layer, 0.2 by default
 * @param task classes and size of the images: 1000 classes and 3×224×224 by default
 */
public record MobileNetV3(Variant variant, double width, double dropout, ImageTask task)
        implements ReferenceNetwork<MobileNetV3> {

    /** The networks of the paper. */
    public enum Variant {
        /** Table 1. */
        LARGE,
        /** Table 2. */
        SMALL
    }

    private static final Layer RE = Relu.of();
    private static final Layer HS = HardSwish.of();

    private static final List<Bottleneck> LARGE = List.of(
            new Bottleneck(3, 16, 16, false, RE, 1),
            new Bottleneck(3, 64, 24, false, RE, 2),
            new Bottleneck(3, 72, 24, false, RE, 1),
            new Bottleneck(5, 72, 40, true, RE, 2),
            new Bottleneck(5, 120, 40, true, RE, 1),
            new Bottleneck(5, 120, 40, true, RE, 1),
            new Bottleneck(3, 240, 80, false, HS, 2),
            new Bottleneck(3, 200, 80, false, HS, 1),
            new Bottleneck(3, 184, 80, false, HS, 1),
            new Bottleneck(3, 184, 80, false, HS, 1),
            new Bottleneck(3, 480, 112, true, HS, 1),
            new Bottleneck(3, 672, 112, true, HS, 1),
            new Bottleneck(5, 672, 160, true, HS, 2),
            new Bottleneck(5, 960, 160, true, HS, 1),
            new Bottleneck(5, 960, 160, true, HS, 1));

    private static final List<Bottleneck> SMALL = List.of(
            new Bottleneck(3, 16, 16, true, RE, 2),
            new Bottleneck(3, 72, 24, false, RE, 2),
            new Bottleneck(3, 88, 24, false, RE, 1),
            new Bottleneck(5, 96, 40, true, HS, 2),
            new Bottleneck(5, 240, 40, true, HS, 1),
            new Bottleneck(5, 240, 40, true, HS, 1),
            new Bottleneck(5, 120, 48, true, HS, 1),
            new Bottleneck(5, 144, 48, true, HS, 1),
            new Bottleneck(5, 288, 96, true, HS, 2),
            new Bottleneck(5, 576, 96, true, HS, 1),
            new Bottleneck(5, 576, 96, true, HS, 1));

    public MobileNetV3 {
        checkGiven(task, "MobileNetV3", "an ImageTask");
        checkGiven(variant, "MobileNetV3", "a Variant");
        checkArgument(width > 0 && Double.isFinite(width), "MobileNetV3 expects a width above 0 but got %s", width);
        checkRate("MobileNetV3", dropout);
    }

    /** MobileNetV3-Large for ImageNet. */
    public static MobileNetV3 large() {
        return new MobileNetV3(Variant.LARGE, 1, 0.2, ImageTask.imageNet(224));
    }

    /** MobileNetV3-Small for ImageNet. */
    public static MobileNetV3 small() {
        return new MobileNetV3(Variant.SMALL, 1, 0.2, ImageTask.imageNet(224));
    }

    /** Multiplies all numbers of filters, above 0, 1 by default. */
    public MobileNetV3 width(double width) {
        return new MobileNetV3(variant, width, dropout, task);
    }

    /** Sets the rate of dropout in front of the last layer, from 0 to below 1, 0.2 by default. */
    public MobileNetV3 dropout(double dropout) {
        return new MobileNetV3(variant, width, dropout, task);
    }

    @Override
    public MobileNetV3 task(ImageTask task) {
        return new MobileNetV3(variant, width, dropout, task);
    }

    @Override
    public Value trace(Scope scope, Value x) {
        List<Bottleneck> rows = variant == Variant.LARGE ? LARGE : SMALL;
        List<Layer> features = new ArrayList<>();
        features.add(Numbered.of(
                Conv2d.of(EightfoldWidth.of(16 * width), 3).stride(2).padding(1), norm(), HS));
        rows.forEach(row -> features.add(row.times(width)));
        int last = EightfoldWidth.of(rows.get(rows.size() - 1).filters() * width);
        features.add(Numbered.of(Conv2d.of(6 * last, 1), norm(), HS));
        Sequence classifier = Numbered.of(
                Dense.of(EightfoldWidth.of((variant == Variant.LARGE ? 1280 : 1024) * width)),
                HS,
                Dropout.of(dropout),
                Dense.of(task.classes()));
        return Sequence.of()
                .then("features", Numbered.of(features))
                .then("avgpool", AdaptiveAvgPool2d.of(1))
                .flatten()
                .then("classifier", classifier)
                .trace(scope, x);
    }

    private static BatchNorm2d norm() {
        return BatchNorm2d.of().epsilon(1e-3).runningAverage(RunningAverage.keep(0.99));
    }

    /**
     * A row of a table: an inverted residual (figure 4).
     *
     * @param kernel of its depthwise convolution
     * @param expanded channels that this has
     * @param filters of its output
     * @param squeezes whether it has a squeeze and excitation
     * @param activation behind its batch normalisations but the last
     * @param stride of its depthwise convolution
     */
    private record Bottleneck(int kernel, int expanded, int filters, boolean squeezes, Layer activation, int stride)
            implements Layer {

        Bottleneck times(double width) {
            return new Bottleneck(
                    kernel,
                    EightfoldWidth.of(expanded * width),
                    EightfoldWidth.of(filters * width),
                    squeezes,
                    activation,
                    stride);
        }

        @Override
        public Value trace(Scope scope, Value x) {
            int channels = (int) x.shape().dim(0);
            List<Layer> layers = new ArrayList<>();
            if (expanded != channels) {
                layers.add(Numbered.of(Conv2d.of(expanded, 1), norm(), activation));
            }
            DepthwiseConv2d depthwise =
                    DepthwiseConv2d.of(kernel).stride(stride).padding(kernel / 2);
            layers.add(Numbered.of(depthwise, norm(), activation));
            if (squeezes) {
                int squeezed = expanded / 4;
                layers.add(new SqueezeExcitation(EightfoldWidth.of(squeezed), RE, HardSigmoid.of()));
            }
            layers.add(Numbered.of(Conv2d.of(filters, 1), norm()));
            Value y = scope.call("block", Numbered.of(layers), x);
            return stride == 1 && channels == filters ? scope.apply(new Addition(), y, x) : y;
        }

        @Override
        public String toString() {
            return "Bottleneck(" + filters + ")";
        }
    }

    @Override
    public String toString() {
        return "MobileNetV3-" + (variant == Variant.LARGE ? "Large" : "Small") + (width == 1 ? "" : " ×" + width);
    }
}
