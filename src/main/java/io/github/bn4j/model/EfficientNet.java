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
import io.github.bn4j.layer.RunningAverage;
import io.github.bn4j.layer.Sequence;
import io.github.bn4j.layer.Sigmoid;
import io.github.bn4j.layer.Silu;
import io.github.bn4j.layer.StochasticDepth;
import io.github.bn4j.layer.Windowed;
import io.github.bn4j.op.Addition;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * EfficientNet (Tan and Le 2019, table 1), scaled in width, depth and size of the images as in section 3.3.
 *
 * @param scale which of B0 to B7: 0 to 7
 * @param dropout rate in front of the classifier, from 0.2 for B0 to 0.5 for B7 by default
 * @param stochasticDepth rate at which the last block is dropped, 0.2 by default; those before it are dropped less, in proportion to
 *     their place
 * @param task classes and size of the images: 1000 classes and 3×224×224 for B0 to 3×600×600 for B7 by default
 */
public record EfficientNet(int scale, double dropout, double stochasticDepth, ImageTask task)
        implements ReferenceNetwork<EfficientNet> {

    /** Expansion, kernel, stride of the first block, filters, how many blocks. */
    private static final int[][] STAGES = {
        {1, 3, 1, 16, 1},
        {6, 3, 2, 24, 2},
        {6, 5, 2, 40, 2},
        {6, 3, 2, 80, 3},
        {6, 5, 1, 112, 3},
        {6, 5, 2, 192, 4},
        {6, 3, 1, 320, 1}
    };

    /** Width, depth, size of the images and dropout, as in torchvision. */
    private static final double[][] SCALES = {
        {1.0, 1.0, 224, 0.2},
        {1.0, 1.1, 240, 0.2},
        {1.1, 1.2, 288, 0.3},
        {1.2, 1.4, 300, 0.3},
        {1.4, 1.8, 380, 0.4},
        {1.6, 2.2, 456, 0.4},
        {1.8, 2.6, 528, 0.5},
        {2.0, 3.1, 600, 0.5}
    };

    public EfficientNet {
        checkGiven(task, "EfficientNet", "an ImageTask");
        checkScale(scale);
        checkRate("EfficientNet", dropout);
        checkRate("EfficientNet", stochasticDepth);
    }

    private static void checkScale(int scale) {
        checkArgument(
                scale >= 0 && scale < SCALES.length,
                "EfficientNet expects a scale from 0 to %s but got %s",
                SCALES.length - 1,
                scale);
    }

    /** For ImageNet; {@code of(0)} is EfficientNet-B0, {@code of(7)} EfficientNet-B7. */
    public static EfficientNet of(int scale) {
        checkScale(scale);
        double[] row = SCALES[scale];
        return new EfficientNet(scale, row[3], 0.2, ImageTask.imageNet((int) row[2]));
    }

    /** Sets the rate of dropout in front of the classifier, from 0 to below 1. */
    public EfficientNet dropout(double dropout) {
        return new EfficientNet(scale, dropout, stochasticDepth, task);
    }

    /** Sets the rate at which the last block is dropped in training, from 0 to below 1, 0.2 by default. */
    public EfficientNet stochasticDepth(double stochasticDepth) {
        return new EfficientNet(scale, dropout, stochasticDepth, task);
    }

    @Override
    public EfficientNet task(ImageTask task) {
        return new EfficientNet(scale, dropout, stochasticDepth, task);
    }

    @Override
    public Value trace(Scope scope, Value x) {
        double all = Arrays.stream(STAGES).mapToInt(this::blocks).sum();
        int before = 0;
        List<Layer> features = new ArrayList<>();
        features.add(convolved(Conv2d.of(filters(32), 3).stride(2).padding(1)));
        for (int[] stage : STAGES) {
            List<Layer> blocks = new ArrayList<>();
            while (blocks.size() < blocks(stage)) {
                double rate = stochasticDepth * before++ / all;
                int stride = blocks.isEmpty() ? stage[2] : 1;
                blocks.add(invertedBottleneck(stage[0], stage[1], stride, filters(stage[3]), rate));
            }
            features.add(Numbered.of(blocks));
        }
        features.add(convolved(Conv2d.of(4 * filters(320), 1)));
        return Sequence.of()
                .then("features", Numbered.of(features))
                .then("avgpool", AdaptiveAvgPool2d.of(1))
                .flatten()
                .then("classifier", Numbered.of(Dropout.of(dropout), Dense.of(task.classes())))
                .trace(scope, x);
    }

    private int filters(int paper) {
        return EightfoldWidth.of(paper * SCALES[scale][0]);
    }

    private int blocks(int[] stage) {
        return (int) Math.ceil(stage[4] * SCALES[scale][1]);
    }

    private Sequence convolved(Windowed<?> convolution) {
        return Numbered.of(convolution, norm(), Silu.of());
    }

    /** The weights for B5 to B7 were ported from TensorFlow with its epsilon and running averages, the others were trained anew. */
    private BatchNorm2d norm() {
        return scale < 5 ? BatchNorm2d.of() : BatchNorm2d.of().epsilon(1e-3).runningAverage(RunningAverage.keep(0.99));
    }

    /** MBConv: an inverted residual of MobileNetV2 with squeeze and excitation. */
    private Layer invertedBottleneck(int expansion, int kernel, int stride, int filters, double rate) {
        return (scope, x) -> {
            int channels = (int) x.shape().dim(0);
            List<Layer> layers = new ArrayList<>();
            if (expansion > 1) {
                layers.add(convolved(Conv2d.of(expansion * channels, 1)));
            }
            layers.add(convolved(DepthwiseConv2d.of(kernel).stride(stride).padding(kernel / 2)));
            layers.add(new SqueezeExcitation(Math.max(1, channels / 4), Silu.of(), Sigmoid.of()));
            layers.add(Numbered.of(Conv2d.of(filters, 1), norm()));
            Value y = scope.call("block", Numbered.of(layers), x);
            return stride == 1 && channels == filters
                    ? scope.apply(new Addition(), scope.call("stochastic_depth", StochasticDepth.of(rate), y), x)
                    : y;
        };
    }

    @Override
    public String toString() {
        return "EfficientNet-B" + scale;
    }
}
