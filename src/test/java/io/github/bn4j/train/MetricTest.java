package io.github.bn4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.bn4j.Network;
import io.github.bn4j.data.Dataset;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Where libraries disagree or go wrong: ties, classes that are absent, scores that saturate, numbers that are not defined. */
class MetricTest {

    private static final double NAN = Double.NaN;

    private static Evaluation classes(double[][] scores, double... labels) {
        return Evaluation.of(Nd4j.createFromArray(scores), Nd4j.createFromArray(labels), Task.CLASSIFICATION);
    }

    private static Evaluation labels(double[][] logits, double[][] labels) {
        return Evaluation.of(Nd4j.createFromArray(logits), Nd4j.createFromArray(labels), Task.MULTI_LABEL);
    }

    private static Evaluation numbers(double[] outputs, double... targets) {
        return Evaluation.of(Nd4j.createFromArray(outputs), Nd4j.createFromArray(targets), Task.REGRESSION);
    }

    /** Scores that are 1 for one class. */
    private static double[][] told(int classes, int... told) {
        double[][] scores = new double[told.length][classes];
        for (int row = 0; row < told.length; row++) {
            scores[row][told[row]] = 1;
        }
        return scores;
    }

    /** Scores of two classes that differ by the given numbers. */
    private static double[][] scores(double... differences) {
        double[][] scores = new double[differences.length][2];
        for (int row = 0; row < differences.length; row++) {
            scores[row][1] = differences[row];
        }
        return scores;
    }

    /** The values are those of scikit-learn with labels that occur; class 3 does not, class 2 is never told. */
    @Test
    void leavesClassesOutThatDoNotOccur() {
        Evaluation result = classes(told(4, 0, 1, 1, 1, 0, 1, 0, 0), 0, 0, 1, 1, 2, 2, 0, 1);

        assertThat(result.f1()).isCloseTo(0.38095238095238093, within(1e-15));
        assertThat(result.value(Metric.f1().micro())).isEqualTo(0.5);
        assertThat(result.value(Metric.f1().ofClass(2))).isZero();
        assertThat(result.value(Metric.f1().ofClass(3))).isNaN();
        assertThat(result.value(Metric.f1().ofClass(3).macro())).isEqualTo(result.f1());
        assertThat(result.iou()).isCloseTo(0.8 / 3, within(1e-15));
        assertThat(result.balancedAccuracy()).isCloseTo(4 / 9.0, within(1e-15));
        assertThat(result.matthews()).isCloseTo(0.2182178902359924, within(1e-15));
        assertThat(classes(told(3, 0, 2, 1), 0, 0, 1).balancedAccuracy())
                .as("class 2 is told only")
                .isEqualTo(0.75);
    }

    @Test
    void isUndefinedWhereAllIsOfOneClass() {
        Evaluation right = classes(told(2, 1, 1, 1), 1, 1, 1);
        Evaluation told = classes(told(2, 1, 1, 1, 1), 0, 1, 1, 0);

        assertThat(right.matthews()).isNaN();
        assertThat(told.matthews()).isNaN();
        assertThat(right.rocAuc()).isNaN();
        assertThat(classes(told(2, 0, 1, 1), 0, 0, 0).averagePrecision())
                .as("no example of class 1")
                .isNaN();
        assertThat(MetricValue.text(right.rocAuc())).isEqualTo("–");
    }

    /** The values are those of scikit-learn: 0.611 with half credit for ties, and steps instead of trapezes. */
    @Test
    void ranksEqualScoresAsOne() {
        Evaluation ties = classes(scores(0.1, 0.4, 0.4, 0.8, 0.4, 0.8), 0, 0, 1, 1, 1, 0);
        assertThat(ties.rocAuc()).isCloseTo(0.6111111111111112, within(1e-15));
        assertThat(ties.averagePrecision()).isCloseTo(0.5666666666666667, within(1e-15));
        assertThat(classes(scores(0, -0.0, 0, -0.0), 0, 1, 0, 1).averagePrecision())
                .isEqualTo(0.5);
    }

