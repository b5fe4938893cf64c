package io.github.bn4j.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.bn4j.Network;
import io.github.bn4j.NetworkBuilder;
import io.github.bn4j.data.DataException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.evaluation.RegressionEvaluator;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.CrossValidatorModel;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LocalSpark.class)
class BatchNormRegressorTest {

    /** Points and the height of a bumpy hill. */
    private static Dataset<Row> points(SparkSession spark) {
        return spark.range(0, 200, 1, 3)
                .selectExpr("CAST(id AS INT) id", "sin(id) x", "cos(id * 1.7) y")
                .selectExpr("*", "x * y + x label", "IF(id % 2 = 0, 1.0, 0.0) w");
    }

    private static VectorAssembler assembler() {
        return new VectorAssembler().setInputCols(new String[] {"x", "y"}).setOutputCol("features");
    }

    private static NetworkBuilder network() {
        return Network.input(2).dense(16).batchNorm1d().relu().dense(1);
    }

    private static BatchNormRegressor regressor() {
        return BatchNormRegressor.of(network()).setMaxIter(20).setBatchSize(20).setStepSize(0.02);
    }

    private static double rSquared(Dataset<Row> scored) {
        return new RegressionEvaluator().setMetricName("r2").evaluate(scored);
    }

    @Test
    void predictsNumbersInAPipelineThatGoesThroughAFolder(SparkSession spark, @TempDir Path folder) throws IOException {
        Dataset<Row> data = points(spark);
        Pipeline pipeline = new Pipeline().setStages(new PipelineStage[] {assembler(), regressor()});
        String path = folder.resolve("pipeline").toString();
        pipeline.write().save(path);
        PipelineModel model = Pipeline.load(path).fit(data);
        Dataset<Row> scored = model.transform(data);
        assertThat(scored.columns()).containsExactly("id", "x", "y", "label", "w", "features", "prediction");
        assertThat(rSquared(scored)).isGreaterThan(0.9);

        String stored = folder.resolve("model").toString();
        model.write().save(stored);
        List<Row> expected = scored.collectAsList();
        assertThat(PipelineModel.load(stored).transform(data).collectAsList()).isEqualTo(expected);
        BatchNormRegressionModel own = (BatchNormRegressionModel) model.stages()[1];
        assertThat(own.numFeatures()).isEqualTo(2);
        assertThat(own.history().orElseThrow().epochs()).hasSize(20);
        assertThat(own.network().predict(new double[] {0.3, -0.2})).hasSize(1);
        for (Row row : expected.subList(0, 5)) {
            assertThat(own.predict(row.<Vector>getAs("features"))).isCloseTo(row.getAs("prediction"), within(1e-6));
        }
        assertThat(own.setFoldForInference(true)
                        .transform(assembler().transform(data))
                        .collectAsList()
                        .get(7)
                        .<Double>getAs("prediction"))
                .isCloseTo(expected.get(7).getAs("prediction"), within(1e-5));
    }

    @Test
    void isChosenByCrossValidation(SparkSession spark) {
        Dataset<Row> data = assembler().transform(points(spark));
        BatchNormRegressor regressor = regressor();
        ParamMap[] grid = new ParamGridBuilder()
                .addGrid(regressor.maxIter(), new int[] {1, 15})
                .build();
        CrossValidatorModel chosen = new CrossValidator()
                .setEstimator(regressor)
                .setEvaluator(new RegressionEvaluator())
                .setEstimatorParamMaps(grid)
                .setNumFolds(2)
                .fit(data);
        assertThat(chosen.avgMetrics()[1]).isLessThan(chosen.avgMetrics()[0]);
        assertThat(chosen.bestModel()).isInstanceOf(BatchNormRegressionModel.class);
        assertThat(((BatchNormRegressionModel) chosen.bestModel())
                        .history()
                        .orElseThrow()
                        .epochs())
                .hasSize(15);
    }

    @Test
    void givesTheSameOnSeveralWorkersAndAnotherByLossAndWeights(SparkSession spark) {
        Dataset<Row> data = assembler().transform(points(spark)).coalesce(1);
        BatchNormRegressor few = regressor().setMaxIter(2);
        List<Row> alone = few.fit(data).transform(data).collectAsList();
        List<Row> together = few.copy(ParamMap.empty())
                .setNumWorkers(2)
                .fit(data)
                .transform(data)
                .collectAsList();
        for (int i = 0; i < alone.size(); i++) {
            assertThat(together.get(i).<Double>getAs("prediction"))
                    .isCloseTo(alone.get(i).getAs("prediction"), within(1e-4));
        }
        assertThat(few.copy(ParamMap.empty())
                        .setLoss("huber")
                        .fit(data)
                        .transform(data)
                        .collectAsList())
                .isNotEqualTo(alone);
        assertThat(few.copy(ParamMap.empty())
                        .setWeightCol("w")
                        .fit(data)
                        .transform(data)
                        .collectAsList())
                .isNotEqualTo(alone);
    }

    @Test
    void refusesWhatDoesNotFitBeforeItTrains(SparkSession spark) {
        Dataset<Row> data = assembler().transform(points(spark));
        assertThatThrownBy(() -> regressor().setLabelCol("name").fit(data.selectExpr("features", "'a' name")))
                .isInstanceOf(DataException.class)
                .hasMessage(
                        "fit expects numbers in column \"name\" for output \"dense_2\" but got string; cast it, or take BatchNormClassifier for names of classes");
        assertThatThrownBy(() -> regressor().fit(data.withColumnRenamed("label", "prediction")))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith("fit expects a column \"label\" for output \"dense_2\" [1] but got [id, x, y,");
        assertThatThrownBy(() -> regressor()
                        .transformSchema(
                                data.withColumn("prediction", data.col("x")).schema()))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith("transform expects a DataFrame without a column \"prediction\" but got ");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BatchNormRegressor.of(Network.input(2).dense(3)))
                .withMessage(
                        "BatchNormRegressor expects one number [1] at the end of the network but got [3]; end it with dense(1), or use SparkTrainer");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BatchNormRegressor.of((Network) null))
                .withMessage("BatchNormRegressor expects a Network but got null");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> regressor().setLoss("hinge"))
                .withMessageContaining("hinge");
        assertThat(regressor().getLoss()).isEqualTo("squaredError");
    }
}
