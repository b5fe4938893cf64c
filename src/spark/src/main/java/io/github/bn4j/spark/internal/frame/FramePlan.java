package io.github.bn4j.spark.internal.frame;

import static java.util.Objects.requireNonNull;

import io.github.bn4j.Network;
import io.github.bn4j.data.DataException;
import io.github.bn4j.data.internal.table.Column;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.internal.Tensors;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * How the rows of a DataFrame become examples of a network: made at the driver of the schema and the network, before any job.
 *
 * <p>An input reads vectors of spark.ml, arrays of numbers (nested ones by axes), images of Spark's data source, or for one element
 * numbers. A target reads numbers, which are class numbers where the output has several scores, names of classes, or vectors and
 * arrays shaped like the output; for outputs {@code [classes, …]} also arrays with a level for each other axis, of class numbers.
 */
public final class FramePlan implements Serializable {

    private static final long serialVersionUID = 1;

    private final String who;
    private final boolean doubles;
    private final List<PlannedColumn> inputs;
    private final List<PlannedColumn> targets;
    private final @Nullable PlannedColumn weight;

    private FramePlan(
            String who,
            boolean doubles,
            List<PlannedColumn> inputs,
            List<PlannedColumn> targets,
            @Nullable PlannedColumn weight) {
        this.who = who;
        this.doubles = doubles;
        this.inputs = new ArrayList<>(inputs);
        this.targets = new ArrayList<>(targets);
        this.weight = weight;
    }

    /**
     * A plan by the schema alone. Names of classes are yet to be found by {@link #withClasses}.
     *
     * @param who who was called, for messages
     * @param graph whose inputs and outputs they are
     * @param type FLOAT or DOUBLE, of the examples
     * @throws DataException if a column is not there or twice, or its type or size is none that the network can take
     */
    public static FramePlan of(
            String who,
            Graph graph,
            org.nd4j.linalg.api.buffer.DataType type,
            FrameColumns columns,
            StructType schema) {
        List<PlannedColumn> inputs = new ArrayList<>();
        graph.inputs().forEach((name, value) -> {
            String use = "input \"" + name + "\" " + value.shape();
            StructField field = field(who, requireNonNull(columns.inputs().get(name)), use, schema);
            inputs.add(
                    new PlannedColumn(name, field.name(), value.shape().dims(), input(who, field, use, value.shape())));
        });
        List<PlannedColumn> targets = new ArrayList<>();
        columns.targets().forEach((name, column) -> {
            Shape output = requireNonNull(graph.outputs().get(name)).shape();
            String use = "output \"" + name + "\" " + output;
            StructField field = field(who, column, use, schema);
            targets.add(target(who, name, field, use, output, columns.ignored().get(name)));
        });
        PlannedColumn weight = columns.weight()
                .map(column -> {
                    StructField field = field(who, column, "the weights", schema);
                    checkType(
                            field.dataType() instanceof NumericType,
                            who,
                            "numbers",
                            field,
                            "the weights",
                            "name another column");
                    return new PlannedColumn("weight", column, new long[0], new WeightCell());
                })
                .orElse(null);
        return new FramePlan(who, type == org.nd4j.linalg.api.buffer.DataType.DOUBLE, inputs, targets, weight);
    }

    private static StructField field(String who, String column, String use, StructType schema) {
        List<StructField> fields = Arrays.stream(schema.fields())
                .filter(field -> field.name().equals(column))
                .toList();
        DataException.check(
                !fields.isEmpty(),
                "%s expects a column \"%s\" for %s but got %s; name one of them",
                who,
                column,
                use,
                Arrays.toString(schema.fieldNames()));
        DataException.check(
                fields.size() == 1,
                "%s expects one column \"%s\" for %s but got %s of that name; drop or rename the others",
                who,
                column,
                use,
                fields.size());
        return fields.get(0);
    }

