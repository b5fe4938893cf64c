package io.github.bn4j.model;

import io.github.bn4j.graph.Layer;
import io.github.bn4j.layer.Sequence;
import java.util.List;

/** Layers one after another that are named by their number, from 0, like those of PyTorch's {@code nn.Sequential}. */
final class Numbered {

    private Numbered() {}

    static Sequence of(Layer... layers) {
        return of(List.of(layers));
    }

    static Sequence of(List<Layer> layers) {
        Sequence sequence = Sequence.of();
        for (int i = 0; i < layers.size(); i++) {
            sequence = sequence.then(Integer.toString(i), layers.get(i));
        }
        return sequence;
    }
}
