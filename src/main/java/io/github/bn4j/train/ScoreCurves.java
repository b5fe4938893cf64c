package io.github.bn4j.train;

import static io.github.bn4j.internal.Checks.checkState;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.function.IntFunction;

/** Curves by thresholds for scores: each class against the rest, each label by itself, of two classes the second alone. */
final class ScoreCurves {

    private ScoreCurves() {}

    /**
     * By the share of the others that are told to be of a class, the share of the class that is.
     *
     * @throws IllegalStateException if there are no scores of a class and of others
     */
    static List<ScoreCurve> roc(Comparison compared) {
        return of("rocCurves", compared, RankedMetric.ROC_AUC, true);
    }

    /**
     * By the share of a class that is found, the share of what is told that is right, in steps, so that the area below is the average precision.
     *
     * @throws IllegalStateException if there are no scores of a class and of others
     */
    static List<ScoreCurve> precisionRecall(Comparison compared) {
        return of("precisionRecallCurves", compared, RankedMetric.AVERAGE_PRECISION, false);
    }

    private static List<ScoreCurve> of(String who, Comparison compared, RankedMetric metric, boolean roc) {
        requireScores(who, compared);
        RankedMetric.Ranks ranks = metric.ranks();
        compared.forEach(ranks::add);
        checkState(
                !ranks.broken(),
                "%s expects scores that are numbers but got NaN; withoutResult() says for how many examples",
                who);
        int count = ranks.count();
        boolean second = count == 1 && compared.task() == Task.CLASSIFICATION;
        IntFunction<String> names = number -> compared.named(second ? 1 : number);
        List<ScoreCurve> curves = new ArrayList<>();
        for (int number = 0; number < count; number++) {
            double[] own = ranks.own(number);
            double[] others = ranks.others(number);
            if (own.length > 0 && others.length > 0) {
                curves.add(
                        curve(names.apply(number), own, others, metric.measure().of(own, others), roc));
            }
        }
        checkState(
                !curves.isEmpty(),
                "%s expects examples of a class and others but got those of a single class alone",
                who);
        return curves;
    }

    static void requireScores(String who, Comparison compared) {
        checkState(
                compared.task() != Task.REGRESSION,
                "%s",
                compared.task().refusal(who, EnumSet.of(Task.CLASSIFICATION, Task.MULTI_LABEL)));
    }

    /** From the highest threshold to the lowest; what has the same score is told at once. */
    private static ScoreCurve curve(String name, double[] own, double[] others, double value, boolean roc) {
        List<double[]> points = new ArrayList<>();
        if (roc) {
            points.add(new double[] {0, 0});
        }
        int i = own.length;
        int j = others.length;
        double recall = 0;
        while (i > 0 || j > 0) {
            double threshold = Math.max(
                    i > 0 ? own[i - 1] : Double.NEGATIVE_INFINITY, j > 0 ? others[j - 1] : Double.NEGATIVE_INFINITY);
            while (i > 0 && own[i - 1] >= threshold) {
                i--;
            }
            while (j > 0 && others[j - 1] >= threshold) {
                j--;
            }
            double found = (double) (own.length - i) / own.length;
            double wrong = (double) others.length - j;
            if (roc) {
                points.add(new double[] {wrong / others.length, found});
            } else if (found > recall) {
                double precision = (own.length - i) / (own.length - i + wrong);
                points.add(new double[] {recall, precision});
                points.add(new double[] {found, precision});
                recall = found;
            }
        }
        return new ScoreCurve(
                name,
                points.stream().mapToDouble(point -> point[0]).toArray(),
                points.stream().mapToDouble(point -> point[1]).toArray(),
                value);
    }
}
