package io.github.bn4j.spark.internal.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.GraphBuilder;
import io.github.bn4j.Network;
import io.github.bn4j.data.DataException;
import io.github.bn4j.data.ImageFolder;
import io.github.bn4j.data.LabelKind;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Value;
import io.github.bn4j.layer.Dense;
import io.github.bn4j.spark.LocalSpark;
import java.awt.image.BufferedImage;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;
import org.apache.spark.SparkConf;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.serializer.JavaSerializer;
import org.apache.spark.serializer.KryoSerializer;
import org.apache.spark.serializer.SerializerInstance;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import scala.reflect.ClassTag$;

@ExtendWith(LocalSpark.class)
class FramePlanTest {

    private static final Graph THREE = Network.input(3).dense(2).build(1).graph();
    private static final Graph ONE = Network.input(1).dense(1).build(1).graph();

    private static Dataset<Row> frame(SparkSession spark, String schema, Row... rows) {
        return spark.createDataFrame(Arrays.asList(rows), StructType.fromDDL(schema));
    }

    private static Dataset<Row> vectors(SparkSession spark, Row... rows) {
        StructType schema =
                new StructType().add("features", SQLDataTypes.VectorType()).add("label", DataTypes.DoubleType);
        return spark.createDataFrame(Arrays.asList(rows), schema);
    }

    private static FramePlan plan(Graph graph, Dataset<Row> frame) {
        FrameColumns columns = FrameColumns.of("fit", graph, "features").label("fit", graph, "label");
        return FramePlan.of("fit", graph, DataType.FLOAT, columns, frame.schema());
    }

    private static io.github.bn4j.data.Dataset read(FramePlan plan, Dataset<Row> frame) {
        return TaskFailure.unwrapped(() -> plan.dataset(plan.encode(frame).collect()));
    }

    private static Graph twoInputsAndOutputs() {
        GraphBuilder builder = new GraphBuilder();
        Value left = builder.input("left", 2);
        Value right = builder.input("right", 1);
        return builder.build(builder.call("kind", Dense.of(3), left), builder.call("price", Dense.of(1), right))
                .graph();
    }

    private static double[] numbers(org.nd4j.linalg.api.ndarray.INDArray array) {
        return array.dup('c').data().asDouble();
    }

    @Test
    void readsDenseAndSparseVectorsAndClassNumbers(SparkSession spark) {
        Dataset<Row> frame = vectors(
                spark,
                RowFactory.create(Vectors.dense(1, -2.5, 3), 1.0),
                RowFactory.create(Vectors.sparse(3, new int[] {0, 2}, new double[] {4, 5}), 0.0),
                RowFactory.create(Vectors.dense(0, 7, 0), 1.0));

        io.github.bn4j.data.Dataset data = read(plan(THREE, frame), frame);

        assertThat(data.features().shape()).containsExactly(3, 3);
        assertThat(data.features().dataType()).isEqualTo(DataType.FLOAT);
        assertThat(numbers(data.features())).containsExactly(1, -2.5, 3, 4, 0, 5, 0, 7, 0);
        assertThat(data.labelKinds()).containsValue(LabelKind.CLASS_NUMBERS);
        assertThat(numbers(data.labels())).containsExactly(1, 0, 1);
        assertThat(data.weights()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"TINYINT", "SMALLINT", "INT", "BIGINT", "FLOAT", "DOUBLE", "'DECIMAL(6,3)'"})
    void readsArraysOfNumbersOfAnyType(String type, SparkSession spark) {
        Dataset<Row> frame = frame(
                        spark,
                        "features ARRAY<DOUBLE>, label INT",
                        RowFactory.create(List.of(1.0, -128.0, 127.0), 1),
                        RowFactory.create(List.of(4.0, 5.0, 6.0), 0))
                .selectExpr("CAST(features AS ARRAY<" + type + ">) features", "label");

        io.github.bn4j.data.Dataset data = read(plan(THREE, frame), frame);

        assertThat(numbers(data.features())).containsExactly(1, -128, 127, 4, 5, 6);
    }

