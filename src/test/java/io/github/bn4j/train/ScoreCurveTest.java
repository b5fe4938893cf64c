package io.github.bn4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class ScoreCurveTest {

    /** The example of scikit-learn's roc_curve and precision_recall_curve: labels 0, 0, 1, 1 and scores 0.1, 0.4, 0.35, 0.8. */
    private static final Evaluation TWO = Evaluation.of(
            Nd4j.createFromArray(new double[][] {{0, 0.1}, {0, 0.4}, {0, 0.35}, {0, 0.8}}),
            Nd4j.createFromArray(0d, 0, 1, 1));

    @Test
    void hasThePointsOfTheExampleOfScikitLearn() {
        ScoreCurve roc = TWO.rocCurves().get(0);
        assertThat(TWO.rocCurves()).hasSize(1);
        assertThat(roc.name()).isEqualTo("1");
        assertThat(roc.x()).containsExactly(0, 0, 0.5, 0.5, 1);
        assertThat(roc.y()).containsExactly(0, 0.5, 0.5, 1, 1);
        assertThat(roc.value()).isEqualTo(0.75);
        assertThat(roc).hasToString("ScoreCurve[1, 5 points, 0.7500]");
        ScoreCurve precision = TWO.precisionRecallCurves().get(0);
        assertThat(precision.x()).containsExactly(0, 0.5, 0.5, 1);
        assertThat(precision.y()).containsExactly(1, 1, 2 / 3.0, 2 / 3.0);
        assertThat(precision.value()).isCloseTo(0.8333333333333333, within(1e-15));
    }

    @Test
    void hasTheAreaOfItsMetricAlsoWithEqualScores() {
        Random random = new Random(7);
        double[][] scores = new double[300][4];
        double[] labels = new double[300];
        for (int row = 0; row < 300; row++) {
            labels[row] = random.nextInt(4);
            for (int number = 0; number < 4; number++) {
                scores[row][number] = Math.rint(4 * random.nextGaussian() + (number == labels[row] ? 3 : 0)) / 4;
            }
        }
        Evaluation evaluation = Evaluation.of(Nd4j.createFromArray(scores), Nd4j.createFromArray(labels));
        List<ScoreCurve> roc = evaluation.rocCurves();
        List<ScoreCurve> precision = evaluation.precisionRecallCurves();
        assertThat(roc).hasSize(4).allSatisfy(each -> assertThat(area(each)).isCloseTo(each.value(), within(1e-12)));
        assertThat(precision).hasSize(4).allSatisfy(each -> assertThat(area(each))
                .isCloseTo(each.value(), within(1e-12)));
        assertThat(mean(roc)).isCloseTo(evaluation.rocAuc(), within(1e-12));
        assertThat(mean(precision)).isCloseTo(evaluation.averagePrecision(), within(1e-12));
        assertThat(evaluation.reliability().value()).isEqualTo(evaluation.calibrationError());
    }

    /** By trapezes. */
    private static double area(ScoreCurve curve) {
        double[] x = curve.x();
        double[] y = curve.y();
        double area = 0;
        for (int i = 1; i < x.length; i++) {
            area += (x[i] - x[i - 1]) * (y[i] + y[i - 1]) / 2;
        }
        return area;
    }

    private static double mean(List<ScoreCurve> curves) {
        return curves.stream().mapToDouble(ScoreCurve::value).average().orElseThrow();
    }

    @Test
    void saysHowOftenWhatWasToldIsRight() {
        double surely = Math.log(3);
        INDArray logits = Nd4j.createFromArray(new double[][] {{surely}, {surely}, {surely}, {surely}, {-surely}});
        ScoreCurve curve = Evaluation.of(
                        logits, Nd4j.createFromArray(new double[][] {{1}, {1}, {0}, {0}, {0}}), Task.MULTI_LABEL)
                .reliability();
        assertThat(curve.x()).hasSize(2);
        assertThat(curve.x()[0]).isCloseTo(0.25, within(1e-12));
        assertThat(curve.x()[1]).isCloseTo(0.75, within(1e-12));
        assertThat(curve.y()).containsExactly(new double[] {0, 0.5}, within(1e-12));
        assertThat(curve.value()).isCloseTo((4 * 0.25 + 0.25) / 5, within(1e-12));
    }

    @Test
    void leavesOutWhatNoExampleIsOf() {
        Evaluation evaluation = Evaluation.of(Nd4j.rand(6, 3), Nd4j.createFromArray(0d, 2, 0, 2, 0, 0));
        assertThat(evaluation.rocCurves().stream().map(ScoreCurve::name)).containsExactly("0", "2");
    }

    @Test
    void refusesWhatHasNoCurve() {
        Evaluation single = Evaluation.of(Nd4j.rand(3, 2), Nd4j.zeros(3));
        assertThatThrownBy(single::rocCurves)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("rocCurves expects examples of a class and others but got those of a single class alone");
        Evaluation regression = Evaluation.of(Nd4j.rand(3, 1), Nd4j.rand(3, 1));
        assertThatThrownBy(regression::precisionRecallCurves)
                .hasMessage(
                        "precisionRecallCurves expects a classification but got a regression; use meanSquaredError() or"
                                + " meanAbsoluteError()");
        assertThatThrownBy(regression::reliability)
                .hasMessageStartingWith("reliability expects a classification but got a regression");
        INDArray broken = Nd4j.rand(3, 2);
        broken.putScalar(1, 1, Double.NaN);
        Evaluation without = Evaluation.of(broken, Nd4j.createFromArray(0d, 1, 0));
        assertThatThrownBy(without::rocCurves)
                .hasMessage(
                        "rocCurves expects scores that are numbers but got NaN; withoutResult() says for how many examples");
        assertThatThrownBy(without::reliability)
                .hasMessage(
                        "reliability expects scores that are numbers but got NaN; withoutResult() says for how many examples");
    }
}
