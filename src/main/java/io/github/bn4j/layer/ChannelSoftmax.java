package io.github.bn4j.layer;

import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.Softmax;

/**
 * Shares that are positive and sum up to 1 over the channels: {@code e^(x_c) / Σ_k e^(x_k)} at every position of {@code [channels, …]}. The
 * shape stays; learns nothing.
 *
 * <p>A classifier ends in scores without it, as the loss {@code softmaxCrossEntropy} computes it more exactly by itself. It is for shares
 * inside a network, or where predictions shall be probabilities of another loss.
 */
public record ChannelSoftmax() implements Layer {

    /** The layer. */
    public static ChannelSoftmax of() {
        return new ChannelSoftmax();
    }

    @Override
    public Value trace(Scope scope, Value x) {
        return scope.apply(new Softmax(), x);
    }

    @Override
    public String toString() {
        return "ChannelSoftmax()";
    }
}
