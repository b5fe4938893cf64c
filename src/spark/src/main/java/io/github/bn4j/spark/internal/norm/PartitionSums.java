package io.github.bn4j.spark.internal.norm;

import io.github.bn4j.internal.Moments;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What a partition, or several that are neighbours, give: numbers that add up, and moments that are merged.
 *
 * @param first the number of the first of these partitions
 * @param rows how many they have
 * @param mostRows how many the largest of them has
 * @param totals numbers that add up
 * @param moments one for each batch normalisation
 */
@SuppressWarnings("ArrayRecordComponent")
record PartitionSums(int first, long rows, long mostRows, double[] totals, List<Part> moments) implements Serializable {

    /**
     * Moments on their way.
     *
     * @param count of values, 0 where a partition is empty
     * @param means one per channel
     * @param variances the biased ones
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Part(double count, double[] means, double[] variances) implements Serializable {

        static Part of(Moments moments) {
            return new Part(moments.sum(), moments.means(), moments.variances());
        }
    }

    static PartitionSums of(int partition, long rows, double[] totals, List<Moments> moments) {
        List<Part> parts = new ArrayList<>();
        moments.forEach(each -> parts.add(Part.of(each)));
        return new PartitionSums(partition, rows, rows, totals.clone(), parts);
    }

    /**
     * Merges those of several partitions, always in the order of their numbers: the result is the same, to the bit, whichever was
     * computed first.
     *
     * @param all at least one. Not modified.
     */
    static PartitionSums merged(List<PartitionSums> all) {
        List<PartitionSums> ordered = all.stream()
                .sorted(Comparator.comparingInt(PartitionSums::first))
                .toList();
        PartitionSums start = ordered.get(0);
        List<Moments> moments = new ArrayList<>();
        start.moments.forEach(part -> moments.add(new Moments(part.means().length)));
        double[] totals = new double[start.totals.length];
        long rows = 0;
        long most = 0;
        for (PartitionSums sums : ordered) {
            rows += sums.rows;
            most = Math.max(most, sums.mostRows);
            for (int i = 0; i < totals.length; i++) {
                totals[i] += sums.totals[i];
            }
            for (int i = 0; i < moments.size(); i++) {
                Part part = sums.moments.get(i);
                moments.get(i).add(part.count(), part.means(), part.variances());
            }
        }
        List<Part> parts = new ArrayList<>();
        moments.forEach(each -> parts.add(Part.of(each)));
        return new PartitionSums(start.first, rows, most, totals, parts);
    }

    /** The moments for further merging. */
    Moments moments(int position) {
        Part part = moments.get(position);
        Moments result = new Moments(part.means().length);
        result.add(part.count(), part.means(), part.variances());
        return result;
    }
}
