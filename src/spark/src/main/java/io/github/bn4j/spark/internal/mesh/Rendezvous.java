package io.github.bn4j.spark.internal.mesh;

import io.github.bn4j.engine.CollectiveException;
import java.io.IOException;
import java.net.BindException;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.spark.BarrierTaskContext;

/**
 * How the tasks of a barrier stage of Spark, or other processes, come together. One call through Spark tells all of them the
 * addresses and a secret; all the rest goes from executor to executor. Each attempt has a mesh of its own.
 */
public final class Rendezvous {

    private Rendezvous() {}

    /**
     * Waits for all tasks of the stage, which do the same; the rank is the number of the partition.
     *
     * @param port the first one to try, where others may be taken; 0 for any that is free
     * @return to be closed
     * @throws CollectiveException if another task cannot be reached, or does not come in time
     */
    public static MeshCollective join(BarrierTaskContext context, Patience patience, int port) {
        int rank = context.partitionId();
        String host = host(context.getTaskInfos()[rank].address());
        return join(rank, context.numPartitions(), host, new Gathering(context, patience), patience, port);
    }

    /**
     * Waits for all ranks, which do the same.
     *
     * @param host of this rank, as the others reach it
     * @param gathering tells all of them what each says, in the order of the ranks
     * @param port the first one to try, where others may be taken; 0 for any that is free
     * @return to be closed
     * @throws CollectiveException if another one cannot be reached, or does not come in time
     */
    public static MeshCollective join(
            int rank, int ranks, String host, Function<String, String[]> gathering, Patience patience, int port) {
        try (ServerSocketChannel server = open(port, ranks)) {
            MeshAddress own = new MeshAddress(host, server.socket().getLocalPort());
            // That of rank 0 counts.
            String secret = MeshSecret.random().text();
            String[] said = gathering.apply(own + " " + secret);
            List<MeshAddress> addresses = new ArrayList<>();
            for (String words : said) {
                addresses.add(MeshAddress.parse(words.substring(0, words.indexOf(' '))));
            }
            MeshSecret common = MeshSecret.parse(said[0].substring(said[0].indexOf(' ') + 1));
            return new MeshCollective(Connecting.connect(rank, server, addresses, common, patience));
        } catch (IOException e) {
            throw new CollectiveException("SparkTrainer expects rank " + rank + " to open a port but got " + e, e);
        }
    }

    private static ServerSocketChannel open(int port, int ranks) throws IOException {
        if (port == 0) {
            return Connecting.open(0, ranks);
        }
        // Several executors of a host, and what a stopped one leaves behind for a while.
        int last = Math.min(65_535, port + ranks + 15);
        for (int next = port; ; next++) {
            try {
                return Connecting.open(next, ranks);
            } catch (BindException taken) {
                if (next >= last) {
                    throw taken;
                }
            }
        }
    }

    /** The host of an executor as Spark knows it, from {@code host:port}, or {@code host} alone. */
    static String host(String address) {
        int colon = address.lastIndexOf(':');
        boolean six = colon > 0 && address.indexOf(':') != colon && !address.contains("]:");
        return colon < 0 || six ? address : address.substring(0, colon);
    }
}
