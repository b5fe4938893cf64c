package io.github.bn4j.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.bn4j.GraphBuilder;
import io.github.bn4j.Network;
import io.github.bn4j.data.DataException;
import io.github.bn4j.data.Digits;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.graph.Value;
import io.github.bn4j.layer.Dense;
import io.github.bn4j.train.Adam;
import io.github.bn4j.train.Loss;
import io.github.bn4j.train.Task;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.SparkException;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

@ExtendWith(LocalSpark.class)
class SparkModelTest {

    private static final io.github.bn4j.data.Dataset DIGITS = flat(Digits.load());

    private static io.github.bn4j.data.Dataset flat(io.github.bn4j.data.Dataset digits) {
        return io.github.bn4j.data.Dataset.of(digits.features().reshape(digits.size(), 64), digits.labels());
    }

    private static Network classifier(DataType type) {
        Network net = Network.input(64)
                .reshape(1, 8, 8)
                .conv2d(12, 3)
                .batchNorm2d()
                .relu()
                .flatten()
                .dense(30)
                .batchNorm1d()
                .relu()
                .dense(10)
                .build(3, type);
        net.trainer()
                .optimizer(Adam.of(1e-2))
                .loss(Loss.softmaxCrossEntropy())
                .epochs(1)
                .batchSize(128)
                .fit(DIGITS);
        return net;
    }

    private static double[] softmax(double... raw) {
        double largest = Arrays.stream(raw).max().orElseThrow();
        double sum = Arrays.stream(raw).map(x -> Math.exp(x - largest)).sum();
        return Arrays.stream(raw).map(x -> Math.exp(x - largest) / sum).toArray();
    }

    @Test
    void predictsWhatTheNetworkPredictsOnOneMachine(SparkSession spark) {
        Network net = classifier(DataType.FLOAT);
        INDArray expected = net.predict(DIGITS.features());

        List<Row> rows = SparkModel.of(net)
                .batchRows(100)
                .transform(Frames.of(spark, DIGITS, 7), "features")
                .collectAsList();

        assertThat(rows).hasSize(DIGITS.size());
        for (int i = 0; i < rows.size(); i++) {
            double[] raw = expected.getRow(i).toDoubleVector();
            Row row = rows.get(i);
            assertThat(row.<Integer>getAs("id")).isEqualTo(i);
            assertThat(row.<Vector>getAs("rawPrediction").toArray()).containsExactly(raw, within(1e-6));
            assertThat(row.<Vector>getAs("probability").toArray()).containsExactly(softmax(raw), within(1e-5));
        }
        double hits = rows.stream()
                .filter(row -> row.<Double>getAs("prediction").equals(row.<Double>getAs("label")))
                .count();
        assertThat(hits / rows.size())
                .isCloseTo(net.evaluate(DIGITS).accuracy(), within(1e-3))
                .isGreaterThan(0.8);
    }

    @Test
    void predictsToTheBitWithTheReferenceEngineInFloat64(SparkSession spark) {
        Network net = classifier(DataType.DOUBLE).on(Engine.nd4j());
        INDArray expected = net.predict(DIGITS.slice(0, 300).features());

        List<Row> rows = SparkModel.of(net)
                .transform(Frames.of(spark, DIGITS.slice(0, 300), 2), "features")
                .collectAsList();

        for (int i = 0; i < rows.size(); i++) {
            assertThat(rows.get(i).<Vector>getAs("rawPrediction").toArray())
                    .containsExactly(expected.getRow(i).toDoubleVector(), within(1e-12));
        }
    }

    @Test
    void predictsWithFoldedBatchNorms(SparkSession spark) {
        Network net = classifier(DataType.FLOAT);
        INDArray expected = net.predict(DIGITS.features());

        List<Row> rows = SparkModel.of(net)
                .folded()
                .transform(Frames.of(spark, DIGITS, 2), "features")
                .collectAsList();

        for (int i = 0; i < rows.size(); i++) {
            assertThat(rows.get(i).<Vector>getAs("rawPrediction").toArray())
                    .containsExactly(expected.getRow(i).toDoubleVector(), within(1e-4));
        }
    }