    @Test
    void readsNestedArraysByAxes(SparkSession spark) {
        Graph graph = Network.input(2, 3).flatten().dense(2).build(1).graph();
        Dataset<Row> frame = frame(
                spark,
                "features ARRAY<ARRAY<FLOAT>>, label INT",
                RowFactory.create(List.of(List.of(1f, 2f, 3f), List.of(4f, 5f, 6f)), 1));

        io.github.bn4j.data.Dataset data = read(plan(graph, frame), frame);

        assertThat(data.features().shape()).containsExactly(1, 2, 3);
        assertThat(numbers(data.features())).containsExactly(1, 2, 3, 4, 5, 6);
        assertThatThrownBy(() -> {
                    Dataset<Row> uneven = frame(
                            spark,
                            "features ARRAY<ARRAY<FLOAT>>, label INT",
                            RowFactory.create(List.of(List.of(1f, 2f, 3f), List.of(4f, 5f)), 1));
                    read(plan(graph, uneven), uneven);
                })
                .isInstanceOf(DataException.class)
                .hasMessage("fit expects arrays of 2 × 3 numbers in column \"features\" but got 2 numbers in row 0 of"
                        + " partition 0 {label=1}; make all arrays of this length");
    }

    @Test
    void keepsWhatFloat64HoldsForNetworksInFloat64(SparkSession spark) {
        Dataset<Row> frame = frame(spark, "features DOUBLE, label DOUBLE", RowFactory.create(0.1, 1e200));
        FrameColumns columns = FrameColumns.of("fit", ONE, "features").label("fit", ONE, "label");

        FramePlan plan = FramePlan.of("fit", ONE, DataType.DOUBLE, columns, frame.schema());

        io.github.bn4j.data.Dataset data = read(plan, frame);
        assertThat(numbers(data.features())).containsExactly(0.1);
        assertThat(numbers(data.labels())).containsExactly(1e200);
        assertThatThrownBy(() -> read(plan(ONE, frame), frame))
                .hasMessage(
                        "fit expects numbers that float32 can hold in column \"label\" but got 1.0E200 in row 0 of"
                                + " partition 0 {features=0.1, label=1.0E200}; scale the data, or build the network in float64");
    }

    @Test
    void readsImagesAsImageFolderDoes(SparkSession spark, @TempDir Path folder) throws Exception {
        Random random = new Random(1);
        Path pictures = Files.createDirectories(folder.resolve("a"));
        BufferedImage coloured = new BufferedImage(5, 3, BufferedImage.TYPE_INT_RGB);
        BufferedImage grey = new BufferedImage(5, 3, BufferedImage.TYPE_BYTE_GRAY);
        BufferedImage transparent = new BufferedImage(5, 3, BufferedImage.TYPE_INT_ARGB);
        for (int i = 0; i < 15; i++) {
            coloured.setRGB(i % 5, i / 5, random.nextInt());
            grey.getRaster().setSample(i % 5, i / 5, 0, random.nextInt(256));
            transparent.setRGB(i % 5, i / 5, 0xff000000 | random.nextInt());
        }
        ImageIO.write(coloured, "png", new File(pictures.toFile(), "1.png"));
        ImageIO.write(grey, "png", new File(pictures.toFile(), "2.png"));
        ImageIO.write(transparent, "png", new File(pictures.toFile(), "3.png"));
        Dataset<Row> images = spark.read()
                .format("image")
                .load(pictures.toString())
                .orderBy("image.origin")
                .coalesce(1);

        for (int channels : new int[] {1, 3}) {
            Graph graph =
                    Network.input(channels, 3, 5).flatten().dense(2).build(1).graph();
            FramePlan plan =
                    FramePlan.of("fit", graph, DataType.FLOAT, FrameColumns.of("fit", graph, "image"), images.schema());
            ImageFolder reader = ImageFolder.of(folder);

            io.github.bn4j.data.Dataset data = read(plan, images);

            assertThat(data.features())
                    .isEqualTo(
                            (channels == 1 ? reader.greyscale() : reader).read().features());
        }
    }

