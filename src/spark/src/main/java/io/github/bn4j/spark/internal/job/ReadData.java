package io.github.bn4j.spark.internal.job;

import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.broadcast.Broadcast;

/**
 * Data that every rank reads for itself, from where all of them reach it.
 *
 * @param reader where they are read
 * @param rows those that each rank gets, in its order
 */
public record ReadData<E>(Reader<E> reader, List<int[]> rows) implements RankData<E> {

    /** Reads examples. */
    @FunctionalInterface
    public interface Reader<E> extends Serializable {

        /** Those of some rows, in this order, as they are asked for. */
        Iterator<E> read(int... rows);
    }

    @Override
    public JavaRDD<E> byRank(RankJob job, Consumer<Broadcast<?>> sent) {
        Broadcast<int[][]> all = job.spark().broadcast(rows.toArray(int[][]::new));
        sent.accept(all);
        Reader<E> from = reader;
        List<Integer> ranks = IntStream.range(0, job.ranks()).boxed().toList();
        return job.spark()
                .parallelize(ranks, job.ranks())
                .mapPartitionsWithIndex((rank, number) -> from.read(all.value()[rank]), true);
    }
}