    @Test
    void ranksLogitsThatSaturateAsProbabilities() {
        assertThat(classes(scores(20, 30, 40, 50), 0, 0, 1, 1).rocAuc()).isEqualTo(1);
        assertThat(labels(new double[][] {{20}, {30}, {40}, {50}}, new double[][] {{0}, {0}, {1}, {1}})
                        .rocAuc())
                .isEqualTo(1);
        double[][] three = {{20, 0, 0}, {30, 0, 0}, {40, 0, 0}, {50, 0, 0}, {0, 9, 0}, {0, 0, 9}};
        assertThat(classes(three, 1, 2, 0, 0, 1, 2).value(Metric.rocAuc()))
                .as("by probability, of which no two are equal because of rounding")
                .isCloseTo((1 + ofClass(three, 1) + ofClass(three, 2)) / 3, within(1e-12));
    }

    /** The share of pairs of an example of a class and one of another that are in order, by probability, in plain loops. */
    private static double ofClass(double[][] scores, int number) {
        int[] labels = {1, 2, 0, 0, 1, 2};
        double pairs = 0;
        double right = 0;
        for (int i = 0; i < labels.length; i++) {
            for (int j = 0; j < labels.length; j++) {
                if (labels[i] == number && labels[j] != number) {
                    pairs++;
                    int order = Double.compare(logOdds(scores[i], number), logOdds(scores[j], number));
                    right += order > 0 ? 1 : order == 0 ? 0.5 : 0;
                }
            }
        }
        return right / pairs;
    }

    private static double logOdds(double[] scores, int number) {
        double others = 0;
        for (int i = 0; i < scores.length; i++) {
            others += i == number ? 0 : Math.exp(scores[i]);
        }
        return scores[number] - Math.log(others);
    }

    /** As argmax takes the first of equal scores: top 1 is the accuracy, where scikit-learn has 0.667 and others 0.333. */
    @Test
    void takesEqualScoresInTheOrderOfTheClasses() {
        double[][] scores = {{0.25, 0.25, 0.25, 0.25}, {0.4, 0.4, 0.1, 0.1}, {0.1, 0.1, 0.4, 0.4}};
        Evaluation result = classes(scores, 3, 1, 2);

        assertThat(result.topK(1)).isEqualTo(result.accuracy()).isCloseTo(1 / 3.0, within(1e-15));
        assertThat(result.topK(2)).isCloseTo(2 / 3.0, within(1e-15));
        assertThat(result.topK(4)).isEqualTo(1);
        assertThat(classes(new double[][] {{NAN, NAN}, {0, 1}}, 0, 1).topK(2)).isEqualTo(0.5);
    }

    @Test
    void takesExamplesWithoutResultForNoClass() {
        Evaluation result = classes(new double[][] {{NAN, 1}, {0, 1}, {2, 1}, {0, 3}}, 1, 1, 0, 1);

        assertThat(result.accuracy()).isEqualTo(0.75);
        assertThat(result.recall()).isCloseTo((1 + 2 / 3.0) / 2, within(1e-15));
        assertThat(result.precision()).isEqualTo(1);
        assertThat(result.logLoss()).isNaN();
        assertThat(result.rocAuc()).isNaN();
        assertThat(result.brier()).isNaN();
        assertThat(result.calibrationError()).isNaN();
    }

    @Test
    void takesTheLogLossFromLogits() {
        assertThat(classes(scores(-800, 800), 0, 1).logLoss()).isZero();
        assertThat(classes(scores(-800), 1).logLoss()).isEqualTo(800);
        assertThat(classes(scores(Double.NEGATIVE_INFINITY), 1).logLoss()).isInfinite();
        assertThat(classes(scores(Double.NEGATIVE_INFINITY), 0).logLoss()).isZero();
        assertThat(labels(new double[][] {{800, -800}}, new double[][] {{0, 0}}).logLoss())
                .isEqualTo(400);
    }

