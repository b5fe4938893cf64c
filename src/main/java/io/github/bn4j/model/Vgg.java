package io.github.bn4j.model;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkGiven;
import static io.github.bn4j.internal.Ranges.checkRate;
import static java.util.Objects.requireNonNull;

import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Value;
import io.github.bn4j.layer.AdaptiveAvgPool2d;
import io.github.bn4j.layer.BatchNorm2d;
import io.github.bn4j.layer.Conv2d;
import io.github.bn4j.layer.Dense;
import io.github.bn4j.layer.Dropout;
import io.github.bn4j.layer.MaxPool2d;
import io.github.bn4j.layer.Relu;
import io.github.bn4j.layer.Sequence;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * VGG with batch normalisation (Simonyan and Zisserman 2015, table 1, columns A, B, D and E). The biases of its convolutions, which
 * torchvision has, change nothing in front of the normalisations and are left out.
 *
 * @param depth layers with weights: 11, 13, 16 or 19
 * @param hidden units of each of the two dense layers before the last, 4096 by default; small images do with 512
 * @param dropout rate behind each of these, 0.5 by default
 * @param task classes and size of the images: 1000 classes and 3×224×224 by default
 */
public record Vgg(int depth, int hidden, double dropout, ImageTask task) implements ReferenceNetwork<Vgg> {

    /** The convolutions in front of each pooling. */
    private static final Map<Integer, List<Integer>> STAGES = new TreeMap<>(Map.of(
            11, List.of(1, 1, 2, 2, 2),
            13, List.of(2, 2, 2, 2, 2),
            16, List.of(2, 2, 3, 3, 3),
            19, List.of(2, 2, 4, 4, 4)));

    private static final List<Integer> FILTERS = List.of(64, 128, 256, 512, 512);

    public Vgg {
        checkGiven(task, "Vgg", "an ImageTask");
        checkArgument(STAGES.containsKey(depth), "Vgg expects a depth of %s but got %s", STAGES.keySet(), depth);
        checkArgument(hidden >= 1, "Vgg expects at least 1 hidden unit but got %s", hidden);
        checkRate("Vgg", dropout);
    }

    /** With {@code depth} layers, 11, 13, 16 or 19, for ImageNet. */
    public static Vgg of(int depth) {
        return new Vgg(depth, 4096, 0.5, ImageTask.imageNet(224));
    }

    /** Sets the units of each of the two dense layers before the last, 4096 by default. */
    public Vgg hidden(int hidden) {
        return new Vgg(depth, hidden, dropout, task);
    }

    /** Sets the rate of dropout behind these, from 0 to below 1, 0.5 by default. */
    public Vgg dropout(double dropout) {
        return new Vgg(depth, hidden, dropout, task);
    }

    @Override
    public Vgg task(ImageTask task) {
        return new Vgg(depth, hidden, dropout, task);
    }

    @Override
    public Value trace(Scope scope, Value x) {
        Sequence classifier = Numbered.of(
                Dense.of(hidden),
                Relu.of(),
                Dropout.of(dropout),
                Dense.of(hidden),
                Relu.of(),
                Dropout.of(dropout),
                Dense.of(task.classes()));
        return Sequence.of()
                .then("features", features())
                .then("avgpool", AdaptiveAvgPool2d.of(7))
                .flatten()
                .then("classifier", classifier)
                .trace(scope, x);
    }

    private Sequence features() {
        List<Layer> layers = new ArrayList<>();
        for (int stage = 0; stage < 5; stage++) {
            for (int i = 0; i < requireNonNull(STAGES.get(depth)).get(stage); i++) {
                layers.add(Conv2d.of(FILTERS.get(stage), 3).padding(1));
                layers.add(BatchNorm2d.of());
                layers.add(Relu.of());
            }
            layers.add(MaxPool2d.of(2));
        }
        return Numbered.of(layers);
    }

    @Override
    public String toString() {
        return "VGG-" + depth;
    }
}
