package io.github.bn4j.spark;

import io.github.bn4j.data.Dataset;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Data sets as DataFrames: {@code id}, {@code features} as vectors, {@code label} as numbers. */
public final class Frames {

    private Frames() {}

    /** The examples in their order, in some partitions. */
    public static org.apache.spark.sql.Dataset<Row> of(SparkSession spark, Dataset data, int partitions) {
        double[] features = data.features().dup('c').data().asDouble();
        double[] labels = data.labels().dup('c').data().asDouble();
        int width = features.length / data.size();
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < data.size(); i++) {
            double[] own = new double[width];
            System.arraycopy(features, i * width, own, 0, width);
            rows.add(RowFactory.create(i, Vectors.dense(own), labels[i]));
        }
        StructType schema = new StructType()
                .add("id", DataTypes.IntegerType)
                .add("features", SQLDataTypes.VectorType())
                .add("label", DataTypes.DoubleType);
        // A DataFrame of a list has as many partitions as threads, in order.
        return spark.createDataFrame(
                org.apache.spark.api.java.JavaSparkContext.fromSparkContext(spark.sparkContext())
                        .parallelize(rows, partitions),
                schema);
    }
}
