package io.github.bn4j.spark.internal.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.Network;
import io.github.bn4j.data.DataException;
import io.github.bn4j.spark.internal.TestSpark;
import io.github.bn4j.spark.internal.frame.FrameColumns;
import io.github.bn4j.spark.internal.frame.FramePlan;
import io.github.bn4j.spark.internal.frame.TaskFailure;
import io.github.bn4j.train.SharedExample;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
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
        try (ExampleData data = ExampleData.of(plan(frame), frame, false)) {
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
        ExampleData data = ExampleData.of(plan(frame), frame, false);
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
