// Paste into JShell, or run: jshell --class-path … digits.jsh. Everything happens in this JVM, with two threads of Spark.

import io.github.bn4j.*;
import io.github.bn4j.data.Digits;
import io.github.bn4j.spark.*;
import java.util.*;
import org.apache.spark.ml.evaluation.*;
import org.apache.spark.sql.*;
import org.apache.spark.sql.types.*;

SparkSession spark = SparkSession.builder().master("local[2]").config("spark.ui.enabled", false).getOrCreate();

// The digits that bn4j has with it, as rows.
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
Dataset<Row> frame = spark.createDataFrame(rows, StructType.fromDDL("id INT, features ARRAY<FLOAT>, label INT"));
Dataset<Row> train = frame.filter("id % 5 <> 0").cache();
Dataset<Row> test = frame.filter("id % 5 = 0");

// Train, and predict.
BatchNormClassifier classifier = BatchNormClassifier.of(Network.input(64).dense(32).batchNorm1d().relu().dense(10));
BatchNormClassificationModel model = classifier.setFeaturesCol("features").setLabelCol("label").fit(train);
Dataset<Row> scored = model.transform(test);
scored.groupBy("label").pivot("prediction").count().orderBy("label").show();
double accuracy = new MulticlassClassificationEvaluator().setMetricName("accuracy").evaluate(scored);

// Look at the batch normalisations on all rows, and predict without them.
Network net = model.network();
SparkBatchNorm.of(net).report(train, "features", "label", 32);
SparkBatchNorm.of(net).recalibrate(train, "features");
Dataset<Row> folded = SparkModel.of(net).folded().transform(test, "features");
folded.select("id", "prediction").show(3);

/exit
