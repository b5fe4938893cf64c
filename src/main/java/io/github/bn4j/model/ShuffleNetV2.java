package io.github.bn4j.model;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkGiven;
import static java.util.Objects.requireNonNull;

import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Value;
import io.github.bn4j.layer.AdaptiveAvgPool2d;
import io.github.bn4j.layer.BatchNorm2d;
import io.github.bn4j.layer.ChannelShuffle;
import io.github.bn4j.layer.Conv2d;
import io.github.bn4j.layer.Dense;
import io.github.bn4j.layer.DepthwiseConv2d;
import io.github.bn4j.layer.MaxPool2d;
import io.github.bn4j.layer.Relu;
import io.github.bn4j.layer.Sequence;
import io.github.bn4j.op.Concatenation;
import io.github.bn4j.op.Slicing;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * ShuffleNetV2 (Ma et al. 2018, table 5).
 *
 * @param width 0.5, 1, 1.5 or 2 times the filters of the usual one
 * @param task classes and size of the images: 1000 classes and 3×224×224 by default
 */
public record ShuffleNetV2(double width, ImageTask task) implements ReferenceNetwork<ShuffleNetV2> {

    /** The filters of stages 2 to 4, and of the last convolution. */
    private static final Map<Double, List<Integer>> FILTERS = new TreeMap<>(Map.of(
            0.5, List.of(48, 96, 192, 1024),
            1.0, List.of(116, 232, 464, 1024),
            1.5, List.of(176, 352, 704, 1024),
            2.0, List.of(244, 488, 976, 2048)));

    public ShuffleNetV2 {
        checkGiven(task, "ShuffleNetV2", "an ImageTask");
        checkArgument(
                FILTERS.containsKey(width), "ShuffleNetV2 expects a width of %s but got %s", FILTERS.keySet(), width);
    }

    /** With {@code width} times the usual filters, 0.5, 1, 1.5 or 2, for ImageNet. */
    public static ShuffleNetV2 of(double width) {
        return new ShuffleNetV2(width, ImageTask.imageNet(224));
    }

    @Override
    public ShuffleNetV2 task(ImageTask task) {
        return new ShuffleNetV2(width, task);
    }

    @Override
    public Value trace(Scope scope, Value x) {
        List<Integer> filters = requireNonNull(FILTERS.get(width));
        return Sequence.of()
                .then("conv1", Numbered.of(Conv2d.of(24, 3).stride(2).padding(1), BatchNorm2d.of(), Relu.of()))
                .then("maxpool", MaxPool2d.of(3).stride(2).padding(1))
                .then("stage2", stage(filters.get(0), 4))
                .then("stage3", stage(filters.get(1), 8))
                .then("stage4", stage(filters.get(2), 4))
                .then("conv5", Numbered.of(Conv2d.of(filters.get(3), 1), BatchNorm2d.of(), Relu.of()))
                .then("avgpool", AdaptiveAvgPool2d.of(1))
                .flatten()
                .then("fc", Dense.of(task.classes()))
                .trace(scope, x);
    }

    private static Sequence stage(int filters, int units) {
        List<Layer> layers = new ArrayList<>(List.of(halving(filters)));
        while (layers.size() < units) {
            layers.add(unit());
        }
        return Numbered.of(layers);
    }

    /** Figure 3c: half of the channels pass, the others are convolved. */
    private static Layer unit() {
        return (scope, x) -> {
            int channels = (int) x.shape().dim(0);
            Value passed = scope.apply(new Slicing(0, 0, channels / 2), x);
            Value convolved = scope.apply(new Slicing(0, channels / 2, channels), x);
            return shuffled(scope, passed, scope.call("branch2", branch(channels / 2, 1), convolved));
        };
    }

    /** Figure 3d: half as many rows and columns. */
    private static Layer halving(int filters) {
        Sequence other = Numbered.of(
                DepthwiseConv2d.of(3).stride(2).padding(1),
                BatchNorm2d.of(),
                Conv2d.of(filters / 2, 1),
                BatchNorm2d.of(),
                Relu.of());
        return (scope, x) ->
                shuffled(scope, scope.call("branch1", other, x), scope.call("branch2", branch(filters / 2, 2), x));
    }

    private static Sequence branch(int filters, int stride) {
        return Numbered.of(
                Conv2d.of(filters, 1),
                BatchNorm2d.of(),
                Relu.of(),
                DepthwiseConv2d.of(3).stride(stride).padding(1),
                BatchNorm2d.of(),
                Conv2d.of(filters, 1),
                BatchNorm2d.of(),
                Relu.of());
    }

    private static Value shuffled(Scope scope, Value first, Value second) {
        return scope.call(ChannelShuffle.of(2), scope.apply(new Concatenation(0), first, second));
    }

    @Override
    public String toString() {
        return "ShuffleNetV2 ×" + width;
    }
}
