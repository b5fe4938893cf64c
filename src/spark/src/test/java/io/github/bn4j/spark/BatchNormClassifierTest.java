package io.github.bn4j.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.bn4j.GraphBuilder;
import io.github.bn4j.Network;
import io.github.bn4j.NetworkBuilder;
import io.github.bn4j.data.DataException;
import io.github.bn4j.data.Digits;
import io.github.bn4j.graph.Value;
import io.github.bn4j.layer.Dense;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.classification.OneVsRest;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.feature.IndexToString;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.CrossValidatorModel;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LocalSpark.class)
class BatchNormClassifierTest {

    private static Dataset<Row> digits(SparkSession spark) {
        io.github.bn4j.data.Dataset digits = Digits.load();
        return Frames.of(
                spark,
                io.github.bn4j.data.Dataset.of(digits.features().reshape(digits.size(), 64), digits.labels()),
                3);
    }

    private static NetworkBuilder network() {
        return Network.input(64).dense(32).batchNorm1d().relu().dense(10);
    }

    /** Points of two kinds on either side of a line. */
    private static Dataset<Row> points(SparkSession spark) {
        return spark.range(0, 200, 1, 3)
                .selectExpr("CAST(id AS INT) id", "sin(id) x", "cos(id * 1.7) y")
                .selectExpr("*", "IF(x + y > 0.2, 'yes', 'no') kind", "IF(x + y > 0.2, 1.0, 0.0) label");
    }

    private static Dataset<Row> assembled(Dataset<Row> points) {
        return new VectorAssembler()
                .setInputCols(new String[] {"x", "y"})
                .setOutputCol("features")
                .transform(points);
    }

    private static BatchNormClassifier ofPoints() {
        return BatchNormClassifier.of(
                        Network.input(2).dense(7).batchNorm1d().relu().dense(2))
                .setMaxIter(8)
                .setBatchSize(20)
                .setStepSize(0.02);
    }

    @Test
    void classifiesTheDigits(SparkSession spark) {
        Dataset<Row>[] parts = digits(spark).randomSplit(new double[] {0.8, 0.2}, 1);
        Dataset<Row> train = parts[0];
        Dataset<Row> test = parts[1];

        Dataset<Row> scored = BatchNormClassifier.of(
                        Network.input(64).dense(32).batchNorm1d().relu().dense(10))
                .setFeaturesCol("features")
                .setLabelCol("label")
                .fit(train)
                .transform(test);

        assertThat(scored.columns())
                .containsExactly("id", "features", "label", "rawPrediction", "probability", "prediction");
        assertThat(new MulticlassClassificationEvaluator()
                        .setMetricName("accuracy")
                        .evaluate(scored))
                .isGreaterThan(0.92);
    }

    @Test
    void givesTheSameModelForTheSameSeed(SparkSession spark) {
        Dataset<Row> data = assembled(points(spark));

        List<Row> first = ofPoints().fit(data).transform(data).collectAsList();

        assertThat(ofPoints().fit(data).transform(data).collectAsList()).isEqualTo(first);
        assertThat(ofPoints().setSeed(7).fit(data).transform(data).collectAsList())
                .isNotEqualTo(first);
    }

    @Test
    void predictsOneRowAsManyAtOnce(SparkSession spark) {
        Dataset<Row> data = assembled(points(spark));
        BatchNormClassificationModel model = ofPoints().fit(data);

        for (Row row : model.transform(data).limit(20).collectAsList()) {
            Vector features = row.getAs("features");
            assertThat(model.predictRaw(features).toArray())
                    .containsExactly(row.<Vector>getAs("rawPrediction").toArray(), within(1e-6));
            assertThat(model.predictProbability(features).toArray())
                    .containsExactly(row.<Vector>getAs("probability").toArray(), within(1e-6));
            assertThat(model.predict(features)).isEqualTo(row.<Double>getAs("prediction"));
        }
        assertThat(model.numClasses()).isEqualTo(2);
        assertThat(model.numFeatures()).isEqualTo(2);
        assertThat(model.history().orElseThrow().epochs()).hasSize(8);
        assertThat(model.network()
                        .predict(org.nd4j.linalg.factory.Nd4j.ones(1, 2))
                        .shape())
                .containsExactly(1, 2);
    }

