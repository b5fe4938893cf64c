package io.github.bn4j.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.bn4j.Network;
import io.github.bn4j.data.DataException;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.data.Digits;
import io.github.bn4j.layer.Padding;
import io.github.bn4j.norm.BatchNormReport;
import io.github.bn4j.norm.NormFinding;
import io.github.bn4j.norm.Recalibration;
import io.github.bn4j.train.Adam;
import io.github.bn4j.train.Loss;
import java.util.List;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

@ExtendWith(LocalSpark.class)
class SparkBatchNormTest {

    private static final Dataset DIGITS = flat(Digits.load().slice(0, 1001));

    private static Dataset flat(Dataset digits) {
        return Dataset.of(digits.features().castTo(DataType.DOUBLE).reshape(digits.size(), 64), digits.labels());
    }

    /** Three batch norms one behind another, one of them in a branch, after some steps of training. */
    private static Network trained(DataType type) {
        Network net = Network.input(64)
                .reshape(1, 8, 8)
                .conv2d(5, 3, Padding.SAME)
                .batchNorm2d()
                .relu()
                .residual(branch -> branch.conv2d(5, 3, Padding.SAME).batchNorm2d())
                .relu()
                .flatten()
                .dense(13)
                .batchNorm1d()
                .relu()
                .dense(10)
                .build(11, type);
        net.trainer()
                .optimizer(Adam.of(1e-2))
                .loss(Loss.softmaxCrossEntropy())
                .maxSteps(4)
                .batchSize(64)
                .fit(DIGITS);
        return net;
    }

    private static double[] state(Network net) {
        return net.parameters().state().dup('c').data().asDouble();
    }