    @Test
    void refusesImagesOfAnotherSize(SparkSession spark) {
        Dataset<Row> frame = frame(
                spark,
                "id INT, image STRUCT<origin: STRING, height: INT, width: INT, nChannels: INT, mode: INT, data: BINARY>",
                RowFactory.create(7, RowFactory.create("a.png", 2, 2, 1, 0, new byte[4])),
                RowFactory.create(8, RowFactory.create("b.png", -1, -1, -1, -1, new byte[0])));
        Graph graph = Network.input(1, 3, 5).flatten().dense(2).build(1).graph();
        FramePlan plan = FramePlan.of(
                "transform", graph, DataType.FLOAT, FrameColumns.of("transform", graph, "image"), frame.schema());
        RowEncoder encoder = plan.encoder(List.of("id", "image"), 2);
        List<Row> rows = frame.collectAsList();

        assertThatThrownBy(() -> encoder.encode(rows.get(0)))
                .hasMessage(
                        "transform expects images of 3 × 5 pixels in column \"image\" but got 2 × 2 in row 0 of partition"
                                + " 2 {id=7}; resize them to the input of the network");
        assertThatThrownBy(() -> encoder.encode(rows.get(1)))
                .hasMessage(
                        "transform expects images in column \"image\" but got 0 bytes for -1 × -1 pixels of -1 bytes in"
                                + " row 0 of partition 2 {id=8}; leave files out that are no images by option(\"dropInvalid\","
                                + " true)");
    }

    @Test
    void numbersNamesOfClassesAsSorted(SparkSession spark) {
        Dataset<Row> frame = frame(
                spark,
                "features ARRAY<INT>, label STRING",
                RowFactory.create(List.of(1, 2, 3), "cat"),
                RowFactory.create(List.of(1, 2, 3), "ant"),
                RowFactory.create(List.of(1, 2, 3), "cat"));

        io.github.bn4j.data.Dataset data = read(plan(THREE, frame).withClasses(frame, Map.of()), frame);

        assertThat(data.classNames()).containsExactly("ant", "cat");
        assertThat(numbers(data.labels())).containsExactly(1, 0, 1);
    }

    @Test
    void sortsNamesThatAreNumbersByTheirValue(SparkSession spark) {
        Dataset<Row> frame = frame(
                spark,
                "features ARRAY<INT>, label STRING",
                RowFactory.create(List.of(1, 2, 3), "10"),
                RowFactory.create(List.of(1, 2, 3), "9"));

        assertThat(plan(THREE, frame).withClasses(frame, Map.of()).classNames()).containsValue(List.of("9", "10"));
    }

    @Test
    void numbersNamesOfClassesAsTheNetworkKnowsThem(SparkSession spark) {
        String output = THREE.outputs().keySet().iterator().next();
        Dataset<Row> frame =
                frame(spark, "features ARRAY<INT>, label STRING", RowFactory.create(List.of(1, 2, 3), "b"));

        io.github.bn4j.data.Dataset data =
                read(plan(THREE, frame).withClasses(frame, Map.of(output, List.of("c", "b"))), frame);

        assertThat(data.classNames()).containsExactly("c", "b");
        assertThat(numbers(data.labels())).containsExactly(1);
        assertThatThrownBy(() -> plan(THREE, frame).withClasses(frame, Map.of(output, List.of("c", "d"))))
                .isInstanceOf(DataException.class)
                .hasMessage(
                        "fit expects labels of the classes [c, d] that the network was trained on in column \"label\" but"
                                + " got [b]; leave such rows out, or train a network that knows them");
    }

    @Test
    void refusesMoreNamesThanScores(SparkSession spark) {
        Dataset<Row> frame = frame(
                spark,
                "features ARRAY<INT>, label STRING",
                RowFactory.create(List.of(1, 2, 3), "a"),
                RowFactory.create(List.of(1, 2, 3), "b"),
                RowFactory.create(List.of(1, 2, 3), "c"));

        assertThatThrownBy(() -> plan(THREE, frame).withClasses(frame, Map.of()))
                .hasMessage(
                        "fit expects the names of at most 2 classes in column \"label\" for output \"dense_1\" but got 3 or"
                                + " more, such as [a, b, c]; give the network one output per class");
    }

    @Test
    void refusesMissingNames(SparkSession spark) {
        Dataset<Row> frame =
                frame(spark, "features ARRAY<INT>, label STRING", RowFactory.create(List.of(1, 2, 3), null));

        assertThatThrownBy(() -> plan(THREE, frame).withClasses(frame, Map.of()))
                .hasMessage(
                        "fit expects the name of a class in column \"label\" but got null; fill it by na().fill(…), or leave"
                                + " such rows out by na().drop()");
    }

    @Test
    void refusesAnEmptyDataFrame(SparkSession spark) {
        Dataset<Row> named = frame(spark, "features ARRAY<INT>, label STRING");

        assertThatThrownBy(() -> plan(THREE, named).withClasses(named, Map.of()))
                .hasMessage("fit expects at least one row but got none; check what the data are filtered by");
        Dataset<Row> numbered = frame(spark, "features ARRAY<INT>, label INT");
        assertThatThrownBy(() -> read(plan(THREE, numbered), numbered))
                .hasMessage("fit expects at least one row but got none; check what the data are filtered by");
    }