    @Test
    void standsInAPipelineAndGoesThroughAFolder(SparkSession spark, @TempDir Path folder) throws IOException {
        Dataset<Row> data = points(spark).drop("label");
        StringIndexer indexer = new StringIndexer().setInputCol("kind").setOutputCol("label");
        VectorAssembler assembler =
                new VectorAssembler().setInputCols(new String[] {"x", "y"}).setOutputCol("features");
        IndexToString names = new IndexToString()
                .setInputCol("prediction")
                .setOutputCol("predictedLabel")
                .setLabels(new String[] {"no", "yes"});
        Pipeline pipeline = new Pipeline().setStages(new PipelineStage[] {indexer, assembler, ofPoints(), names});

        PipelineModel model = pipeline.fit(data);
        List<Row> expected = model.transform(data).collectAsList();
        model.write().overwrite().save(folder.resolve("model").toString());
        pipeline.write().overwrite().save(folder.resolve("pipeline").toString());

        assertThat(PipelineModel.load(folder.resolve("model").toString())
                        .transform(data)
                        .collectAsList())
                .isEqualTo(expected);
        assertThat(Pipeline.load(folder.resolve("pipeline").toString())
                        .fit(data)
                        .transform(data)
                        .collectAsList())
                .isEqualTo(expected);
        long right = expected.stream()
                .filter(row -> row.getAs("kind").equals(row.getAs("predictedLabel")))
                .count();
        assertThat(right).isGreaterThan(180);
    }

    @Test
    void writesAFileThatTheNetworkIsLoadedFrom(SparkSession spark, @TempDir Path folder) throws IOException {
        Dataset<Row> data = assembled(points(spark));
        BatchNormClassifier estimator = ofPoints().setPredictionCol("p").setThresholds(new double[] {0.3, 0.7});
        BatchNormClassificationModel model = estimator.fit(data);
        String path = folder.resolve("model").toString();
        model.save(path);

        BatchNormClassificationModel again = BatchNormClassificationModel.load(path);
        Network network = Network.load(folder.resolve("model/network.safetensors"));

        assertThat(again.uid()).isEqualTo(model.uid()).isEqualTo(estimator.uid());
        assertThat(again.getPredictionCol()).isEqualTo("p");
        assertThat(again.getThresholds()).containsExactly(0.3, 0.7);
        assertThat(explained(again)).isEqualTo(explained(model));
        assertThat(again.history()).isEmpty();
        assertThat(network.parameters().trainable())
                .isEqualTo(model.network().parameters().trainable());
        assertThatThrownBy(() -> model.save(path)).isInstanceOf(IOException.class);
        estimator.save(folder.resolve("estimator").toString());
        BatchNormClassifier loaded =
                BatchNormClassifier.load(folder.resolve("estimator").toString());
        assertThat(explained(loaded)).isEqualTo(explained(estimator));
        assertThat(loaded.fit(data).transform(data).collectAsList())
                .isEqualTo(model.transform(data).collectAsList());
        assertThatThrownBy(() -> BatchNormClassifier.load(path))
                .hasMessageContaining("Expected class name " + BatchNormClassifier.class.getName());
    }

    /** All params; of arrays Spark prints where they are in memory. */
    private static String explained(Params params) {
        return params.explainParams().replaceAll("\\[D@\\w+", "array");
    }

    @Test
    void isChosenByCrossValidation(SparkSession spark, @TempDir Path folder) throws IOException {
        Dataset<Row> data = assembled(points(spark));
        BatchNormClassifier estimator = ofPoints();
        ParamMap[] grid = new ParamGridBuilder()
                .addGrid(estimator.stepSize(), new double[] {1e-7, 0.02})
                .build();

        CrossValidatorModel model = new CrossValidator()
                .setEstimator(estimator)
                .setEvaluator(new MulticlassClassificationEvaluator().setMetricName("accuracy"))
                .setEstimatorParamMaps(grid)
                .setNumFolds(2)
                .setParallelism(2)
                .setSeed(3)
                .fit(data);

        assertThat(model.avgMetrics()[1]).isGreaterThan(0.85).isGreaterThan(model.avgMetrics()[0]);
        BatchNormClassificationModel best = (BatchNormClassificationModel) model.bestModel();
        assertThat(((BatchNormClassifier) best.parent()).getStepSize()).isEqualTo(0.02);
        model.save(folder.resolve("cv").toString());
        assertThat(CrossValidatorModel.load(folder.resolve("cv").toString())
                        .transform(data)
                        .collectAsList())
                .isEqualTo(model.transform(data).collectAsList());
    }