    private static CellReader input(String who, StructField field, String use, Shape shape) {
        if (shape.size() == 1 && isNumber(field.dataType())) {
            return new NumberCell();
        }
        CellReader several = several(who, field, use, shape);
        if (several != null) {
            return several;
        }
        if (field.dataType() instanceof StructType type && ImageCell.isImage(type)) {
            checkType(
                    shape.rank() == 3 && (shape.dim(0) == 1 || shape.dim(0) == 3),
                    who,
                    "vectors or arrays of numbers",
                    field,
                    use,
                    "an image is [1, height, width] or [3, height, width]");
            return new ImageCell((int) shape.dim(0), (int) shape.dim(1), (int) shape.dim(2));
        }
        String single = shape.size() == 1 ? "numbers, " : "";
        throw wrongType(
                who,
                single + "vectors, arrays of numbers or images",
                field,
                use,
                "make vectors of columns of numbers by VectorAssembler");
    }

    private static PlannedColumn target(
            String who, String name, StructField field, String use, Shape output, @Nullable Integer ignored) {
        DataType type = field.dataType();
        boolean scores = output.rank() == 1 && output.dim(0) > 1;
        if (type instanceof StringType && (scores || output.size() == 1)) {
            return new PlannedColumn(name, field.name(), new long[0], new ClassNameCell(classes(output), List.of()));
        }
        if (isNumber(type) && (scores || output.size() == 1)) {
            CellReader reader = scores ? new ClassNumberCell(output.dim(0), ignored) : new NumberCell();
            return new PlannedColumn(name, field.name(), new long[0], reader);
        }
        boolean maps = output.rank() > 1 && levels(type) == output.rank() - 1;
        Shape wanted = maps ? Shape.of(Arrays.copyOfRange(output.dims(), 1, output.rank())) : output;
        CellReader several = several(who, field, use, wanted);
        if (several != null) {
            return new PlannedColumn(name, field.name(), wanted.dims(), several);
        }
        throw wrongType(
                who,
                (output.rank() > 1 ? "" : "numbers, names of classes, ") + "vectors or arrays of numbers",
                field,
                use,
                "cast it");
    }

    /** What reads cells of several numbers, or null for a column of other types. */
    private static @Nullable CellReader several(String who, StructField field, String use, Shape shape) {
        if (field.dataType().equals(SQLDataTypes.VectorType())) {
            int said = AttributeGroup.fromStructField(field).size();
            DataException.check(
                    said < 0 || said == shape.size(),
                    "%s expects vectors of %s numbers in column \"%s\" for %s but got vectors of %s; change what they are"
                            + " assembled of, or the shape that the network is built for",
                    who,
                    shape.size(),
                    field.name(),
                    use,
                    said);
            return new VectorCell();
        }
        int levels = levels(field.dataType());
        if (levels == 1) {
            return new ArrayCell(shape.size());
        }
        return levels > 1 && levels == shape.rank() ? new ArrayCell(shape.dims()) : null;
    }

    /** How deep arrays of numbers are nested; 0 for what is none. */
    private static int levels(DataType type) {
        int levels = 0;
        DataType inner = type;
        while (inner instanceof ArrayType array) {
            inner = array.elementType();
            levels++;
        }
        return isNumber(inner) ? levels : 0;
    }

    private static boolean isNumber(DataType type) {
        return type instanceof NumericType || type instanceof BooleanType;
    }

    private static void checkType(
            boolean right, String who, String expected, StructField field, String use, String advice) {
        if (!right) {
            throw wrongType(who, expected, field, use, advice);
        }
    }

    private static DataException wrongType(String who, String expected, StructField field, String use, String advice) {
        return DataException.of(
                "%s expects %s in column \"%s\" for %s but got %s; %s",
                who, expected, field.name(), use, field.dataType().simpleString(), advice);
    }

    /**
     * With the classes whose names are in columns of text: those that the network knows, else those of the data, sorted by number
     * if all are numbers, else as text. Runs a job for each column of text.
     *
     * @param frame the data
     * @param known the names of the classes that outputs have been trained for; empty for those without
     * @throws DataException if a name is not known or missing, or there are more than the output has scores, or no rows
     */
    public FramePlan withClasses(Dataset<Row> frame, Map<String, List<String>> known) {
        List<PlannedColumn> learned = new ArrayList<>();
        for (PlannedColumn target : targets) {
            learned.add(
                    target.reader() instanceof ClassNameCell cell
                            ? target.with(new ClassNameCell(
                                    cell.most(),
                                    names(frame, target, cell.most(), known.getOrDefault(target.name(), List.of()))))
                            : target);
        }
        return new FramePlan(who, doubles, inputs, learned, weight);
    }

