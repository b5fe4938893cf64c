package io.github.bn4j.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/** Which rows are in which of k folds. */
final class FoldedRows {

    private FoldedRows() {}

    /** Sizes of folds, and numbers of each class in them, differ by 1 at most. */
    static List<int[]> byClass(Dataset data, int k, long seed) {
        Random random = new Random(seed);
        List<List<Integer>> folds = empty(k);
        int place = 0;
        for (List<Integer> group : Labels.groups(data)) {
            requireOneForEachFold(data, group, k);
            Collections.shuffle(group, random);
            for (int row : group) {
                folds.get(place % k).add(row);
                place++;
            }
        }
        return shuffled(folds, random);
    }

    private static void requireOneForEachFold(Dataset data, List<Integer> rows, int k) {
        if (rows.size() < k) {
            throw new IllegalArgumentException("Dataset.folds expects at least " + k
                    + " examples of each class, one per fold, but got " + rows.size() + " of class "
                    + data.labels().getInt(rows.get(0)) + "; take fewer folds, leave the class out, or call folds(" + k
                    + ", seed, groups) with each row as its own group, which does without");
        }
    }

    /**
     * Groups as a whole, the largest first, each to the fold where it leaves the classes in the best proportion: near it, not always at
     * it.
     */
    static List<int[]> byGroup(Dataset data, int k, long seed, List<?> groups) {
        Random random = new Random(seed);
        List<List<Integer>> classes = new ArrayList<>();
        Labels.groups(data).forEach(classes::add);
        int[] classOf = new int[data.size()];
        for (int number = 0; number < classes.size(); number++) {
            for (int row : classes.get(number)) {
                classOf[row] = number;
            }
        }
        Map<Object, List<Integer>> rowsByGroup = new LinkedHashMap<>();
        IntStream.range(0, data.size()).forEach(row -> rowsByGroup
                .computeIfAbsent(groups.get(row), any -> new ArrayList<>())
                .add(row));
        List<List<Integer>> order = new ArrayList<>(rowsByGroup.values());
        Collections.shuffle(order, random);
        order.sort(Comparator.comparing(rows -> -rows.size()));
        List<List<Integer>> folds = empty(k);
        double[][] shares = new double[k][classes.size()];
        for (List<Integer> group : order) {
            double[] own = new double[classes.size()];
            group.forEach(
                    row -> own[classOf[row]] += 1.0 / classes.get(classOf[row]).size());
            int best = best(shares, own, folds);
            folds.get(best).addAll(group);
            Arrays.setAll(shares[best], number -> shares[best][number] + own[number]);
        }
        return shuffled(folds, random);
    }

    /**
     * The fold that is the furthest behind in the classes of a group: adding {@code own} to shares {@code s} makes {@code Σ s²} larger by {@code
     * 2 Σ s own + Σ own²}, and that is the least where the shares are the most even in the end. Of several the one with the fewest rows.
     */
    private static int best(double[][] shares, double[] own, List<List<Integer>> folds) {
        int best = 0;
        double least = Double.POSITIVE_INFINITY;
        for (int fold = 0; fold < shares.length; fold++) {
            double more = 0;
            for (int number = 0; number < own.length; number++) {
                more += shares[fold][number] * own[number];
            }
            boolean equal =
                    more == least && folds.get(fold).size() < folds.get(best).size();
            if (more < least || equal) {
                best = fold;
                least = more;
            }
        }
        return best;
    }

    private static List<List<Integer>> empty(int k) {
        List<List<Integer>> folds = new ArrayList<>();
        for (int fold = 0; fold < k; fold++) {
            folds.add(new ArrayList<>());
        }
        return folds;
    }

    private static List<int[]> shuffled(List<List<Integer>> folds, Random random) {
        folds.forEach(rows -> Collections.shuffle(rows, random));
        return folds.stream()
                .map(rows -> rows.stream().mapToInt(Integer::intValue).toArray())
                .toList();
    }
}
