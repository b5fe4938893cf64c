package io.github.bn4j.model;

import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Value;
import io.github.bn4j.layer.BatchNorm2d;
import io.github.bn4j.layer.Conv2d;
import io.github.bn4j.layer.Sequence;
import io.github.bn4j.op.Concatenation;
import java.util.List;

/**
 * A module of Inception: the channels of several branches one after another. The layers in a branch are called by their own names.
 *
 * @param branches each from the input of the module
 */
record Mixed(List<Layer> branches) implements Layer {

    static Mixed of(Layer... branches) {
        return new Mixed(List.of(branches));
    }

    /** What all convolutions of Inception are followed by, in torchvision also in GoogLeNet. */
    static Sequence convolved(Conv2d convolution) {
        return Sequence.of()
                .then("conv", convolution)
                .then("bn", BatchNorm2d.of().epsilon(1e-3))
                .relu();
    }

    @Override
    public Value trace(Scope scope, Value x) {
        List<Value> parts =
                branches.stream().map(branch -> branch.trace(scope, x)).toList();
        return scope.apply(new Concatenation(0), parts, List.of());
    }

    @Override
    public String toString() {
        return "Mixed(" + branches.size() + " branches)";
    }
}
