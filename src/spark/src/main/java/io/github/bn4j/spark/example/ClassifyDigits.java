package io.github.bn4j.spark.example;

import io.github.bn4j.Network;
import io.github.bn4j.data.Digits;
import io.github.bn4j.norm.Recalibration;
import io.github.bn4j.spark.BatchNormClassificationModel;
import io.github.bn4j.spark.BatchNormClassifier;
import io.github.bn4j.spark.SparkBatchNorm;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.spark.SparkConf;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** Trains a network on the digits that bn4j has with it, predicts others of them, and recalibrates its batch normalisations, on Spark. */
public final class ClassifyDigits {

    private ClassifyDigits() {}

    /** Takes the number of epochs, 15 if there is none. */
    public static void main(String[] arguments) throws IOException {
        int epochs = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 15;
        SparkConf settings = new SparkConf().setAppName("digits").setIfMissing("spark.master", "local[2]");
        try (SparkSession spark = SparkSession.builder().config(settings).getOrCreate()) {
            run(spark, epochs);
        }
    }

    static void run(SparkSession spark, int epochs) {
        Dataset<Row> digits = digits(spark);
        Dataset<Row> train = digits.filter("id % 5 <> 0").cache();
        Dataset<Row> test = digits.filter("id % 5 = 0");

        BatchNormClassificationModel model = BatchNormClassifier.of(Network.input(64)
                        .dense(64)
                        .batchNorm1d()
                        .relu()
                        .dense(32)
                        .batchNorm1d()
                        .relu()
                        .dense(10))
                .setMaxIter(epochs)
                .fit(train);
        Dataset<Row> scored = model.transform(test);
        scored.select("id", "label", "prediction").show(5);
        System.out.printf(
                Locale.ROOT,
                "accuracy on %d digits: %.3f%n",
                scored.count(),
                new MulticlassClassificationEvaluator()
                        .setMetricName("accuracy")
                        .evaluate(scored));

        Recalibration changes = SparkBatchNorm.of(model.network()).recalibrate(train, "features");
        System.out.println("recalibrated on " + changes.examples() + " digits:");
        System.out.println(changes);
    }

    /** The digits as rows: {@code id}, {@code features} as arrays of 64 numbers, {@code label}. */
    static Dataset<Row> digits(SparkSession spark) {
        io.github.bn4j.data.Dataset digits = Digits.load();
        float[] pixels = digits.features().data().asFloat();
        int[] labels = digits.labels().data().asInt();
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < digits.size(); i++) {
            List<Float> features = new ArrayList<>();
            for (int pixel = 0; pixel < 64; pixel++) {
                features.add(pixels[64 * i + pixel]);
            }
            rows.add(RowFactory.create(i, features, labels[i]));
        }
        return spark.createDataFrame(rows, StructType.fromDDL("id INT, features ARRAY<FLOAT>, label INT"));
    }
}