    @Test
    void keepsColumnsOfAnyTypeAndTheirMetadata(SparkSession spark) {
        Metadata metadata = Metadata.fromJson("{\"unit\": \"mm\"}");
        Network net = Network.input(1).dense(1).build(1);
        StructType schema = new StructType()
                .add(new StructField("x", DataTypes.FloatType, false, metadata))
                .add("when", DataTypes.TimestampType)
                .add("tags", DataTypes.createMapType(DataTypes.StringType, DataTypes.LongType))
                .add("nested", new StructType().add("a", DataTypes.ByteType).add("v", SQLDataTypes.VectorType()))
                .add("missing", DataTypes.StringType)
                .add("amount", DataTypes.createDecimalType(10, 2));
        Row row = RowFactory.create(
                2f,
                java.sql.Timestamp.valueOf("2020-02-29 12:00:00.5"),
                Map.of("k", 3L),
                RowFactory.create((byte) 1, Vectors.sparse(3, new int[] {1}, new double[] {4})),
                null,
                new java.math.BigDecimal("12.30"));
        Dataset<Row> frame = spark.createDataFrame(List.of(row), schema);

        Dataset<Row> scored = SparkModel.of(net).task(Task.REGRESSION).transform(frame, "x");

        assertThat(scored.drop("prediction").collectAsList().get(0).toString())
                .isEqualTo(frame.collectAsList().get(0).toString());
        assertThat(scored.schema().apply("x").metadata()).isEqualTo(metadata);
        assertThat(scored.schema().apply("x").nullable()).isFalse();
        assertThat(scored.drop("prediction").schema()).isEqualTo(frame.schema());
    }

    @Test
    void takesEmptyPartitionsAndEmptyFrames(SparkSession spark) {
        Network net = Network.input(1).dense(1).build(1);
        SparkModel model = SparkModel.of(net).task(Task.REGRESSION);
        Dataset<Row> frame = spark.range(0, 20, 1, 10).selectExpr("CAST(id AS FLOAT) x");

        assertThat(model.transform(frame.filter("x > 4 AND x < 7 OR x = 19"), "x")
                        .collectAsList())
                .hasSize(3);
        assertThat(model.transform(frame.filter("x < 0"), "x").collectAsList()).isEmpty();
    }

    @Test
    void readsNoMoreThanABatchBeforeItWrites(SparkSession spark) {
        Network net = Network.input(1).dense(1).build(1);
        org.apache.spark.util.LongAccumulator read = spark.sparkContext().longAccumulator();
        Dataset<Row> counted = spark.range(0, 5000, 1, 1)
                .toDF()
                .selectExpr("CAST(id AS FLOAT) x")
                .map(
                        (org.apache.spark.api.java.function.MapFunction<Row, Row>) row -> {
                            read.add(1);
                            return row;
                        },
                        org.apache.spark.sql.Encoders.row(new StructType().add("x", DataTypes.FloatType)));

        List<Row> first = SparkModel.of(net)
                .task(Task.REGRESSION)
                .batchRows(16)
                .transform(counted, "x")
                .toJavaRDD()
                .mapPartitions(rows -> List.of(rows.next(), rows.next()).iterator())
                .collect();

        assertThat(first).hasSize(2);
        assertThat(read.value()).isEqualTo(16);
    }