    /** The values of torchmetrics with 10 bins, where 1 is in the last. */
    @Test
    void closesTheLastBin() {
        double[] probabilities = {0.1, 0.35, 0.5, 0.5, 0.65, 0.9, 1, 0};
        double[][] logits = new double[8][1];
        for (int row = 0; row < 8; row++) {
            logits[row][0] = Math.log(probabilities[row] / (1 - probabilities[row]));
        }
        double[][] wanted = {{0}, {1}, {0}, {1}, {1}, {1}, {1}, {0}};
        Evaluation result = labels(logits, wanted);

        assertThat(result.value(Metric.calibrationError(10))).isCloseTo(0.15, within(1e-12));
        assertThat(result.brier()).isCloseTo(0.133125, within(1e-12));
    }

    /** A constant target has no variance, and one row has none either; far from 0, float32 sums would yield more than 1. */
    @Test
    void knowsWhereThereIsNoVariance() {
        assertThat(numbers(new double[] {2, 2, 3}, 2, 2, 2).r2()).isNaN();
        assertThat(numbers(new double[] {2, 2, 2}, 2, 2, 2).r2()).isEqualTo(1);
        assertThat(numbers(new double[] {2.5}, 2).r2()).isNaN();
        assertThat(numbers(new double[] {1e6 + 0.5, 1e6 + 1.5, 1e6 + 2.5, 1e6 + 3.5}, 1e6, 1e6 + 1, 1e6 + 2, 1e6 + 3)
                        .r2())
                .isCloseTo(0.8, within(1e-12));
        assertThat(numbers(new double[] {3, 4, 5}, 1, 2, 3).value(Metric.explainedVariance()))
                .isEqualTo(1);
        assertThat(numbers(new double[] {NAN, 4, 5}, 1, 2, 3).r2()).isNaN();
    }

    @Test
    void judgesEachPositionOfASegmentation() {
        INDArray scores = Nd4j.create(2, 3, 2, 2);
        INDArray wanted = Nd4j.zeros(2, 2, 2);
        for (int row = 0; row < 2; row++) {
            for (int position = 0; position < 4; position++) {
                int told = (position + row) % 3;
                scores.putScalar(new int[] {row, told, position / 2, position % 2}, 1);
                wanted.putScalar(new int[] {row, position / 2, position % 2}, position == 3 ? 0 : told);
            }
        }
        // Wanted 0 1 2 0 and 1 2 0 0, told 0 1 2 0 and 1 2 0 1.
        Evaluation result = Evaluation.of(scores, wanted);

        assertThat(result.task()).isEqualTo(Task.CLASSIFICATION);
        assertThat(result.examples()).isEqualTo(2);
        assertThat(result.accuracy()).isEqualTo(7 / 8.0);
        assertThat(result.confusion()).isDeepEqualTo(new int[][] {{3, 1, 0}, {0, 2, 0}, {0, 0, 2}});
        assertThat(result.iou()).isCloseTo((3 / 4.0 + 2 / 3.0 + 1) / 3, within(1e-15));
        assertThat(result.value(Metric.dice())).isEqualTo(result.f1());
    }

    @Test
    void namesTheClassesThatMeansLeaveOut() {
        INDArray scores = Nd4j.create(new double[][] {{3, 1, 0, 2}, {1, 5, 2, 1}, {0, 1, 4, 3}});
        Evaluation classes = Evaluation.of(scores, Nd4j.createFromArray(0.0, 1.0, 0.0));
        // Told are classes 0, 1 and 2.
        assertThat(classes.absentClasses()).containsExactly(2, 3);
        assertThat(classes.balancedAccuracy()).isEqualTo((0.5 + 1) / 2);
        assertThat(classes.recall()).isEqualTo((0.5 + 1 + 0) / 3);

        Evaluation labels = labels(new double[][] {{1, -1, -1}, {-1, -1, 1}}, new double[][] {{1, 0, 0}, {1, 0, 1}});
        assertThat(labels.absentClasses()).containsExactly(1);
        assertThat(labels).hasToString("Evaluation[2 examples, accuracy 0.8333, f1 0.8333, no example of [1]]");
        Evaluation numbers = Evaluation.of(scores, scores, Task.REGRESSION);
        assertThatThrownBy(numbers::absentClasses)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("absentClasses expects a classification but got a regression; use meanSquaredError() or"
                        + " meanAbsoluteError()");
    }

