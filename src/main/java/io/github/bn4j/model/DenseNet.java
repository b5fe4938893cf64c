package io.github.bn4j.model;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkGiven;
import static io.github.bn4j.internal.Checks.checkPresent;
import static io.github.bn4j.internal.Ranges.checkRate;

import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Value;
import io.github.bn4j.layer.AdaptiveAvgPool2d;
import io.github.bn4j.layer.AvgPool2d;
import io.github.bn4j.layer.BatchNorm2d;
import io.github.bn4j.layer.Conv2d;
import io.github.bn4j.layer.Dense;
import io.github.bn4j.layer.MaxPool2d;
import io.github.bn4j.layer.Relu;
import io.github.bn4j.layer.Sequence;
import io.github.bn4j.op.Concatenation;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * DenseNet-BC (Huang et al. 2017, Densely Connected Convolutional Networks, table 1).
 *
 * @param blocks how many layers each block has, at least 1
 * @param growth channels that each of these adds, called k in the paper
 * @param stem filters of the first convolution
 * @param dropout rate at the end of each layer of a block, 0 by default
 * @param task classes and size of the images: 1000 classes and 3×224×224 by default
 */
public record DenseNet(List<Integer> blocks, int growth, int stem, double dropout, ImageTask task)
        implements ReferenceNetwork<DenseNet> {

    private static final Map<Integer, DenseNet> TABLE = new TreeMap<>(Map.of(
            121, imageNet(32, 64, 6, 12, 24, 16),
            161, imageNet(48, 96, 6, 12, 36, 24),
            169, imageNet(32, 64, 6, 12, 32, 32),
            201, imageNet(32, 64, 6, 12, 48, 32)));

    public DenseNet {
        checkGiven(task, "DenseNet", "an ImageTask");
        checkGiven(blocks, "DenseNet", "a number of layers for each block");
        blocks.forEach(layers -> checkGiven(layers, "DenseNet", "a number of layers for each block"));
        checkArgument(
                !blocks.isEmpty() && blocks.stream().allMatch(layers -> layers >= 1),
                "DenseNet expects at least one block of at least 1 layer but got %s",
                blocks);
        checkArgument(growth >= 1, "DenseNet expects a growth of at least 1 but got %s", growth);
        checkArgument(stem >= 1, "DenseNet expects at least 1 filter in its stem but got %s", stem);
        checkRate("DenseNet", dropout);
        blocks = List.copyOf(blocks);
    }

    private static DenseNet imageNet(int growth, int stem, Integer... blocks) {
        return new DenseNet(List.of(blocks), growth, stem, 0, ImageTask.imageNet(224));
    }

    /** With {@code depth} layers that have weights, 121, 161, 169 or 201, for ImageNet. */
    public static DenseNet of(int depth) {
        return checkPresent(TABLE.get(depth), "DenseNet expects a depth of %s but got %s", TABLE.keySet(), depth);
    }

    /** Sets how many layers each block has, at least one block of at least one layer. */
    public DenseNet blocks(int... layers) {
        checkGiven(layers, "DenseNet", "a number of layers for each block");
        return new DenseNet(Arrays.stream(layers).boxed().toList(), growth, stem, dropout, task);
    }

    /** Sets the channels that each layer of a block adds, at least 1. */
    public DenseNet growth(int growth) {
        return new DenseNet(blocks, growth, stem, dropout, task);
    }

    /** Sets the filters of the first convolution, at least 1. */
    public DenseNet stem(int filters) {
        return new DenseNet(blocks, growth, filters, dropout, task);
    }

    /** Sets the rate of dropout at the end of each layer of a block, from 0 (default) to below 1. */
    public DenseNet dropout(double dropout) {
        return new DenseNet(blocks, growth, stem, dropout, task);
    }

    @Override
    public DenseNet task(ImageTask task) {
        return new DenseNet(blocks, growth, stem, dropout, task);
    }

    @Override
    public Value trace(Scope scope, Value x) {
        Sequence features = Sequence.of()
                .then("conv0", Conv2d.of(stem, 7).stride(2).padding(3))
                .then("norm0", BatchNorm2d.of())
                .then("relu0", Relu.of())
                .then("pool0", MaxPool2d.of(3).stride(2).padding(1));
        int channels = stem;
        for (int i = 1; i <= blocks.size(); i++) {
            if (i > 1) {
                channels /= 2;
                features = features.then("transition" + (i - 1), transition(channels));
            }
            channels += growth * blocks.get(i - 1);
            features = features.then("denseblock" + i, block(blocks.get(i - 1)));
        }
        return Sequence.of()
                .then("features", features.then("norm5", BatchNorm2d.of()))
                .relu()
                .then("avgpool", AdaptiveAvgPool2d.of(1))
                .flatten()
                .then("classifier", Dense.of(task.classes()))
                .trace(scope, x);
    }

    private Sequence layer() {
        Sequence layer = Sequence.of()
                .then("norm1", BatchNorm2d.of())
                .then("relu1", Relu.of())
                .then("conv1", Conv2d.of(4 * growth, 1))
                .then("norm2", BatchNorm2d.of())
                .then("relu2", Relu.of())
                .then("conv2", Conv2d.of(growth, 3).padding(1));
        return dropout == 0 ? layer : layer.dropout(dropout);
    }

    /** Half as many channels, rows and columns. */
    private static Sequence transition(int filters) {
        return Sequence.of()
                .then("norm", BatchNorm2d.of())
                .then("relu", Relu.of())
                .then("conv", Conv2d.of(filters, 1))
                .then("pool", AvgPool2d.of(2));
    }

    /** Figure 1: each layer sees the input and what all layers before it yield. */
    private Layer block(int layers) {
        return (scope, x) -> {
            Value y = x;
            for (int i = 1; i <= layers; i++) {
                y = scope.apply(new Concatenation(0), y, scope.call("denselayer" + i, layer(), y));
            }
            return y;
        };
    }

    @Override
    public String toString() {
        int depth = 2 * blocks.stream().mapToInt(Integer::intValue).sum() + blocks.size() + 1;
        return "DenseNet-" + depth + " (growth " + growth + ")";
    }
}