    private static void assertClose(double[] actual, double[] expected, double relative) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < actual.length; i++) {
            assertThat(actual[i])
                    .as("element %s", i)
                    .isCloseTo(expected[i], within(relative * Math.max(1, Math.abs(expected[i]))));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 40})
    void replacesRunningAveragesAsOneMachineDoes(int partitions, SparkSession spark) {
        Network one = trained(DataType.DOUBLE);
        Network many = trained(DataType.DOUBLE);
        Recalibration expected = one.recalibrate(DIGITS);

        Recalibration actual = SparkBatchNorm.of(many).recalibrate(Frames.of(spark, DIGITS, partitions), "features");

        assertClose(state(many), state(one), 1e-12);
        assertThat(actual.examples()).isEqualTo(1001);
        assertThat(actual.changes()).hasSize(3);
        for (int i = 0; i < 3; i++) {
            assertThat(actual.changes().get(i).layer())
                    .isEqualTo(expected.changes().get(i).layer());
            assertThat(actual.changes().get(i).count())
                    .isEqualTo(expected.changes().get(i).count());
            assertThat(actual.changes().get(i).meanDrift())
                    .isCloseTo(expected.changes().get(i).meanDrift(), within(1e-9));
        }
    }

    @Test
    void measuresFloat32AsOneMachineDoes(SparkSession spark) {
        Network one = trained(DataType.FLOAT);
        Network many = trained(DataType.FLOAT);
        one.recalibrate(DIGITS);

        SparkBatchNorm.of(many).recalibrate(Frames.of(spark, DIGITS, 3), "features");

        assertClose(state(many), state(one), 1e-5);
    }

    @Test
    void takesPartitionsWithoutRowsAndWithOneRow(SparkSession spark) {
        Network one = trained(DataType.DOUBLE);
        Network many = trained(DataType.DOUBLE);
        one.recalibrate(DIGITS.slice(0, 16));

        SparkBatchNorm.of(many)
                .recalibrate(Frames.of(spark, DIGITS, 64).filter("id < 16"), "features"); // 15 rows, 1 row, none in 62

        assertClose(state(many), state(one), 1e-12);
    }

    @Test
    void keepsTheDigitsOfAVarianceBesideALargeMean(SparkSession spark) {
        INDArray far = Nd4j.rand(DataType.DOUBLE, 5000, 3).addi(1e6);
        Dataset data = Dataset.of(far, Nd4j.zeros(DataType.DOUBLE, 5000));
        Network one = Network.input(3).batchNorm1d().dense(1).build(1, DataType.DOUBLE);
        Network many = Network.input(3).batchNorm1d().dense(1).build(1, DataType.DOUBLE);
        one.recalibrate(data);

        SparkBatchNorm.of(many).recalibrate(Frames.of(spark, data, 7), "features");

        double[] variance = far.dup().subi(1e6).var(true, 0).toDoubleVector();
        double[] measured =
                many.parameters().get("batchnorm1d_1.runningVariance").toDoubleVector();
        for (int c = 0; c < 3; c++) {
            assertThat(measured[c]).isCloseTo(variance[c], within(1e-8));
        }
        assertClose(state(many), state(one), 1e-9);
    }

    @Test
    void givesTheSameBitsAgain(SparkSession spark) {
        Network first = trained(DataType.FLOAT);
        Network second = trained(DataType.FLOAT);

        SparkBatchNorm.of(first).recalibrate(Frames.of(spark, DIGITS, 50), "features");
        SparkBatchNorm.of(second).recalibrate(Frames.of(spark, DIGITS, 50), "features");

        assertThat(state(second)).isEqualTo(state(first));
    }

    @Test
    void leavesOtherLayersAlone(SparkSession spark) {
        Network one = trained(DataType.DOUBLE);
        Network many = trained(DataType.DOUBLE);
        one.recalibrate(DIGITS, "batchnorm1d_*");

        Recalibration changes =
                SparkBatchNorm.of(many).recalibrate(Frames.of(spark, DIGITS, 2), "features", "batchnorm1d_*");

        assertThat(changes.changes()).hasSize(1);
        assertClose(state(many), state(one), 1e-12);
    }

    @Test
    void leavesTheNetworkAsItWasWhenARowCannotBeUsed(SparkSession spark) {
        Network net = trained(DataType.DOUBLE);
        double[] before = state(net);
        StructType schema = new StructType().add("features", SQLDataTypes.VectorType());
        List<Row> rows = List.of(RowFactory.create(Vectors.zeros(64)), RowFactory.create(Vectors.zeros(63)));

        assertThatThrownBy(() -> SparkBatchNorm.of(net)
                        .recalibrate(spark.createDataFrame(rows, schema).coalesce(1), "features"))
                .isInstanceOf(DataException.class)
                .hasMessage(
                        "recalibrate expects vectors of 64 numbers in column \"features\" but got 63 numbers in row 1 of"
                                + " partition 0; assemble all vectors alike");
        assertThatThrownBy(
                        () -> SparkBatchNorm.of(net).recalibrate(spark.createDataFrame(List.of(), schema), "features"))
                .hasMessage("recalibrate expects at least one row but got none; check what the data are filtered by");
        assertThatThrownBy(() -> SparkBatchNorm.of(net)
                        .recalibrate(spark.createDataFrame(rows.subList(0, 1), schema), "features", "batchnorm1d_1"))
                .hasMessage(
                        "recalibrate expects more than one value per channel before \"batchnorm1d_1\" but got 1; use more"
                                + " examples");
        assertThat(state(net)).isEqualTo(before);
    }

    @Test
    void reportsWhatOneMachineReports(SparkSession spark) {
        Network net = trained(DataType.DOUBLE);
        double[] before = net.parameters().trainable().dup().data().asDouble();
        BatchNormReport expected = net.batchNormReport(DIGITS, 16);

        BatchNormReport actual = SparkBatchNorm.of(net)
                .report(Frames.of(spark, DIGITS, 3).orderBy(functions.rand(5)), "features", "label", 16);

        assertThat(actual.examples()).isEqualTo(1001);
        assertThat(actual.norms()).hasSize(3);
        for (int i = 0; i < 3; i++) {
            BatchNormReport.Norm own = actual.norms().get(i);
            BatchNormReport.Norm other = expected.norms().get(i);
            assertThat(own.layer()).isEqualTo(other.layer());
            assertThat(own.count()).isEqualTo(other.count());
            for (int c = 0; c < own.channels().size(); c++) {
                assertThat(own.channels().get(c).mean())
                        .isCloseTo(other.channels().get(c).mean(), within(1e-12));
                assertThat(own.channels().get(c).variance())
                        .isCloseTo(other.channels().get(c).variance(), within(1e-12));
            }
            // Batches are of other rows; the noise of 60 of them is known to about a tenth.
            assertThat(own.noise()).isCloseTo(other.noise(), within(0.2 * other.noise()));
        }
        assertThat(actual.gap().difference())
                .isCloseTo(
                        expected.gap().difference(), within(0.1 * expected.gap().difference()));
        assertThat(actual.gap().predictionLoss())
                .isCloseTo(
                        expected.gap().predictionLoss(),
                        within(0.05 * expected.gap().predictionLoss()));
        assertThat(actual.findings(NormFinding.WARM_UP)).hasSameSizeAs(expected.findings(NormFinding.WARM_UP));
        assertThat(net.parameters().trainable().dup().data().asDouble()).isEqualTo(before);
    }

    @Test
    void reportsToTheBitWhereThePartitionIsOneBatch(SparkSession spark) {
        Network net = trained(DataType.DOUBLE);
        Dataset few = DIGITS.slice(0, 24);
        BatchNormReport expected = net.batchNormReport(few, 24);

        BatchNormReport actual = SparkBatchNorm.of(net).report(Frames.of(spark, few, 1), "features", "label", 24);

        assertThat(actual.gap().difference()).isCloseTo(expected.gap().difference(), within(1e-12));
        assertThat(actual.gap().trainingLoss()).isCloseTo(expected.gap().trainingLoss(), within(1e-12));
        assertThat(actual.gap().predictionLoss()).isCloseTo(expected.gap().predictionLoss(), within(1e-12));
        assertThat(actual.gap().disagreement()).isEqualTo(expected.gap().disagreement());
        assertThat(actual.norms().get(0).noise()).isNaN();
        assertThatThrownBy(() -> SparkBatchNorm.of(net).report(Frames.of(spark, few, 3), "features"))
                .hasMessage(
                        "batchNormReport expects a partition with at least 32 rows, a batch in training mode, but got 8 in"
                                + " the largest; coalesce them, or ask for smaller batches");
    }
}