    @Test
    void readsTargetsOfRegressionsAndDistributions(SparkSession spark) {
        Dataset<Row> frame = frame(
                spark,
                "features ARRAY<INT>, label ARRAY<FLOAT>",
                RowFactory.create(List.of(1, 2, 3), List.of(0.25f, 0.75f)));

        io.github.bn4j.data.Dataset data = read(plan(THREE, frame), frame);

        assertThat(data.labels().shape()).containsExactly(1, 2);
        assertThat(numbers(data.labels())).containsExactly(0.25, 0.75);
        Dataset<Row> single = frame(spark, "features INT, label BOOLEAN", RowFactory.create(5, true));
        assertThat(numbers(read(plan(ONE, single), single).labels())).containsExactly(1);
    }

    @Test
    void readsClassNumbersOfPositions(SparkSession spark) {
        Graph graph = Network.input(1, 2, 3).conv2d(4, 1).build(1).graph();
        Dataset<Row> frame = frame(
                spark,
                "features ARRAY<INT>, label ARRAY<ARRAY<INT>>",
                RowFactory.create(List.of(1, 2, 3, 4, 5, 6), List.of(List.of(0, 1, 2), List.of(3, 0, 1))));

        assertThat(read(plan(graph, frame), frame).labels().shape()).containsExactly(1, 2, 3);
    }

    @Test
    void readsSeveralInputsAndOutputsByNameAndWeights(SparkSession spark) {
        Graph graph = twoInputsAndOutputs();
        Dataset<Row> frame = frame(
                spark,
                "a.b ARRAY<INT>, c SMALLINT, k INT, p DOUBLE, w FLOAT".replace("a.b", "`a.b`"),
                RowFactory.create(List.of(1, 2), (short) 3, 2, 9.5, 0.5f),
                RowFactory.create(List.of(4, 5), (short) 6, 0, -1.0, 2f));
        FrameColumns columns = FrameColumns.of("fit", graph, Map.of("left", "a.b", "right", "c"))
                .labels("fit", graph, Map.of("kind", "k", "price", "p"))
                .weight("fit", "w");

        FramePlan plan = FramePlan.of("fit", graph, DataType.FLOAT, columns, frame.schema());

        io.github.bn4j.data.Dataset data = read(plan, frame);
        assertThat(numbers(data.inputs().get("left"))).containsExactly(1, 2, 4, 5);
        assertThat(numbers(data.inputs().get("right"))).containsExactly(3, 6);
        assertThat(numbers(data.targets().get("kind"))).containsExactly(2, 0);
        assertThat(numbers(data.targets().get("price"))).containsExactly(9.5, -1);
        assertThat(data.weights().orElseThrow()).containsExactly(0.5, 2);
    }

    @Test
    void namesRowsByPartitionAndContent(SparkSession spark) {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            double second = i == 33 ? Double.NaN : i;
            rows.add(RowFactory.create(Vectors.dense(i, second, 3), i % 2 * 1.0));
        }
        Dataset<Row> frame =
                vectors(spark, rows.toArray(Row[]::new)).repartition(1).coalesce(1);