    @Test
    void namesRowsThatCannotBeUsed(SparkSession spark) {
        Network net = Network.input(2).dense(1).build(1);
        SparkModel model = SparkModel.of(net).task(Task.REGRESSION);
        StructType schema =
                new StructType().add("id", DataTypes.IntegerType).add("features", SQLDataTypes.VectorType());
        List<Row> rows = IntStream.range(0, 6)
                .mapToObj(i -> RowFactory.create(i, i == 4 ? null : Vectors.dense(i, i == 2 ? Double.NaN : 1)))
                .toList();
        Dataset<Row> frame = spark.createDataFrame(rows, schema).coalesce(1);

        assertThatThrownBy(() ->
                        model.transform(frame.filter("id <> 2"), "features").collectAsList())
                .isInstanceOf(SparkException.class)
                .hasRootCauseInstanceOf(DataException.class)
                .rootCause()
                .hasMessage(
                        "transform expects vectors of 2 numbers in column \"features\" but got null in row 3 of partition 0"
                                + " {id=4}; fill it by na().fill(…) or an Imputer, or leave such rows out by na().drop()");
        assertThatThrownBy(() -> model.transform(frame, "features").collectAsList())
                .rootCause()
                .hasMessage(
                        "transform expects finite numbers in column \"features\" but got NaN as element 1 in row 2 of"
                                + " partition 0 {id=2}; clean or impute the data");
        assertThat(model.skipMissing()
                        .transform(frame.filter("id <> 2"), "features")
                        .select("id")
                        .collectAsList())
                .extracting(row -> row.getInt(0))
                .containsExactly(0, 1, 3, 5);
    }

    @Test
    void writesNumbersOfRegressionsAndOfSeveralOutputs(SparkSession spark) {
        GraphBuilder builder = new GraphBuilder();
        Value left = builder.input("left", 2);
        Value right = builder.input("right", 1);
        Network net = builder.build(
                builder.call("kind", Dense.of(3), left),
                builder.call("price", Dense.of(1), right),
                builder.call("pair", Dense.of(2), left));
        assertThatThrownBy(() -> SparkModel.of(net).task(Task.REGRESSION))
                .hasMessage(
                        "task expects a network with one output but got [kind, price, pair]; use task(output, task) for"
                                + " each");
        assertThatThrownBy(() -> SparkModel.of(net).thresholds(1, 1))
                .hasMessage("thresholds expects a network with one output but got [kind, price, pair]");
        Network named = net.classNames("kind", List.of("a", "b", "c"));
        Dataset<Row> frame = spark.createDataFrame(
                List.of(RowFactory.create(List.of(1f, 2f), 3.0), RowFactory.create(List.of(-4f, 5f), 6.0)),
                StructType.fromDDL("l ARRAY<FLOAT>, r DOUBLE"));
        Map<String, INDArray> expected = net.forward(Map.of(
                "left", Nd4j.createFromArray(new float[][] {{1, 2}, {-4, 5}}),
                "right", Nd4j.createFromArray(new float[][] {{3}, {6}})));

        Dataset<Row> scored = SparkModel.of(named)
                .task("price", Task.REGRESSION)
                .task("pair", Task.REGRESSION)
                .transform(frame, Map.of("left", "l", "right", "r"));

        assertThat(scored.columns())
                .containsExactly(
                        "l",
                        "r",
                        "kind_rawPrediction",
                        "kind_probability",
                        "kind_prediction",
                        "kind_predictedLabel",
                        "price_prediction",
                        "pair_prediction");
        List<Row> rows = scored.collectAsList();
        for (int i = 0; i < 2; i++) {
            Row row = rows.get(i);
            double[] kind = expected.get("kind").getRow(i).toDoubleVector();
            assertThat(row.<Vector>getAs("kind_rawPrediction").toArray()).containsExactly(kind, within(1e-6));
            int best = IntStream.of(0, 1, 2)
                    .reduce((a, b) -> kind[b] > kind[a] ? b : a)
                    .orElseThrow();
            assertThat(row.<Double>getAs("kind_prediction")).isEqualTo(best);
            assertThat(row.<String>getAs("kind_predictedLabel"))
                    .isEqualTo(List.of("a", "b", "c").get(best));
            assertThat(row.<Double>getAs("price_prediction"))
                    .isCloseTo(expected.get("price").getDouble(i, 0), within(1e-6));
            assertThat(row.<Vector>getAs("pair_prediction").toArray())
                    .containsExactly(expected.get("pair").getRow(i).toDoubleVector(), within(1e-6));
        }
    }

