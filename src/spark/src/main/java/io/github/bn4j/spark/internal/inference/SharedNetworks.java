package io.github.bn4j.spark.internal.inference;

import io.github.bn4j.Network;
import java.util.LinkedHashMap;
import java.util.Map;

/** The networks that tasks of this JVM have used last, one for all tasks, however many run at once. */
final class SharedNetworks {

    /** For a pipeline of several models, or a cross-validation; others are loaded again. */
    private static final int MOST = 4;

    private static final Map<String, Network> NETWORKS = new LinkedHashMap<>(MOST, 0.75f, true);

    private SharedNetworks() {}

    /** The network of the given contents; whoever asks while it is loaded waits for it. */
    static synchronized Network of(PortableNetwork portable) {
        Network network = NETWORKS.computeIfAbsent(portable.digest(), any -> portable.copy());
        if (NETWORKS.size() > MOST) {
            NETWORKS.remove(NETWORKS.keySet().iterator().next());
        }
        return network;
    }

    static synchronized int size() {
        return NETWORKS.size();
    }
}