        assertThatThrownBy(() -> read(plan(THREE, frame), frame))
                .isInstanceOf(DataException.class)
                .hasMessageMatching(
                        "fit expects finite numbers in column \"features\" but got NaN as element 1 in row \\d+ of"
                                + " partition 0 \\{label=1.0\\}; clean or impute the data");
    }

    @Test
    void refusesCellsThatAreNot(SparkSession spark) {
        refuses(
                vectors(spark, RowFactory.create(null, 1.0)),
                "fit expects vectors of 3 numbers in column \"features\" but got null in row 0 of partition 0 {label=1.0};"
                        + " fill it by na().fill(…) or an Imputer, or leave such rows out by na().drop()");
        refuses(
                vectors(spark, RowFactory.create(Vectors.dense(1, 2), 1.0)),
                "fit expects vectors of 3 numbers in column \"features\" but got 2 numbers in row 0 of partition 0"
                        + " {label=1.0}; assemble all vectors alike");
        refuses(
                vectors(spark, RowFactory.create(Vectors.dense(1, 2, 3), 2.0)),
                "fit expects class numbers from 0 to 1 in column \"label\" but got 2.0 in row 0 of partition 0 {label=2.0};"
                        + " number the classes from 0, and give the network one output per class");
        refuses(
                vectors(spark, RowFactory.create(Vectors.dense(1, 2, 3), 0.5)),
                "fit expects class numbers from 0 to 1 in column \"label\" but got 0.5 in row 0 of partition 0 {label=0.5};"
                        + " number the classes from 0, and give the network one output per class");
        refuses(
                vectors(spark, RowFactory.create(Vectors.dense(1, 2, 3), null)),
                "fit expects class numbers from 0 to 1 in column \"label\" but got null in row 0 of partition 0 {label=null};"
                        + " fill it by na().fill(…) or an Imputer, or leave such rows out by na().drop()");
        refuses(
                frame(spark, "features ARRAY<INT>, label INT", RowFactory.create(Arrays.asList(1, null, 3), 1)),
                "fit expects arrays of 3 numbers in column \"features\" but got null in row 0 of partition 0 {label=1}; fill it"
                        + " by na().fill(…) or an Imputer, or leave such rows out by na().drop()");
    }

    private static void refuses(Dataset<Row> frame, String message) {
        assertThatThrownBy(() -> read(plan(THREE, frame), frame))
                .isInstanceOf(DataException.class)
                .hasMessage(message);
    }

    @Test
    void letsClassesBeIgnored(SparkSession spark) {
        String output = THREE.outputs().keySet().iterator().next();
        Dataset<Row> frame = vectors(
                spark, RowFactory.create(Vectors.dense(1, 2, 3), -1.0), RowFactory.create(Vectors.dense(1, 2, 3), 2.0));
        FrameColumns columns = FrameColumns.of("fit", THREE, "features")
                .label("fit", THREE, "label")
                .ignoring(output, -1);
        FramePlan plan = FramePlan.of("fit", THREE, DataType.FLOAT, columns, frame.schema());

        assertThat(numbers(read(plan, frame.limit(1)).labels())).containsExactly(-1);
        assertThatThrownBy(() -> read(plan, frame))
                .hasMessageStartingWith(
                        "fit expects class numbers from 0 to 1, or -1 to be ignored, in column \"label\" but got 2.0 in row");
    }

    @Test
    void refusesWeightsThatAreNone(SparkSession spark) {
        Dataset<Row> frame = frame(spark, "features DOUBLE, label DOUBLE, w DOUBLE", RowFactory.create(1.0, 2.0, -0.5));
        FrameColumns columns = FrameColumns.of("fit", ONE, "features")
                .label("fit", ONE, "label")
                .weight("fit", "w");

        assertThatThrownBy(() -> read(FramePlan.of("fit", ONE, DataType.FLOAT, columns, frame.schema()), frame))
                .hasMessage(
                        "fit expects finite weights of at least 0 in column \"w\" but got -0.5 in row 0 of partition 0"
                                + " {features=1.0, label=2.0, w=-0.5}; give examples that are not to count the weight 0");
        StructType text = StructType.fromDDL("features DOUBLE, label DOUBLE, w STRING");
        assertThatThrownBy(() -> FramePlan.of("fit", ONE, DataType.FLOAT, columns, text))
                .hasMessage("fit expects numbers in column \"w\" for the weights but got string; name another column");
    }

    @Test
    void refusesColumnsByTheSchema() {
        refuses(
                "id INT, label INT",
                "fit expects a column \"features\" for input \"features\" [3] but got [id, label]; name one of"
                        + " them");
        refuses(
                "features ARRAY<INT>, features INT, label INT",
                "fit expects one column \"features\" for input \"features\" [3] but got 2 of that name; drop or rename the"
                        + " others");
        refuses(
                "features STRING, label INT",
                "fit expects vectors, arrays of numbers or images in column \"features\" for input \"features\" [3] but got"
                        + " string; make vectors of columns of numbers by VectorAssembler");
        refuses(
                "features DOUBLE, label INT",
                "fit expects vectors, arrays of numbers or images in column \"features\" for input \"features\" [3] but got"
                        + " double; make vectors of columns of numbers by VectorAssembler");
        refuses(
                "features ARRAY<STRING>, label INT",
                "fit expects vectors, arrays of numbers or images in column \"features\" for input \"features\" [3] but got"
                        + " array<string>; make vectors of columns of numbers by VectorAssembler");
        refuses(
                "features STRUCT<height: INT, width: INT, nChannels: INT, data: BINARY>, label INT",
                "fit expects vectors or arrays of numbers in column \"features\" for input \"features\" [3] but got"
                        + " struct<height:int,width:int,nChannels:int,data:binary>; an image is [1, height, width] or [3,"
                        + " height, width]");
        refuses(
                "features ARRAY<INT>, label TIMESTAMP",
                "fit expects numbers, names of classes, vectors or arrays of numbers in column \"label\" for output"
                        + " \"dense_1\" [2] but got timestamp; cast it");
    }

    private static void refuses(String schema, String message) {
        FrameColumns columns = FrameColumns.of("fit", THREE, "features").label("fit", THREE, "label");
        assertThatThrownBy(() -> FramePlan.of("fit", THREE, DataType.FLOAT, columns, StructType.fromDDL(schema)))
                .isInstanceOf(DataException.class)
                .hasMessage(message);
    }

    @Test
    void refusesVectorsWhoseSchemaSaysAnotherSize(SparkSession spark) {
        Dataset<Row> frame = new VectorAssembler()
                .setInputCols(new String[] {"a", "b"})
                .setOutputCol("features")
                .transform(frame(spark, "a INT, b INT, label INT", RowFactory.create(1, 2, 0)));

        assertThat(AttributeGroup.fromStructField(frame.schema().apply("features"))
                        .size())
                .isEqualTo(2);
        assertThatThrownBy(() -> plan(THREE, frame))
                .hasMessage(
                        "fit expects vectors of 3 numbers in column \"features\" for input \"features\" [3] but got vectors"
                                + " of 2; change what they are assembled of, or the shape that the network is built for");
    }

    @Test
    void refusesColumnsForOtherInputsAndOutputs() {
        Graph graph = twoInputsAndOutputs();

        assertThatThrownBy(() -> FrameColumns.of("fit", graph, "features"))
                .hasMessage(
                        "fit expects a column for each of the inputs [left, right] but got a single one; pass a map of"
                                + " columns by inputs");
        assertThatThrownBy(() -> FrameColumns.of("fit", graph, Map.of("left", "a")))
                .hasMessage(
                        "fit expects a column for each of the inputs [left, right] but got columns for [left]; name them"
                                + " after the inputs");
        FrameColumns inputs = FrameColumns.of("fit", graph, Map.of("left", "a", "right", "b"));
        assertThatThrownBy(() -> inputs.labels("fit", graph, Map.of("colour", "c")))
                .hasMessage("fit expects columns for the outputs "
                        + graph.outputs().keySet() + " but got some for [colour]; name them after the outputs");
    }

    @Test
    void keepsRowsInOrderAndSaysWhereTheyWere(SparkSession spark) {
        Dataset<Row> frame = spark.range(0, 1000, 1, 7).selectExpr("CAST(id AS DOUBLE) features", "id * 2 label");

        List<EncodedRow> rows = plan(ONE, frame).encode(frame).collect();

        assertThat(rows).hasSize(1000);
        for (int i = 0; i < rows.size(); i++) {
            assertThat((float[]) rows.get(i).numbers(0)).containsExactly(i);
            assertThat((float[]) rows.get(i).numbers(1)).containsExactly(2 * i);
        }
        assertThat(rows.get(500).partition()).isEqualTo(3);
        assertThat(rows.get(999).row()).isEqualTo(142);
    }

    @Test
    void travelsByBothSerializersOfSpark(SparkSession spark) {
        Dataset<Row> frame = spark.range(3).selectExpr("CAST(id AS DOUBLE) features", "id * 2 label");
        EncodedRow row = plan(ONE, frame).encode(frame).collect().get(2);

        for (SerializerInstance serializer : List.of(
                new JavaSerializer(new SparkConf()).newInstance(), new KryoSerializer(new SparkConf()).newInstance())) {
            EncodedRow other = serializer.deserialize(
                    serializer.serialize(row, ClassTag$.MODULE$.apply(EncodedRow.class)),
                    ClassTag$.MODULE$.apply(EncodedRow.class));

            assertThat((float[]) other.numbers(0)).containsExactly(2);
            assertThat((float[]) other.numbers(1)).containsExactly(4);
            assertThat(other.partition()).isEqualTo(row.partition());
            assertThat(other.row()).isEqualTo(row.row());
            assertThat(other.weight()).isEqualTo(1);
            assertThat(other.arrays()).isEqualTo(2);
        }
    }
}
