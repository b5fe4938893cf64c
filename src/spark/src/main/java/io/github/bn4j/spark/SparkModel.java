package io.github.bn4j.spark;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkEachGiven;
import static io.github.bn4j.internal.Checks.checkGiven;
import static io.github.bn4j.internal.Checks.checkPresent;
import static java.util.Objects.requireNonNull;

import io.github.bn4j.Network;
import io.github.bn4j.data.DataException;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Value;
import io.github.bn4j.spark.internal.frame.FrameColumns;
import io.github.bn4j.spark.internal.frame.FramePlan;
import io.github.bn4j.spark.internal.inference.PortableNetwork;
import io.github.bn4j.spark.internal.inference.ScoreColumns;
import io.github.bn4j.spark.internal.inference.ScoredOutput;
import io.github.bn4j.spark.internal.inference.Scorer;
import io.github.bn4j.train.Task;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * A network that predicts on DataFrames: {@code SparkModel.of(net).transform(frame, "features")} is the frame with columns for what
 * the network says of each row. Rows, their order and partitions, and all other columns stay. Immutable: every setting returns
 * a new model.
 *
 * <p>What the columns hold is decided by what an output was trained for:
 *
 * <ul>
 *   <li>classification, scores {@code [classes]}: {@code rawPrediction} has the scores, {@code probability} their softmax, {@code
 *       prediction} the number of the largest as a double and, where the classes have names, {@code predictedLabel} its name
 *   <li>binary or multi-label classification: {@code probability} has the sigmoid of each logit and {@code prediction} an array of the
 *       numbers of the labels whose logits are above 0; with one logit, vectors of both classes, and 0 or 1
 *   <li>regression: {@code prediction} has the number, or a vector of several
 * </ul>
 *
 * <p>Outputs of more axes become vectors in row-major order. The columns of one of several outputs begin with its name and {@code _}.
 *
 * <p>The network travels as the bytes of its file, once to each executor, which has it once in memory, however many tasks
 * it runs at a time. A task reads rows in batches and writes them before it reads the next, so that no partition has to fit in memory. Predictions
 * are those of {@link Network#forward} in chunks of another size, which differ by rounding at most: 1e-6 in float32.
 */
public final class SparkModel {

    private static final String WHO = "transform";

    private final Network network;
    private final PortableNetwork file;
    private final Settings settings;

    private SparkModel(Network network, PortableNetwork file, Settings settings) {
        this.network = network;
        this.file = file;
        this.settings = settings;
    }

    /** What can be set; a setting changes a copy. */
    private static final class Settings {

        private int batchRows = 1024;
        private boolean skipMissing;
        private Map<String, Task> tasks = Map.of();
        private ScoreColumns columns = ScoreColumns.USUAL;
        private double @Nullable [] thresholds;

        private Settings copy() {
            Settings copy = new Settings();
            copy.batchRows = batchRows;
            copy.skipMissing = skipMissing;
            copy.tasks = tasks;
            copy.columns = columns;
            copy.thresholds = thresholds;
            return copy;
        }
    }

    /**
     * A network as it is now; a training that goes on with it changes nothing here.
     *
     * @param own classes of ops of your own in it, as for {@link Network#load}; executors have to have them on their class path
     */
    public static SparkModel of(Network network, Class<?>... own) {
        checkGiven(network, "SparkModel", "a Network");
        checkEachGiven(own, "SparkModel", "classes of ops");
        return new SparkModel(network, PortableNetwork.of(network, own), new Settings());
    }

    private SparkModel with(Consumer<Settings> change) {
        Settings changed = settings.copy();
        change.accept(changed);
        return new SparkModel(network, file, changed);
    }

    /** Predicts with batch normalisations folded into their neighbours, see {@link Network#fold()}: faster, equal up to rounding. */
    public SparkModel folded() {
        Network folded = network.fold().network();
        return new SparkModel(folded, file.with(folded), settings);
    }

    /** Sets how many rows a task reads before it writes them, at least 1, by default 1024. */
    public SparkModel batchRows(int rows) {
        checkArgument(rows >= 1, "batchRows expects at least 1 row but got %s", rows);
        return with(changed -> changed.batchRows = rows);
    }

    /**
     * Leaves out rows in which a column of an input has null, as {@code handleInvalid} "skip" of spark.ml does; by default they end the
     * job with an error that names the first of them.
     */
    public SparkModel skipMissing() {
        return with(changed -> changed.skipMissing = true);
    }

    /**
     * Says what the only output is for, where no training has said it, as for a network from an ONNX file.
     *
     * @throws IllegalArgumentException if there are several outputs
     */
    public SparkModel task(Task task) {
        return task(onlyOutput("task", "; use task(output, task) for each"), task);
    }

    /** Says what one of several outputs is for. */
    public SparkModel task(String output, Task task) {
        checkGiven(task, "task", "a Task");
        checkPresent(
                network.graph().outputs().get(checkGiven(output, "task", "the name of an output")),
                "task expects the name of an output but got \"%s\"; this network has %s",
                output,
                network.graph().outputs().keySet());
        Map<String, Task> tasks = new LinkedHashMap<>(settings.tasks);
        tasks.put(output, task);
        return with(changed -> changed.tasks = tasks);
    }

    /**
     * Names the column for the scores as the network yields them, by default {@code rawPrediction}; the empty name is for none.
     */
    public SparkModel rawPredictionColumn(String name) {
        checkGiven(name, "rawPredictionColumn", "the name of a column");
        ScoreColumns all = settings.columns;
        return with(
                changed -> changed.columns = new ScoreColumns(name, all.probability(), all.prediction(), all.label()));
    }

    /** Names the column for probabilities, by default {@code probability}; the empty name is for none. */
    public SparkModel probabilityColumn(String name) {
        checkGiven(name, "probabilityColumn", "the name of a column");
        ScoreColumns all = settings.columns;
        return with(changed -> changed.columns = new ScoreColumns(all.raw(), name, all.prediction(), all.label()));
    }

    /** Names the column for numbers of classes and predicted numbers, by default {@code prediction}; the empty name is for none. */
    public SparkModel predictionColumn(String name) {
        checkGiven(name, "predictionColumn", "the name of a column");
        ScoreColumns all = settings.columns;
        return with(changed -> changed.columns = new ScoreColumns(all.raw(), all.probability(), name, all.label()));
    }

    /** Names the column for names of classes, by default {@code predictedLabel}; the empty name is for none. */
    public SparkModel predictedLabelColumn(String name) {
        checkGiven(name, "predictedLabelColumn", "the name of a column");
        ScoreColumns all = settings.columns;
        return with(
                changed -> changed.columns = new ScoreColumns(all.raw(), all.probability(), all.prediction(), name));
    }

    /**
     * Predicts the class with the largest quotient of probability and threshold, as spark.ml does with its {@code thresholds}.
     *
     * @param perClass a number of at least 0 for each class, at most one of them 0; for a network with one output
     * @throws IllegalArgumentException if they are others
     */
    public SparkModel thresholds(double... perClass) {
        checkGiven(perClass, "thresholds", "a number for each class");
        String output = onlyOutput("thresholds", "");
        long size =
                requireNonNull(network.graph().outputs().get(output)).shape().size();
        long classes = size == 1 ? 2 : size;
        checkArgument(
                perClass.length == classes
                        && Arrays.stream(perClass).allMatch(threshold -> threshold >= 0)
                        && Arrays.stream(perClass)
                                        .filter(threshold -> threshold == 0)
                                        .count()
                                <= 1,
                "thresholds expects a number of at least 0 for each of %s classes, at most one of them 0, but got %s",
                classes,
                Arrays.toString(perClass));
        double[] copy = perClass.clone();
        return with(changed -> changed.thresholds = copy);
    }

    private String onlyOutput(String who, String advice) {
        checkArgument(
                network.graph().outputs().size() == 1,
                "%s expects a network with one output but got %s%s",
                who,
                network.graph().outputs().keySet(),
                advice);
        return network.graph().outputs().keySet().iterator().next();
    }

    /**
     * Adds columns for what the network says. Nothing is run before somebody asks for rows; a row that cannot be used, with null, NaN or
     * another number of elements, ends the job then, by an error that names column and row.
     *
     * @param features the column of the only input: vectors, arrays of numbers, images or, for one number, numbers
     * @throws IllegalArgumentException if the network has several inputs, a column is missing, has a type that does not fit, or would be
     *     replaced, or nothing says what an output is for
     */
    public Dataset<Row> transform(Dataset<?> frame, String features) {
        return transform(frame, FrameColumns.of(WHO, network.graph(), features));
    }

    /**
     * Adds columns like {@link #transform(Dataset, String)}, for a network with several inputs.
     *
     * @param columns by the names of the inputs
     */
    public Dataset<Row> transform(Dataset<?> frame, Map<String, String> columns) {
        return transform(frame, FrameColumns.of(WHO, network.graph(), columns));
    }

    private Dataset<Row> transform(Dataset<?> frame, FrameColumns columns) {
        checkGiven(frame, WHO, "a DataFrame");
        StructType before = frame.schema();
        FramePlan plan = FramePlan.of(WHO, network.graph(), network.parameters().type(), columns, before);
        List<ScoredOutput> outputs = outputs();
        StructType after = schema(before, outputs);
        Scorer scorer = new Scorer(
                file.broadcast(frame.sparkSession().sparkContext()),
                plan,
                Arrays.asList(before.fieldNames()),
                outputs,
                settings.batchRows,
                settings.skipMissing);
        return FramePlan.described(frame.toDF().mapPartitions(scorer, Encoders.row(after)), after);
    }

    /**
     * The schema of what {@link #transform(Dataset, String)} makes of rows of another one.
     *
     * @throws IllegalArgumentException if that would throw it
     */
    public StructType transformSchema(StructType schema, String features) {
        checkGiven(schema, "transformSchema", "a schema");
        FrameColumns columns = FrameColumns.of(WHO, network.graph(), features);
        FramePlan plan = FramePlan.of(WHO, network.graph(), network.parameters().type(), columns, schema);
        return plan.columns().isEmpty() ? schema : schema(schema, outputs());
    }

    /** With the columns of outputs; refuses to replace one. */
    static StructType schema(StructType before, List<ScoredOutput> outputs) {
        StructType after = before;
        for (ScoredOutput output : outputs) {
            for (StructField field : output.fields()) {
                DataException.check(
                        !Arrays.asList(after.fieldNames()).contains(field.name()),
                        "%s expects a DataFrame without a column \"%s\" but got %s; drop it, or name the new column otherwise",
                        WHO,
                        field.name(),
                        Arrays.toString(before.fieldNames()));
                after = after.add(field);
            }
        }
        return after;
    }

    private List<ScoredOutput> outputs() {
        Map<String, Value> all = network.graph().outputs();
        List<ScoredOutput> outputs = new ArrayList<>();
        all.forEach((name, value) -> outputs.add(new ScoredOutput(
                name,
                value.shape(),
                task(name, value.shape()),
                network.classNames(name),
                all.size() == 1 ? settings.columns : settings.columns.of(name),
                settings.thresholds)));
        return outputs;
    }

    private Task task(String output, Shape shape) {
        Task said = settings.tasks.containsKey(output)
                ? requireNonNull(settings.tasks.get(output))
                : network.task(output).orElse(null);
        Task task = checkPresent(
                said,
                "%s expects to know what output \"%s\" %s is for but got a network that no training has told; call"
                        + " task(Task.CLASSIFICATION) or task(Task.REGRESSION)",
                WHO,
                output,
                shape);
        checkArgument(
                task != Task.CLASSIFICATION || (shape.rank() > 0 && shape.dim(0) > 1),
                "%s expects a score for each of two or more classes in output \"%s\" but got %s; call"
                        + " task(Task.MULTI_LABEL) for a logit",
                WHO,
                output,
                shape);
        return task;
    }

    @Override
    public String toString() {
        return "SparkModel[" + network.graph().inputs().keySet() + " to "
                + network.graph().outputs().keySet() + ", batches of " + settings.batchRows + " rows]";
    }
}
