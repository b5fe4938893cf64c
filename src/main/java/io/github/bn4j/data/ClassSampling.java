package io.github.bn4j.data;

import static io.github.bn4j.internal.Checks.checkArgument;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** See {@link Sampling#byClass}; empty shares are equal ones of all classes that occur. */
record ClassSampling(List<Double> shares) implements Sampling {

    private static final String NAME = "Sampling.byClass";

    ClassSampling {
        shares = List.copyOf(shares);
    }

    ClassSampling requireShares() {
        WeightedSampling.requireWeights(NAME, shares);
        return this;
    }

    /** The examples of a class, one after another and then again in another order. */
    private static final class Examples {

        private final List<Integer> rows;
        private final double share;
        private final Random random;
        private int next;
        private double credit;

        Examples(List<Integer> rows, double share, Random random) {
            this.rows = rows;
            this.share = share;
            this.random = random;
        }

        int next() {
            if (next == 0) {
                Collections.shuffle(rows, random);
            }
            int row = rows.get(next);
            next = (next + 1) % rows.size();
            return row;
        }
    }

    @Override
    public int[] rows(Dataset data, long seed) {
        Random random = new Random(seed);
        List<Examples> classes = new ArrayList<>();
        Map<Integer, List<Integer>> byClass = Labels.rowsByClass(data.requireClassNumbers("sampling"));
        byClass.forEach((number, rows) -> classes.add(new Examples(rows, share(number, byClass), random)));
        for (int number = 0; number < shares.size(); number++) {
            checkArgument(
                    shares.get(number) == 0 || byClass.containsKey(number),
                    "%s expects examples of each class with a share but got none of class %s",
                    NAME,
                    number);
        }
        Collections.shuffle(classes, random);
        double all = classes.stream().mapToDouble(each -> each.share).sum();
        int[] rows = new int[data.size()];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = mostWanted(classes, all).next();
        }
        return rows;
    }

    private double share(int number, Map<Integer, List<Integer>> byClass) {
        if (shares.isEmpty()) {
            return 1;
        }
        checkArgument(
                number < shares.size(),
                "%s expects a share for each class but got %s shares and examples of class %s, of %s classes",
                NAME,
                shares.size(),
                number,
                byClass.size());
        return shares.get(number);
    }

    /** The class that is furthest behind its share, so that no part of an epoch has much more or less of it. */
    private static Examples mostWanted(List<Examples> classes, double all) {
        Examples most = classes.get(0);
        for (Examples each : classes) {
            each.credit += each.share / all;
            most = each.credit > most.credit ? each : most;
        }
        most.credit -= 1;
        return most;
    }

    @Override
    public String toString() {
        return shares.isEmpty() ? "balanced()" : "byClass(" + shares + ")";
    }
}
