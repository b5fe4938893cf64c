package io.github.bn4j.model;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkGiven;

import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Value;
import io.github.bn4j.layer.AdaptiveAvgPool2d;
import io.github.bn4j.layer.BatchNorm2d;
import io.github.bn4j.layer.Conv2d;
import io.github.bn4j.layer.Dense;
import io.github.bn4j.layer.Relu;
import io.github.bn4j.layer.Sequence;
import java.util.ArrayList;
import java.util.List;

/**
 * ResNet for images of CIFAR's size (He et al. 2016, Deep Residual Learning, section 4.2), with projections where the shape changes and
 * names as in torchvision's {@link ResNet}.
 *
 * @param depth layers with weights, {@code 6 n + 2} for {@code n} blocks in each of three stages: 20, 32, 44, 56, 110, …
 * @param width filters of the first convolution, 16 by default; each stage has twice those of the one before it
 * @param task classes and size of the images: 10 classes and 3×32×32 by default
 */
public record CifarResNet(int depth, int width, ImageTask task) implements ReferenceNetwork<CifarResNet> {

    public CifarResNet {
        checkGiven(task, "CifarResNet", "an ImageTask");
        checkArgument(
                depth >= 8 && depth % 6 == 2, "CifarResNet expects a depth of 6 n + 2, such as 20, but got %s", depth);
        checkArgument(width >= 1, "CifarResNet expects a width of at least 1 but got %s", width);
    }

    /** With {@code depth} layers: 20, 32, 44, 56, 110 or any other {@code 6 n + 2}. */
    public static CifarResNet of(int depth) {
        return new CifarResNet(depth, 16, new ImageTask(10, 3, 32, 32));
    }

    /** Sets the filters of the first convolution, 16 by default; the other layers keep their ratio to it. */
    public CifarResNet width(int width) {
        return new CifarResNet(depth, width, task);
    }

    @Override
    public CifarResNet task(ImageTask task) {
        return new CifarResNet(depth, width, task);
    }

    @Override
    public Value trace(Scope scope, Value x) {
        return Sequence.of()
                .then("conv1", Conv2d.of(width, 3).padding(1))
                .then("bn1", BatchNorm2d.of())
                .then("relu", Relu.of())
                .then("layer1", blocks(width, 1))
                .then("layer2", blocks(2 * width, 2))
                .then("layer3", blocks(4 * width, 2))
                .then("avgpool", AdaptiveAvgPool2d.of(1))
                .flatten()
                .then("fc", Dense.of(task.classes()))
                .trace(scope, x);
    }

    private Sequence blocks(int filters, int stride) {
        List<Layer> blocks = new ArrayList<>(List.of(ResidualBlock.basic(filters, stride)));
        while (blocks.size() < depth / 6) {
            blocks.add(ResidualBlock.basic(filters, 1));
        }
        return Numbered.of(blocks);
    }

    @Override
    public String toString() {
        return "CifarResNet-" + depth;
    }
}
