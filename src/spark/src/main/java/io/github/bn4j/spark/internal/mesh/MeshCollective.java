package io.github.bn4j.spark.internal.mesh;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkGiven;

import io.github.bn4j.engine.Collective;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Sums over a {@link Mesh}, or over a group of its ranks.
 *
 * <p>With {@code k} members and {@code M} bytes, sending all to everybody takes one hop and {@code (k − 1) M} bytes of each. Where each
 * member adds up one segment and then sends that sum to everybody (reduce-scatter and all-gather; Thakur, Rabenseifner and Gropp 2005,
 * Optimization of collective communication operations in MPICH) it is two hops and {@code 2 (k − 1) / k · M} bytes. The first is faster as
 * long as {@code (k − 1)(k − 2) / k · M} bytes take less time than a hop, which for two members is always. Either way each element is
 * added up in the order of the ranks, in its own precision.
 */
public final class MeshCollective implements Collective {

    /** What a network carries within the time of a hop: 0.1 ms at 10 Gbit/s. */
    private static final long HOP_BYTES = 1 << 16;

    /** How much is added up at a time, which bounds the memory of large sums. */
    private static final int PART_BYTES = 1 << 22;

    private final Mesh mesh;
    private final int first;
    private final List<Peer> others;
    private final Buffers buffers;
    private final Map<Integer, MeshCollective> groups = new HashMap<>();
    private long calls;

    /** That of all ranks. */
    MeshCollective(Mesh mesh) {
        this(mesh, 0, mesh.size(), new Buffers());
    }

    private MeshCollective(Mesh mesh, int first, int members, Buffers buffers) {
        this.mesh = mesh;
        this.first = first;
        this.buffers = buffers;
        others = new ArrayList<>();
        for (int rank = first; rank < first + members; rank++) {
            if (rank != mesh.rank()) {
                others.add(mesh.peer(rank));
            }
        }
    }

    @Override
    public int rank() {
        return mesh.rank() - first;
    }

    @Override
    public int size() {
        return others.size() + 1;
    }

    @Override
    public void allReduce(FloatBuffer values) {
        reduce(new FloatElements(checkGiven(values, "allReduce", "a buffer")));
    }

    @Override
    public void allReduce(DoubleBuffer values) {
        reduce(new DoubleElements(checkGiven(values, "allReduce", "a buffer")));
    }

    private void reduce(Elements elements) {
        mesh.checkWhole();
        calls++;
        int most = PART_BYTES / elements.width();
        int part = 0;
        int from = 0;
        do {
            int to = (int) Math.min(elements.count(), (long) from + most);
            long bytes = (long) (to - from) * elements.width();
            if ((long) (size() - 1) * (size() - 2) / size() * bytes <= HOP_BYTES) {
                sumAll(elements, part, from, to);
            } else {
                sumSegments(elements, part, from, to);
            }
            part++;
            from = to;
        } while (from < elements.count());
    }

    /** Everybody sends all to everybody. */
    private void sumAll(Elements elements, int part, int from, int to) {
        int bytes = (to - from) * elements.width();
        ByteBuffer own = buffers.own(bytes);
        elements.write(from, to, own);
        ByteBuffer[] summands = new ByteBuffer[size()];
        summands[rank()] = own;
        MessageHeader header = header(elements, 2 * part);
        for (Peer other : others) {
            ByteBuffer in = buffers.of(other.rank(), bytes);
            summands[other.rank() - first] = in.duplicate();
            other.exchange(header, own.duplicate(), in);
        }
        mesh.finish(others);
        elements.sum(from, to, summands);
    }

    /** Everybody adds up one segment for all. */
    private void sumSegments(Elements elements, int part, int from, int to) {
        ByteBuffer own = buffers.own((to - from) * elements.width());
        elements.write(from, to, own);
        ByteBuffer[] summands = new ByteBuffer[size()];
        summands[rank()] = segment(own, rank(), elements.width());
        MessageHeader scatter = header(elements, 2 * part);
        for (Peer other : others) {
            ByteBuffer in = buffers.of(other.rank(), summands[rank()].remaining());
            summands[other.rank() - first] = in.duplicate();
            other.exchange(scatter, segment(own, other.rank() - first, elements.width()), in);
        }
        mesh.finish(others);

        int start = from + start(rank(), to - from);
        int end = from + start(rank() + 1, to - from);
        elements.sum(start, end, summands);
        ByteBuffer sum = segment(own, rank(), elements.width());
        elements.write(start, end, sum);
        MessageHeader gather = header(elements, 2 * part + 1);
        for (Peer other : others) {
            other.exchange(gather, sum.duplicate(), segment(own, other.rank() - first, elements.width()));
        }
        mesh.finish(others);
        elements.read(from, to, own);
    }

    private MessageHeader header(Elements elements, int part) {
        return new MessageHeader(elements.kind(), part, size(), elements.count(), calls);
    }

    /** The first element of a member's segment. */
    private int start(int member, int count) {
        return (int) ((long) count * member / size());
    }

    private ByteBuffer segment(ByteBuffer all, int member, int width) {
        int count = all.remaining() / width;
        int start = start(member, count);
        return all.slice(start * width, (start(member + 1, count) - start) * width);
    }

    @Override
    public Collective group(int members) {
        checkArgument(
                members >= 1 && size() % members == 0,
                "group expects a number of members that divides %s but got %s",
                size(),
                members);
        if (members == size()) {
            return this;
        }
        return groups.computeIfAbsent(
                members, size -> new MeshCollective(mesh, mesh.rank() - rank() % members, members, buffers));
    }

    @Override
    public void fail(Throwable cause) {
        mesh.abort(cause);
    }

    @Override
    public void close() {
        mesh.close();
    }

    @Override
    public String toString() {
        return "Collective[rank %d of %d, mesh]".formatted(rank(), size());
    }

    /** Native memory that is used again and grows to the largest sum. */
    private static final class Buffers {

        private final Map<Integer, ByteBuffer> byRank = new HashMap<>();

        /** That for the elements of this rank. */
        ByteBuffer own(int bytes) {
            return of(-1, bytes);
        }

        /** That for the elements of another rank. */
        ByteBuffer of(int rank, int bytes) {
            ByteBuffer known = byRank.get(rank);
            if (known == null || known.capacity() < bytes) {
                known = ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
                byRank.put(rank, known);
            }
            return known.duplicate().position(0).limit(bytes);
        }
    }
}