    @Test
    void isABinaryClassifierForOneVsRest(SparkSession spark) {
        Dataset<Row> data = assembled(points(spark));

        Dataset<Row> scored =
                new OneVsRest().setClassifier(ofPoints()).fit(data).transform(data);

        assertThat(new MulticlassClassificationEvaluator()
                        .setMetricName("accuracy")
                        .evaluate(scored))
                .isGreaterThan(0.9);
    }

    @Test
    void tellsTwoClassesByALogitAndByTheirNames(SparkSession spark) {
        Dataset<Row> data = assembled(points(spark)).drop("label");
        BatchNormClassifier estimator = BatchNormClassifier.of(
                        Network.input(2).dense(7).batchNorm1d().relu().dense(1))
                .setLabelCol("kind")
                .setMaxIter(8)
                .setBatchSize(20)
                .setStepSize(0.02)
                .setPredictedLabelCol("name");

        BatchNormClassificationModel model = estimator.fit(data);
        List<Row> rows = model.transform(data).collectAsList();

        assertThat(model.numClasses()).isEqualTo(2);
        assertThat(model.transform(data).schema()).isEqualTo(estimator.transformSchema(data.schema()));
        long right = 0;
        for (Row row : rows) {
            Vector raw = row.getAs("rawPrediction");
            Vector probability = row.getAs("probability");
            assertThat(raw.apply(0)).isEqualTo(-raw.apply(1));
            assertThat(probability.apply(0) + probability.apply(1)).isCloseTo(1, within(1e-12));
            assertThat(model.predictRaw(row.getAs("features")).toArray()).containsExactly(raw.toArray(), within(1e-6));
            assertThat(model.predictProbability(row.getAs("features")).toArray())
                    .containsExactly(probability.toArray(), within(1e-6));
            right += row.getAs("name").equals(row.getAs("kind")) ? 1 : 0;
        }
        assertThat(right).isGreaterThan(180);
    }

    @Test
    void weighsExamples(SparkSession spark) {
        Dataset<Row> data = assembled(points(spark));
        Dataset<Row> weighted = data.withColumn("w", functions.expr("IF(kind = 'yes', 1.0, 0.0)"));

        Dataset<Row> scored = ofPoints().setWeightCol("w").fit(weighted).transform(data);

        assertThat(scored.filter("prediction = 1").count()).isGreaterThan(190);
    }

    @Test
    void foldsBatchNormsForPredictions(SparkSession spark) {
        Dataset<Row> data = assembled(points(spark));
        List<Row> plain = ofPoints().fit(data).transform(data).collectAsList();

        BatchNormClassificationModel model =
                ofPoints().setFoldForInference(true).fit(data);

        assertThat(model.getOrDefault(model.foldForInference())).isEqualTo(true);
        List<Row> folded = model.transform(data).collectAsList();
        for (int i = 0; i < plain.size(); i++) {
            assertThat(folded.get(i).<Vector>getAs("rawPrediction").toArray())
                    .containsExactly(plain.get(i).<Vector>getAs("rawPrediction").toArray(), within(1e-4));
        }
    }

    @Test
    void givesTheSameModelOnSeveralWorkers(SparkSession spark) {
        Dataset<Row> data = assembled(points(spark));
        List<Row> one = ofPoints().setMaxIter(2).fit(data).transform(data).collectAsList();

        List<Row> two = ofPoints()
                .setMaxIter(2)
                .setNumWorkers(2)
                .fit(data)
                .transform(data)
                .collectAsList();

        for (int i = 0; i < one.size(); i++) {
            assertThat(two.get(i).<Vector>getAs("rawPrediction").toArray())
                    .containsExactly(one.get(i).<Vector>getAs("rawPrediction").toArray(), within(1e-4));
        }
    }

    @Test
    void leavesNoExampleAloneInALastBatch(SparkSession spark) {
        Dataset<Row> data = assembled(points(spark)).filter("id < 41");

        assertThat(ofPoints().fit(data).transform(data).count()).isEqualTo(41);
    }

    @Test
    void goesOnFromANetwork(SparkSession spark) {
        Dataset<Row> data = assembled(points(spark));
        Network trained = ofPoints().fit(data).network();

        Dataset<Row> scored = BatchNormClassifier.of(trained)
                .setMaxIter(1)
                .setStepSize(1e-6)
                .fit(data)
                .transform(data);

        assertThat(new MulticlassClassificationEvaluator()
                        .setMetricName("accuracy")
                        .evaluate(scored))
                .isGreaterThan(0.9);
    }

