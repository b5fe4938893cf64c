package io.github.bn4j.model;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkGiven;
import static java.util.Objects.requireNonNull;

import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Value;
import io.github.bn4j.layer.AdaptiveAvgPool2d;
import io.github.bn4j.layer.BatchNorm2d;
import io.github.bn4j.layer.Conv2d;
import io.github.bn4j.layer.Dense;
import io.github.bn4j.layer.MaxPool2d;
import io.github.bn4j.layer.Relu;
import io.github.bn4j.layer.Sequence;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * ResNet for images of ImageNet's size (He et al. 2016, Deep Residual Learning, table 1). For those of CIFAR there is {@link
 * CifarResNet}.
 *
 * @param depth layers with weights: 18 or 34 of basic blocks; 50, 101 or 152 of bottlenecks
 * @param width filters of the first convolution, 64 by default; each stage of blocks has twice those of the one before it
 * @param task classes and size of the images: 1000 classes and 3×224×224 by default
 */
public record ResNet(int depth, int width, ImageTask task) implements ReferenceNetwork<ResNet> {

    /** The blocks in each stage. */
    private static final Map<Integer, List<Integer>> STAGES = new TreeMap<>(Map.of(
            18, List.of(2, 2, 2, 2),
            34, List.of(3, 4, 6, 3),
            50, List.of(3, 4, 6, 3),
            101, List.of(3, 4, 23, 3),
            152, List.of(3, 8, 36, 3)));

    public ResNet {
        checkGiven(task, "ResNet", "an ImageTask");
        checkArgument(STAGES.containsKey(depth), "ResNet expects a depth of %s but got %s", STAGES.keySet(), depth);
        checkArgument(width >= 1, "ResNet expects a width of at least 1 but got %s", width);
    }

    /** With {@code depth} layers, 18, 34, 50, 101 or 152, for ImageNet. */
    public static ResNet of(int depth) {
        return new ResNet(depth, 64, ImageTask.imageNet(224));
    }

    /** Sets the filters of the first convolution, 64 by default; the other layers keep their ratio to it. */
    public ResNet width(int width) {
        return new ResNet(depth, width, task);
    }

    @Override
    public ResNet task(ImageTask task) {
        return new ResNet(depth, width, task);
    }

    @Override
    public Value trace(Scope scope, Value x) {
        Sequence net = Sequence.of()
                .then("conv1", Conv2d.of(width, 7).stride(2).padding(3))
                .then("bn1", BatchNorm2d.of())
                .then("relu", Relu.of())
                .then("maxpool", MaxPool2d.of(3).stride(2).padding(1));
        for (int stage = 0; stage < 4; stage++) {
            net = net.then("layer" + (stage + 1), blocks(stage));
        }
        return net.then("avgpool", AdaptiveAvgPool2d.of(1))
                .flatten()
                .then("fc", Dense.of(task.classes()))
                .trace(scope, x);
    }

    private Sequence blocks(int stage) {
        int filters = width << stage;
        List<Layer> blocks = new ArrayList<>();
        for (int block = 0; block < requireNonNull(STAGES.get(depth)).get(stage); block++) {
            int stride = stage > 0 && block == 0 ? 2 : 1;
            blocks.add(depth < 50 ? ResidualBlock.basic(filters, stride) : ResidualBlock.bottleneck(filters, stride));
        }
        return Numbered.of(blocks);
    }

    @Override
    public String toString() {
        return "ResNet-" + depth;
    }
}