    @Test
    void writesLabelsWhoseLogitsAreAboveZero(SparkSession spark) {
        Network net = Network.input(3).dense(3).build(1);
        net.parameters().get("dense_1.weight").assign(Nd4j.eye(3));
        net.parameters().get("dense_1.bias").assign(0);
        Dataset<Row> frame = spark.createDataFrame(
                List.of(RowFactory.create(List.of(1f, -2f, 3f)), RowFactory.create(List.of(-1f, 0f, -3f))),
                StructType.fromDDL("x ARRAY<FLOAT>"));

        List<Row> rows =
                SparkModel.of(net).task(Task.MULTI_LABEL).transform(frame, "x").collectAsList();

        assertThat(rows.get(0).<Double>getList(rows.get(0).fieldIndex("prediction")))
                .containsExactly(0.0, 2.0);
        assertThat(rows.get(1).getList(rows.get(1).fieldIndex("prediction"))).isEmpty();
        assertThat(rows.get(0).<Vector>getAs("probability").apply(1)).isCloseTo(1 / (1 + Math.exp(2)), within(1e-7));
    }

    @Test
    void writesBothClassesOfASingleLogit(SparkSession spark) {
        Network net = Network.input(1).dense(1).build(1);
        net.parameters().get("dense_1.weight").assign(1);
        net.parameters().get("dense_1.bias").assign(0);
        Dataset<Row> frame = spark.createDataFrame(
                List.of(RowFactory.create(2f), RowFactory.create(-2f)), StructType.fromDDL("x FLOAT"));
        SparkModel model = SparkModel.of(net).task(Task.MULTI_LABEL);

        List<Row> rows = model.transform(frame, "x").collectAsList();

        double p = 1 / (1 + Math.exp(-2));
        assertThat(rows.get(0).<Vector>getAs("rawPrediction")).isEqualTo(Vectors.dense(-2, 2));
        assertThat(rows.get(0).<Vector>getAs("probability").toArray())
                .containsExactly(new double[] {1 - p, p}, within(1e-7));
        assertThat(rows).extracting(row -> row.<Double>getAs("prediction")).containsExactly(1.0, 0.0);
        assertThat(model.thresholds(0.1, 0.9).transform(frame, "x").collectAsList())
                .extracting(row -> row.<Double>getAs("prediction"))
                .containsExactly(0.0, 0.0);
    }

    @Test
    void choosesByThresholds(SparkSession spark) {
        Network net = Network.input(3).dense(3).build(1);
        net.parameters().get("dense_1.weight").assign(Nd4j.eye(3));
        net.parameters().get("dense_1.bias").assign(0);
        Dataset<Row> frame = spark.createDataFrame(
                List.of(RowFactory.create(List.of(1f, 2f, 3f))), StructType.fromDDL("x ARRAY<FLOAT>"));
        SparkModel model = SparkModel.of(net).task(Task.CLASSIFICATION);

        // softmax(1, 2, 3) = 0.0900, 0.2447, 0.6652
        assertThat(prediction(model, frame)).isEqualTo(2);
        assertThat(prediction(model.thresholds(0.5, 0.2, 0.6), frame)).isEqualTo(1);
        assertThat(prediction(model.thresholds(0, 0.2, 0.6), frame)).isEqualTo(0);
        assertThatThrownBy(() -> model.thresholds(0.5, 0.5))
                .hasMessage(
                        "thresholds expects a number of at least 0 for each of 3 classes, at most one of them 0, but got"
                                + " [0.5, 0.5]");
    }

    private static double prediction(SparkModel model, Dataset<Row> frame) {
        return model.transform(frame, "x").collectAsList().get(0).<Double>getAs("prediction");
    }

    @Test
    void writesMapsOfClassesAsVectors(SparkSession spark) {
        Network net = Network.input(1, 2, 2).conv2d(3, 1).build(5);
        Dataset<Row> frame = spark.createDataFrame(
                List.of(RowFactory.create(List.of(1f, 2f, -3f, 4f))), StructType.fromDDL("x ARRAY<FLOAT>"));
        INDArray expected = net.predict(Nd4j.createFromArray(1f, 2f, -3f, 4f).reshape(1, 1, 2, 2));

        Row row = SparkModel.of(net)
                .task(Task.CLASSIFICATION)
                .transform(frame, "x")
                .collectAsList()
                .get(0);

        double[] scores = expected.dup('c').data().asDouble();
        assertThat(row.<Vector>getAs("rawPrediction").toArray()).containsExactly(scores, within(1e-6));
        double[] classes = row.<Vector>getAs("prediction").toArray();
        double[] probability = row.<Vector>getAs("probability").toArray();
        for (int position = 0; position < 4; position++) {
            double[] own = {scores[position], scores[4 + position], scores[8 + position]};
            int best = IntStream.of(0, 1, 2)
                    .reduce((a, b) -> own[b] > own[a] ? b : a)
                    .orElseThrow();
            assertThat(classes[position]).isEqualTo(best);
            assertThat(probability[4 + position]).isCloseTo(softmax(own)[1], within(1e-6));
        }
    }