    /** With the classes whose names are in columns of text, like {@link #withClasses(Dataset, Map)}, as far as a network knows them. */
    public FramePlan withClasses(Dataset<Row> frame, Network network) {
        Map<String, List<String>> known = new LinkedHashMap<>();
        network.graph().outputs().keySet().forEach(output -> known.put(output, network.classNames(output)));
        return withClasses(frame, known);
    }

    /** How many classes an output tells apart. */
    private static int classes(Shape output) {
        return output.size() == 1 ? 2 : Math.toIntExact(output.dim(0));
    }

    private List<String> names(Dataset<Row> frame, PlannedColumn target, int most, List<String> known) {
        Set<String> found = new LinkedHashSet<>();
        for (Row row : frame.select(column(target.column()))
                .distinct()
                .limit(most + 1 + known.size())
                .collectAsList()) {
            DataException.check(
                    !row.isNullAt(0),
                    "%s expects the name of a class in column \"%s\" but got null; fill it by na().fill(…), or leave such rows"
                            + " out by na().drop()",
                    who,
                    target.column());
            found.add(row.getString(0));
        }
        requireRows(found.size());
        if (known.isEmpty()) {
            List<String> sorted = Column.sorted(List.copyOf(found));
            DataException.check(
                    sorted.size() <= most,
                    "%s expects the names of at most %s classes in column \"%s\" for output \"%s\" but got %s or more, such as"
                            + " %s; give the network one output per class",
                    who,
                    most,
                    target.column(),
                    target.name(),
                    sorted.size(),
                    sorted.subList(0, Math.min(5, sorted.size())));
            return sorted;
        }
        List<String> unknown =
                found.stream().filter(name -> !known.contains(name)).sorted().toList();
        DataException.check(
                unknown.isEmpty(),
                "%s expects labels of the classes %s that the network was trained on in column \"%s\" but got %s; leave such"
                        + " rows out, or train a network that knows them",
                who,
                known,
                target.column(),
                unknown);
        return known;
    }

    /**
     * Refuses data without rows.
     *
     * @throws DataException if there are none
     */
    public void requireRows(long rows) {
        DataException.check(
                rows > 0, "%s expects at least one row but got none; check what the data are filtered by", who);
    }

    /** The columns that are read, each once. */
    public List<String> columns() {
        return Stream.concat(all(), Stream.ofNullable(weight))
                .map(PlannedColumn::column)
                .distinct()
                .toList();
    }

    private Stream<PlannedColumn> all() {
        return Stream.concat(inputs.stream(), targets.stream());
    }

    /** The names of the inputs and, behind them, of the targets: what {@link EncodedRow#numbers} are of. */
    public List<String> names() {
        return all().map(PlannedColumn::name).toList();
    }

    /** The shape of one example of each of {@link #names}; {@code []} for class numbers. */
    public List<Shape> shapes() {
        return all().map(column -> Shape.of(column.dims())).toList();
    }

    /** How many of {@link #names} are inputs. */
    public int inputs() {
        return inputs.size();
    }

    /** The names of the classes of the targets that are read by name, by the name of the output. */
    public Map<String, List<String>> classNames() {
        Map<String, List<String>> names = new LinkedHashMap<>();
        targets.forEach(target -> {
            if (target.reader() instanceof ClassNameCell cell) {
                names.put(target.name(), cell.names());
            }
        });
        return names;
    }

    /** Whether rows have weights. */
    public boolean isWeighted() {
        return weight != null;
    }

    /**
     * An encoder of the rows of one partition.
     *
     * @param names of the columns of these rows, in their order
     * @param partition its number
     */
    public RowEncoder encoder(List<String> names, int partition) {
        return new RowEncoder(who, doubles, all().toList(), weight, names, partition);
    }

    /** Examples of all rows, encoded where the rows are, in their order and their partitions. Nothing is run yet. */
    public JavaRDD<EncodedRow> encode(Dataset<Row> frame) {
        List<String> names = columns();
        Dataset<Row> used =
                frame.select(names.stream().map(FramePlan::column).toArray(org.apache.spark.sql.Column[]::new));
        FramePlan plan = this;
        List<String> serializable = new ArrayList<>(names);
        return used.toJavaRDD().mapPartitions(rows -> {
            RowEncoder encoder = plan.encoder(serializable, TaskContext.getPartitionId());
            return new MappedIterator<>(rows, encoder::encode);
        });
    }

