package io.github.bn4j.spark.internal.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.Network;
import io.github.bn4j.data.DataException;
import io.github.bn4j.spark.internal.TestSpark;
import io.github.bn4j.spark.internal.frame.FrameColumns;
import io.github.bn4j.spark.internal.frame.FramePlan;
import io.github.bn4j.spark.internal.frame.TaskFailure;
import io.github.bn4j.train.Loss;
import io.github.bn4j.train.SharedExample;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ExampleDataTest {

    private static final AtomicInteger TIMES = new AtomicInteger();
    private static final Network NETWORK =
            Network.input(1).dense(3).batchNorm1d().dense(2).build(1);

    private static JavaSparkContext spark;

    @BeforeAll
    static void start() {
        spark = TestSpark.context("local[4]");
    }

    @Test
    void numbersRowsByPartitionsAndTheirOrder() {
        Dataset<Row> frame = frame(false);
        try (ExampleData data = data(frame)) {
            List<SharedExample> examples = data.examples(plan(frame).names()).collect();
            assertThat(data.shared().size()).isEqualTo(20);
            for (int row = 0; row < 20; row++) {
                assertThat(examples.get(row).row()).isEqualTo(row);
                assertThat(examples.get(row).values(0)).containsExactly(row / 4.0);
                assertThat(examples.get(row).values(1)).containsExactly(row % 2);
            }
        }
    }

    @Test
    void refusesRowsThatAreOthersTheSecondTime() {
        TIMES.set(0);
        Dataset<Row> frame = frame(true);
        ExampleData data = data(frame);
        assertThat(data.examples(plan(frame).names()).count()).isEqualTo(20);
        // As if the executor were gone that has them.
        data.close();
        TIMES.set(1);
        assertThatThrownBy(() -> TaskFailure.unwrapped(
                        () -> data.examples(plan(frame).names()).count()))
                .isInstanceOf(DataException.class)
                .hasMessage(
                        "fit expects the same rows in the same order each time they are computed but got others after an executor was lost; write the data to files before, or sort them within their partitions");
    }

    /** A digest is of the rows in their order, wherever partitions end. */
    @Test
    void knowsItsContentsAgain() {
        Dataset<Row> frame = frame(false);
        String digest = text(frame);
        assertThat(digest).matches("SharedData\\[20 examples, features \\[1], dense_2 \\[], digest [0-9a-f]{16}]");
        assertThat(text(frame.coalesce(1))).isEqualTo(digest);
        assertThat(text(frame.sortWithinPartitions(functions.desc("x")))).isNotEqualTo(digest);
        assertThat(text(frame.withColumn("x", functions.expr("if(x = 4.75, 4.7500005, x)"))))
                .isNotEqualTo(digest);
        assertThat(text(frame.withColumn("label", functions.expr("if(x = 4.75, 0, label)"))))
                .isNotEqualTo(digest);
    }

    private static String text(Dataset<Row> frame) {
        try (ExampleData data = data(frame)) {
            return data.shared().toString();
        }
    }

    /** The driver gets to know the targets of all examples only where it is said to need them. */
    @Test
    void looksAtTargetsWhereTheRowsAre() {
        Dataset<Row> frame = frame(false).withColumn("label", functions.expr("if(x = 4.25, 7, label)"));
        Network single = Network.input(1).dense(3).batchNorm1d().dense(1).build(1);
        FrameColumns columns = FrameColumns.of("fit", single.graph(), "x").label("fit", single.graph(), "label");
        FramePlan plan = FramePlan.of("fit", single.graph(), single.parameters().type(), columns, frame.schema());
        String output = single.graph().outputs().keySet().iterator().next();
        assertThatThrownBy(() -> ExampleData.of(
                        plan,
                        frame,
                        new TargetChecks(plan, single.graph(), Map.of(output, Loss.binaryCrossEntropy())),
                        known -> false))
                .isInstanceOf(DataException.class)
                .hasMessage(
                        "binaryCrossEntropy expects targets from 0 to 1 but got 7.0 in row 4 of the data in partition 2");
        TargetChecks others = new TargetChecks(plan, single.graph(), Map.of(output, Loss.meanSquaredError()));
        try (ExampleData few = ExampleData.of(plan, frame, others, known -> false);
                ExampleData all = ExampleData.of(plan, frame, others, known -> true)) {
            assertThat(few.shared().toString()).doesNotContain("all targets");
            assertThat(all.shared().toString()).contains("all targets");
        }
    }

    private static ExampleData data(Dataset<Row> frame) {
        FramePlan plan = plan(frame);
        String output = NETWORK.graph().outputs().keySet().iterator().next();
        return ExampleData.of(
                plan,
                frame,
                new TargetChecks(plan, NETWORK.graph(), Map.of(output, Loss.softmaxCrossEntropy())),
                known -> false);
    }

    private static FramePlan plan(Dataset<Row> frame) {
        FrameColumns columns = FrameColumns.of("fit", NETWORK.graph(), "x").label("fit", NETWORK.graph(), "label");
        return FramePlan.of("fit", NETWORK.graph(), NETWORK.parameters().type(), columns, frame.schema());
    }

    /** 20 rows; turned round from the second time on if they are to change. */
    private static Dataset<Row> frame(boolean changing) {
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            numbers.add(i);
        }
        return SparkSession.builder()
                .sparkContext(spark.sc())
                .getOrCreate()
                .createDataFrame(
                        spark.parallelize(numbers, 3).map(number -> {
                            int row = changing && TIMES.get() > 0 ? 19 - number : number;
                            return RowFactory.create(row / 4.0, row % 2.0);
                        }),
                        new StructType().add("x", DataTypes.DoubleType).add("label", DataTypes.DoubleType));
    }
}
