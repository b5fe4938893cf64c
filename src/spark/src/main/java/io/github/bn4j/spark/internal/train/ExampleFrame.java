package io.github.bn4j.spark.internal.train;

import static io.github.bn4j.internal.Checks.checkGiven;

import io.github.bn4j.data.DataException;
import io.github.bn4j.data.Example;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Examples as a DataFrame, so that they are checked and encoded in one way. */
public final class ExampleFrame {

    /** The column with the features, as arrays. */
    public static final String FEATURES = "features";

    /** The column with what is wanted: numbers, or arrays of several. */
    public static final String LABEL = "label";

    private ExampleFrame() {}

    /**
     * Examples of the same sizes.
     *
     * @param who who was called, for messages
     * @throws DataException if there are none
     */
    public static Dataset<Row> of(String who, JavaRDD<Example> examples) {
        checkGiven(examples, who, "an RDD of Examples");
        List<Example> first = examples.take(1);
        DataException.check(
                !first.isEmpty(), "%s expects at least one row but got none; check what the data are filtered by", who);
        boolean single = first.get(0).target().length == 1;
        DataType floats = DataTypes.createArrayType(DataTypes.FloatType, false);
        StructType schema =
                new StructType().add(FEATURES, floats, false).add(LABEL, single ? DataTypes.FloatType : floats, false);
        SparkSession session =
                SparkSession.builder().sparkContext(examples.context()).getOrCreate();
        return session.createDataFrame(
                examples.map(example -> RowFactory.create(
                        example.features(), single ? (Object) example.target()[0] : example.target())),
                schema);
    }
}