    /** A frame with the metadata of columns that a schema has, such as names of attributes, which rows lose on their way. */
    public static Dataset<Row> described(Dataset<Row> frame, StructType schema) {
        boolean plain = Arrays.stream(schema.fields())
                .allMatch(field -> field.metadata().equals(Metadata.empty()));
        return plain
                ? frame
                : frame.select(Arrays.stream(schema.fields())
                        .map(field -> column(field.name()).as(field.name(), field.metadata()))
                        .toArray(org.apache.spark.sql.Column[]::new));
    }

    /** A column by its name, whatever characters it has. */
    static org.apache.spark.sql.Column column(String name) {
        return functions.col("`" + name.replace("`", "``") + "`");
    }

    /**
     * Examples as arrays: inputs and targets by their names, with names of classes and weights.
     *
     * @param rows at least one
     * @throws IllegalArgumentException if there are none, or all weights are 0
     */
    public io.github.bn4j.data.Dataset dataset(List<EncodedRow> rows) {
        requireRows(rows.size());
        Map<String, INDArray> features = new LinkedHashMap<>();
        Map<String, INDArray> wanted = new LinkedHashMap<>();
        List<PlannedColumn> columns = all().toList();
        for (int i = 0; i < columns.size(); i++) {
            (i < inputs.size() ? features : wanted).put(columns.get(i).name(), array(rows, i, columns.get(i)));
        }
        io.github.bn4j.data.Dataset data = io.github.bn4j.data.Dataset.of(features, wanted);
        for (Map.Entry<String, List<String>> names : classNames().entrySet()) {
            data = data.classNames(names.getKey(), names.getValue());
        }
        return weight == null
                ? data
                : data.weights(rows.stream().mapToDouble(EncodedRow::weight).toArray());
    }

    /** The input arrays {@code [rows, shape]} of some examples by their names. */
    public Map<String, INDArray> inputs(List<EncodedRow> rows) {
        Map<String, INDArray> arrays = new LinkedHashMap<>();
        for (int i = 0; i < inputs.size(); i++) {
            arrays.put(inputs.get(i).name(), array(rows, i, inputs.get(i)));
        }
        return arrays;
    }

    /** The target arrays {@code [rows, shape]} of some examples by their names. */
    public Map<String, INDArray> targets(List<EncodedRow> rows) {
        Map<String, INDArray> arrays = new LinkedHashMap<>();
        for (int i = 0; i < targets.size(); i++) {
            arrays.put(targets.get(i).name(), array(rows, inputs.size() + i, targets.get(i)));
        }
        return arrays;
    }

    /** The class numbers of some examples, or null where the only target has none, or there are others. */
    public double @Nullable [] classNumbers(List<EncodedRow> rows) {
        if (targets.size() != 1 || targets.get(0).dims().length > 0) {
            return null;
        }
        int position = inputs.size();
        return rows.stream()
                .mapToDouble(
                        row -> doubles ? ((double[]) row.numbers(position))[0] : ((float[]) row.numbers(position))[0])
                .toArray();
    }

    private INDArray array(List<EncodedRow> rows, int position, PlannedColumn column) {
        long[] shape = Shape.of(column.dims()).batched(rows.size());
        return doubles ? doubles(rows, position, column.size(), shape) : floats(rows, position, column.size(), shape);
    }

    private static INDArray doubles(List<EncodedRow> rows, int position, int size, long... shape) {
        double[] all = new double[Math.multiplyExact(rows.size(), size)];
        for (int row = 0; row < rows.size(); row++) {
            System.arraycopy(rows.get(row).numbers(position), 0, all, row * size, size);
        }
        return Tensors.of(org.nd4j.linalg.api.buffer.DataType.DOUBLE, all, shape);
    }

    private static INDArray floats(List<EncodedRow> rows, int position, int size, long... shape) {
        float[] all = new float[Math.multiplyExact(rows.size(), size)];
        for (int row = 0; row < rows.size(); row++) {
            System.arraycopy(rows.get(row).numbers(position), 0, all, row * size, size);
        }
        return Tensors.of(all, shape);
    }

    @Override
    public String toString() {
        return "FramePlan[" + who + " " + columns() + "]";
    }
}
