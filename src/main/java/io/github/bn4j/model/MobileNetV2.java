package io.github.bn4j.model;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkGiven;
import static io.github.bn4j.internal.Ranges.checkRate;

import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Value;
import io.github.bn4j.layer.AdaptiveAvgPool2d;
import io.github.bn4j.layer.BatchNorm2d;
import io.github.bn4j.layer.Clip;
import io.github.bn4j.layer.Conv2d;
import io.github.bn4j.layer.Dense;
import io.github.bn4j.layer.DepthwiseConv2d;
import io.github.bn4j.layer.Dropout;
import io.github.bn4j.layer.Sequence;
import io.github.bn4j.layer.Windowed;
import io.github.bn4j.op.Addition;
import java.util.ArrayList;
import java.util.List;

/**
 * MobileNetV2 (Sandler et al. 2018, table 2).
 *
 * @param width what all numbers of filters are multiplied by, 1 by default, before they are rounded to multiples of 8
 * @param dropout rate in front of the classifier, 0.2 by default
 * @param task classes and size of the images: 1000 classes and 3×224×224 by default
 */
public record MobileNetV2(double width, double dropout, ImageTask task) implements ReferenceNetwork<MobileNetV2> {

    /** Expansion, filters, how many blocks, stride of the first of them. */
    private static final int[][] BLOCKS = {
        {1, 16, 1, 1},
        {6, 24, 2, 2},
        {6, 32, 3, 2},
        {6, 64, 4, 2},
        {6, 96, 3, 1},
        {6, 160, 3, 2},
        {6, 320, 1, 1}
    };

    public MobileNetV2 {
        checkGiven(task, "MobileNetV2", "an ImageTask");
        checkArgument(width > 0 && Double.isFinite(width), "MobileNetV2 expects a width above 0 but got %s", width);
        checkRate("MobileNetV2", dropout);
    }

    /** For ImageNet. */
    public static MobileNetV2 of() {
        return new MobileNetV2(1, 0.2, ImageTask.imageNet(224));
    }

    /** Multiplies all numbers of filters, above 0, 1 by default; the last convolution never gets narrower. */
    public MobileNetV2 width(double width) {
        return new MobileNetV2(width, dropout, task);
    }

    /** Sets the rate of dropout in front of the classifier, from 0 to below 1, 0.2 by default. */
    public MobileNetV2 dropout(double dropout) {
        return new MobileNetV2(width, dropout, task);
    }

    @Override
    public MobileNetV2 task(ImageTask task) {
        return new MobileNetV2(width, dropout, task);
    }

    @Override
    public Value trace(Scope scope, Value x) {
        List<Layer> features = new ArrayList<>();
        features.add(convolved(Conv2d.of(filters(32), 3).stride(2).padding(1)));
        for (int[] row : BLOCKS) {
            for (int i = 0; i < row[2]; i++) {
                features.add(new InvertedResidual(row[0], filters(row[1]), i == 0 ? row[3] : 1));
            }
        }
        features.add(convolved(Conv2d.of(EightfoldWidth.of(1280 * Math.max(1, width)), 1)));
        return Sequence.of()
                .then("features", Numbered.of(features))
                .then("avgpool", AdaptiveAvgPool2d.of(1))
                .flatten()
                .then("classifier", Numbered.of(Dropout.of(dropout), Dense.of(task.classes())))
                .trace(scope, x);
    }

    private int filters(int paper) {
        return EightfoldWidth.of(paper * width);
    }

    private static Sequence convolved(Windowed<?> convolution) {
        return Numbered.of(convolution, BatchNorm2d.of(), Clip.of(0, 6));
    }

    /** Figure 3b: {@code expansion} times as many channels between two bottlenecks without an activation. */
    private record InvertedResidual(int expansion, int filters, int stride) implements Layer {

        @Override
        public Value trace(Scope scope, Value x) {
            int channels = (int) x.shape().dim(0);
            List<Layer> layers = new ArrayList<>();
            if (expansion > 1) {
                layers.add(convolved(Conv2d.of(expansion * channels, 1)));
            }
            layers.add(convolved(DepthwiseConv2d.of(3).stride(stride).padding(1)));
            layers.add(Conv2d.of(filters, 1));
            layers.add(BatchNorm2d.of());
            Value y = scope.call("conv", Numbered.of(layers), x);
            return stride == 1 && channels == filters ? scope.apply(new Addition(), x, y) : y;
        }

        @Override
        public String toString() {
            return "InvertedResidual(" + filters + ")";
        }
    }

    @Override
    public String toString() {
        return "MobileNetV2" + (width == 1 ? "" : " ×" + width);
    }
}