    @Test
    void judgesLabelsOneByOneAndTogether() {
        double[][] logits = {{1, -1, -1}, {-1, -1, 1}, {1, -1, -1}};
        double[][] wanted = {{1, 0, 1}, {0, 0, 1}, {1, 1, 0}};
        Evaluation result = labels(logits, wanted);

        assertThat(result.accuracy()).isCloseTo(7 / 9.0, within(1e-15));
        assertThat(result.value(Metric.exactMatch())).isCloseTo(1 / 3.0, within(1e-15));
        assertThat(result.value(Metric.f1().micro())).isCloseTo(0.75, within(1e-15));
        assertThat(result.f1()).isCloseTo(0.5555555555555555, within(1e-15));
        assertThat(result).hasToString("Evaluation[3 examples, accuracy 0.7778, f1 0.5556]");
        assertThatThrownBy(result::confusion)
                .hasMessage("confusion expects a classification with one class per example but got a multi-label"
                        + " classification; use accuracy() or f1()");
        assertThatThrownBy(() -> labels(logits, new double[][] {{1, 0, 1}, {0, 0.5, 1}, {1, 1, 0}}))
                .hasMessage("Evaluation expects labels 0 or 1 but got 0.5 in row 1; say 1 for each label that an"
                        + " example has");
    }

    /** How often scores are right for an even class: a metric that a user might write. */
    private record EvenClasses() implements Metric {

        @Override
        public String name() {
            return "evenClasses";
        }

        @Override
        public boolean higherIsBetter() {
            return true;
        }

        @Override
        public Tally tally() {
            return new Tally() {
                private double right;

                @Override
                public void add(Predictions some) {
                    for (int row = 0; row < some.size(); row++) {
                        right += some.told(row) % 2 == 0 && some.told(row) == some.label(row) ? 1 : 0;
                    }
                }

                @Override
                public void merge(Tally other) {
                    right += other.value();
                }

                @Override
                public double value() {
                    return right;
                }
            };
        }
    }

    @Test
    void takesAStrangersMetricLikeOurs() {
        Network net = Network.input(3).dense(4).build(1);
        Dataset data = Dataset.of(Nd4j.ones(300, 3), Nd4j.zeros(300));
        assertThat(net.evaluate(data).value(new EvenClasses())).isIn(0.0, 300.0);
    }

    @Test
    void saysWhatItIsFor() {
        Evaluation numbers = numbers(new double[] {1, 2}, 1, 2);
        Evaluation classes = classes(told(2, 0, 1), 0, 1);
        assertThatThrownBy(numbers::f1)
                .hasMessage("f1 expects a classification but got a regression; use meanSquaredError() or"
                        + " meanAbsoluteError()");
        assertThatThrownBy(classes::r2)
                .hasMessage("r2 expects a regression but got a classification; use accuracy() or confusion()");
        assertThatThrownBy(() -> classes.topK(3))
                .hasMessage("topK expects at most 2, the number of classes, but got 3; choose a smaller one");
        assertThatThrownBy(() -> Metric.topK(0)).hasMessage("topK expects at least 1 class but got 0");
        assertThatThrownBy(() -> classes.value(Metric.f1().ofClass(2)))
                .hasMessage("f1 expects a class from 0 to 1 but got 2; number the classes from 0");
        assertThatThrownBy(() -> Metric.recall().ofClass(-1))
                .hasMessage("recall expects the number of a class from 0 but got -1");
        assertThatThrownBy(() -> Metric.calibrationError(0))
                .hasMessage("calibrationError expects at least 1 bin but got 0");
    }
}