    @Test
    void copiesItsParamsUnderTheSameName(SparkSession spark) {
        BatchNormClassifier estimator = ofPoints();

        BatchNormClassifier copy = estimator.copy(new ParamMap().put(estimator.maxIter(), 3));

        assertThat(copy.uid()).isEqualTo(estimator.uid()).startsWith("batchNormClassifier_");
        assertThat(copy.getMaxIter()).isEqualTo(3);
        assertThat(estimator.getMaxIter()).isEqualTo(8);
        assertThat(copy.getBatchSize()).isEqualTo(20);
        assertThat(copy.getSeed()).isEqualTo(42);
        assertThat(copy.getNumWorkers()).isEqualTo(1);
        assertThat(copy.getWeightCol()).isEmpty();
        assertThat(copy.explainParams()).contains("stepSize: learning rate of Adam (default: 0.001, current: 0.02)");
    }

    @Test
    void takesArraysAndNumbers(SparkSession spark) {
        Dataset<Row> arrays = points(spark).selectExpr("array(x, y) features", "label");
        Dataset<Row> numbers = points(spark).selectExpr("CAST(x AS FLOAT) features", "IF(x > 0, 1, 0) label");

        assertThat(ofPoints().fit(arrays).transform(arrays).count()).isEqualTo(200);
        assertThat(BatchNormClassifier.of(
                                Network.input(1).dense(3).batchNorm1d().relu().dense(2))
                        .fit(numbers)
                        .transform(numbers)
                        .count())
                .isEqualTo(200);
    }

    @Test
    void refusesWhatDoesNotFitBeforeItTrains(SparkSession spark) {
        Dataset<Row> data = assembled(points(spark));

        assertThatThrownBy(() -> ofPoints().setFeaturesCol("kind").fit(data))
                .isInstanceOf(DataException.class)
                .hasMessage(
                        "fit expects vectors, arrays of numbers or images in column \"kind\" for input \"features\" [2] but got"
                                + " string; make vectors of columns of numbers by VectorAssembler");
        assertThatThrownBy(() -> ofPoints()
                        .transformSchema(
                                data.withColumn("prediction", functions.lit(1)).schema()))
                .hasMessageStartingWith("transform expects a DataFrame without a column \"prediction\" but got [");
        Dataset<Row> three = data.withColumn("label", functions.expr("id % 3"));
        assertThatThrownBy(() -> ofPoints().fit(three))
                .isInstanceOf(DataException.class)
                .hasMessageMatching(
                        "fit expects class numbers from 0 to 1 in column \"label\" but got 2.0 in row \\d+ of"
                                + " partition \\d \\{label=2\\}; number the classes from 0, and give the network one output per class");
        assertThatThrownBy(() -> ofPoints().fit(data.filter("false")))
                .hasMessage("fit expects at least one row but got none; check what the data are filtered by");
        assertThatThrownBy(() -> ofPoints().setMaxIter(0)).hasMessageContaining("maxIter");
    }

    @Test
    void refusesNetworksThatAreNoClassifiers() {
        assertThatThrownBy(() -> BatchNormClassifier.of(Network.input(1, 4, 4).conv2d(3, 1)))
                .hasMessage(
                        "BatchNormClassifier expects a score for each class [classes] at the end of the network but got [3,"
                                + " 4, 4]; flatten it before the last layer");
        GraphBuilder builder = new GraphBuilder();
        Value x = builder.input("x", 2);
        Network two = builder.build(builder.call("a", Dense.of(2), x), builder.call("b", Dense.of(2), x));
        assertThatThrownBy(() -> BatchNormClassifier.of(two))
                .hasMessage(
                        "BatchNormClassifier expects a network with one input and one output but got [x] and [a, b]; use"
                                + " SparkTrainer");
    }

    @Test
    void namesRowsThatCannotBeUsedInTraining(SparkSession spark) {
        Dataset<Row> data = spark.createDataFrame(
                List.of(
                        RowFactory.create(1, Vectors.dense(1, 2), 1.0),
                        RowFactory.create(2, Vectors.dense(1, Double.NaN), 0.0)),
                new StructType()
                        .add("id", "int")
                        .add("features", org.apache.spark.ml.linalg.SQLDataTypes.VectorType())
                        .add("label", "double"));

        assertThatThrownBy(() -> ofPoints().fit(data.coalesce(1)))
                .isInstanceOf(DataException.class)
                .hasMessage(
                        "fit expects finite numbers in column \"features\" but got NaN as element 1 in row 1 of partition 0"
                                + " {label=0.0}; clean or impute the data");
    }
}