    @Test
    void namesColumnsAsAskedAndLeavesOutThoseWithoutAName(SparkSession spark) {
        Network net = Network.input(1).dense(2).build(1).classNames(List.of("no", "yes"));
        Dataset<Row> frame = spark.range(3).selectExpr("CAST(id AS FLOAT) prediction");

        Dataset<Row> scored = SparkModel.of(net)
                .rawPredictionColumn("")
                .probabilityColumn("p")
                .predictionColumn("class")
                .predictedLabelColumn("name")
                .transform(frame, "prediction");

        assertThat(scored.columns()).containsExactly("prediction", "p", "class", "name");
        assertThat(scored.collectAsList()).hasSize(3);
        assertThatThrownBy(() -> SparkModel.of(net).transform(frame, "prediction"))
                .hasMessage(
                        "transform expects a DataFrame without a column \"prediction\" but got [prediction]; drop it, or name"
                                + " the new column otherwise");
    }

    @Test
    void saysWhatItHasToBeTold(SparkSession spark) {
        Network net = Network.input(1).dense(2).build(1);
        Network single = Network.input(1).dense(1).build(1);
        Dataset<Row> frame = spark.range(3).selectExpr("CAST(id AS FLOAT) x");

        assertThatThrownBy(() -> SparkModel.of(net).transform(frame, "x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "transform expects to know what output \"dense_1\" [2] is for but got a network that no training has"
                                + " told; call task(Task.CLASSIFICATION) or task(Task.REGRESSION)");
        assertThatThrownBy(() -> SparkModel.of(single).task(Task.CLASSIFICATION).transform(frame, "x"))
                .hasMessage(
                        "transform expects a score for each of two or more classes in output \"dense_1\" but got [1]; call"
                                + " task(Task.MULTI_LABEL) for a logit");
        assertThatThrownBy(() -> SparkModel.of(net).task("a", Task.REGRESSION))
                .hasMessage("task expects the name of an output but got \"a\"; this network has [dense_1]");
        assertThatThrownBy(() -> SparkModel.of(net).batchRows(0))
                .hasMessage("batchRows expects at least 1 row but got 0");
        assertThatThrownBy(() -> SparkModel.of(net).transform(frame, "y"))
                .hasMessage(
                        "transform expects a column \"y\" for input \"features\" [1] but got [x]; name one of them");
    }

    @Test
    void keepsTheNetworkAsItWas(SparkSession spark) {
        Network net = Network.input(1).dense(1).build(1);
        SparkModel model = SparkModel.of(net).task(Task.REGRESSION);
        Dataset<Row> frame = spark.range(3).selectExpr("CAST(id AS FLOAT) x");
        List<Row> before = model.transform(frame, "x").collectAsList();

        net.parameters().get("dense_1.weight").assign(1000);

        assertThat(model.transform(frame, "x").collectAsList()).isEqualTo(before);
    }

    @Test
    void predictsInSeveralTasksAtOnce(SparkSession spark) {
        Network net = classifier(DataType.FLOAT);
        INDArray expected = net.predict(DIGITS.features());

        List<Row> rows = SparkModel.of(net)
                .batchRows(7)
                .transform(Frames.of(spark, DIGITS, 16), "features")
                .collectAsList();

        for (int i = 0; i < rows.size(); i++) {
            assertThat(rows.get(i).<Vector>getAs("rawPrediction").toArray())
                    .containsExactly(expected.getRow(i).toDoubleVector(), within(1e-6));
        }
    }
}
