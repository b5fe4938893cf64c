package io.github.bn4j.layer;

import static io.github.bn4j.internal.Ranges.checkGroups;

import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.Reshaping;
import io.github.bn4j.op.Transposition;

/**
 * Takes the channels of {@code groups} blocks in turn, the first of each block first, so that the next grouped convolution sees some of
 * every block (Zhang et al. 2018, ShuffleNet, section 3.1). Input and output {@code [channels, height, width]}; learns nothing.
 *
 * @param groups the number of blocks, which divides that of the channels
 */
public record ChannelShuffle(int groups) implements Layer {

    public ChannelShuffle {
        checkGroups("ChannelShuffle", groups);
    }

    /** With {@code groups} blocks of channels. */
    public static ChannelShuffle of(int groups) {
        return new ChannelShuffle(groups);
    }

    @Override
    public Value trace(Scope scope, Value x) {
        Shape image = Images.requireGroups(x, groups);
        Shape blocks = Shape.of(groups, image.dim(0) / groups, image.dim(1), image.dim(2));
        Value split = scope.apply(new Reshaping(blocks), x);
        return scope.apply(new Reshaping(image), scope.apply(Transposition.of(1, 0, 2, 3), split));
    }

    @Override
    public String toString() {
        return "ChannelShuffle(" + groups + ")";
    }
}
