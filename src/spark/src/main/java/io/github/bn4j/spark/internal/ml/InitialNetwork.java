package io.github.bn4j.spark.internal.ml;

import io.github.bn4j.Network;
import io.github.bn4j.NetworkBuilder;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.spark.internal.inference.PortableNetwork;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** What a training begins with, each time anew. */
public final class InitialNetwork {

    private final LongFunction<Network> made;
    private @Nullable Graph graph;

    private InitialNetwork(LongFunction<Network> made) {
        this.made = made;
    }

    /** Parameters are drawn by the seed. */
    public static InitialNetwork of(NetworkBuilder builder) {
        return new InitialNetwork(builder::build);
    }

    /** Parameters are those of a network, whatever the seed. */
    public static InitialNetwork of(PortableNetwork network) {
        return new InitialNetwork(seed -> network.copy());
    }

    /** The network for a training of its own. */
    public Network network(long seed) {
        return made.apply(seed);
    }

    /** The graph, which is the same for every seed. */
    public synchronized Graph graph() {
        Graph known = graph;
        if (known == null) {
            known = made.apply(0).graph();
            graph = known;
        }
        return known;
    }
}
