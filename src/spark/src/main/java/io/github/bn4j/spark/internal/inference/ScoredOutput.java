package io.github.bn4j.spark.internal.inference;

import io.github.bn4j.graph.Shape;
import io.github.bn4j.train.Task;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.jspecify.annotations.Nullable;

/** What becomes of one output of a network: the columns, and their cells for a row. */
public final class ScoredOutput implements Serializable {

    private static final long serialVersionUID = 1;

    private final String name;
    private final Task task;
    private final int size;
    private final int classes;
    private final List<String> classNames;
    private final ScoreColumns columns;
    private final double @Nullable [] thresholds;

    /**
     * One output.
     *
     * @param name of the output
     * @param shape of one example of it
     * @param task what it is for
     * @param classNames the name of class 0 first; empty if classes have none
     * @param columns where it goes
     * @param thresholds of the classes: the one with the largest quotient of probability and threshold is predicted; null for the
     *     most probable one
     */
    public ScoredOutput(
            String name,
            Shape shape,
            Task task,
            List<String> classNames,
            ScoreColumns columns,
            double @Nullable [] thresholds) {
        this.name = name;
        this.task = task;
        this.size = Math.toIntExact(shape.size());
        this.classes = shape.rank() == 0 ? 1 : Math.toIntExact(shape.dim(0));
        this.classNames = new ArrayList<>(classNames);
        this.columns = columns;
        this.thresholds = thresholds;
    }

    String name() {
        return name;
    }

    /** The new columns, in their order. */
    public List<StructField> fields() {
        List<StructField> fields = new ArrayList<>();
        add(fields, columns.raw(), task != Task.REGRESSION, SQLDataTypes.VectorType());
        add(fields, columns.probability(), task != Task.REGRESSION, SQLDataTypes.VectorType());
        add(fields, columns.prediction(), true, predictionType());
        add(fields, columns.label(), hasNames(), DataTypes.StringType);
        return fields;
    }

    private static void add(List<StructField> fields, String column, boolean has, DataType type) {
        if (has && !column.isEmpty()) {
            fields.add(new StructField(column, type, false, Metadata.empty()));
        }
    }

    private boolean hasNames() {
        return !classNames.isEmpty() && (isBinary() || (task == Task.CLASSIFICATION && size == classes));
    }

    private boolean isBinary() {
        return task == Task.MULTI_LABEL && size == 1;
    }

    private DataType predictionType() {
        if (task == Task.MULTI_LABEL && !isBinary()) {
            return DataTypes.createArrayType(DataTypes.DoubleType, false);
        }
        boolean single = task == Task.CLASSIFICATION ? size == classes : size == 1;
        return single ? DataTypes.DoubleType : SQLDataTypes.VectorType();
    }

    /**
     * Adds the cells of a row, as {@link #fields} says.
     *
     * @param outputs of all rows
     * @param row its number among them
     */
    void addTo(List<Object> cells, double[] outputs, int row) {
        double[] raw = new double[size];
        System.arraycopy(outputs, row * size, raw, 0, size);
        switch (task) {
            case REGRESSION -> add(cells, columns.prediction(), size == 1 ? raw[0] : Vectors.dense(raw));
            case MULTI_LABEL -> addLabels(cells, raw);
            case CLASSIFICATION -> addClasses(cells, raw);
        }
    }

    private static void add(List<Object> cells, String column, Object cell) {
        if (!column.isEmpty()) {
            cells.add(cell);
        }
    }

    private void addLabels(List<Object> cells, double... raw) {
        double[] probability = Arrays.stream(raw).map(ScoredOutput::sigmoid).toArray();
        if (isBinary()) {
            double[] both = {1 - probability[0], probability[0]};
            add(cells, columns.raw(), Vectors.dense(-raw[0], raw[0]));
            add(cells, columns.probability(), Vectors.dense(both));
            int number = thresholds == null ? (raw[0] > 0 ? 1 : 0) : chosen(both, 0, 2, 1);
            add(cells, columns.prediction(), (double) number);
            addName(cells, number);
            return;
        }
        add(cells, columns.raw(), Vectors.dense(raw));
        add(cells, columns.probability(), Vectors.dense(probability));
        add(
                cells,
                columns.prediction(),
                IntStream.range(0, size)
                        .filter(i -> raw[i] > 0)
                        .asDoubleStream()
                        .toArray());
    }

    private void addClasses(List<Object> cells, double... raw) {
        int positions = size / classes;
        double[] probability = new double[size];
        double[] chosen = new double[positions];
        for (int position = 0; position < positions; position++) {
            softmax(raw, probability, position, positions, classes);
            chosen[position] = thresholds == null
                    ? chosen(raw, position, classes, positions)
                    : chosen(probability, position, classes, positions);
        }
        add(cells, columns.raw(), Vectors.dense(raw));
        add(cells, columns.probability(), Vectors.dense(probability));
        add(cells, columns.prediction(), positions == 1 ? chosen[0] : Vectors.dense(chosen));
        addName(cells, (int) chosen[0]);
    }

    private void addName(List<Object> cells, int number) {
        if (hasNames()) {
            add(cells, columns.label(), number < classNames.size() ? classNames.get(number) : Integer.toString(number));
        }
    }

    private static double sigmoid(double logit) {
        return 1 / (1 + Math.exp(-logit));
    }

    /**
     * The probabilities of the classes of one example.
     *
     * @param raw a score for each class, or {@code (−x, x)} for a logit {@code x}. Not modified.
     * @param single whether it is a logit
     */
    public static double[] probability(double[] raw, boolean single) {
        double[] probability = new double[raw.length];
        if (single) {
            probability[1] = sigmoid(raw[1]);
            probability[0] = 1 - probability[1];
        } else {
            softmax(raw, probability, 0, 1, raw.length);
        }
        return probability;
    }

    private static void softmax(double[] raw, double[] to, int from, int step, int classes) {
        double largest = Double.NEGATIVE_INFINITY;
        for (int c = 0; c < classes; c++) {
            largest = Math.max(largest, raw[from + c * step]);
        }
        double sum = 0;
        for (int c = 0; c < classes; c++) {
            to[from + c * step] = Math.exp(raw[from + c * step] - largest);
            sum += to[from + c * step];
        }
        for (int c = 0; c < classes; c++) {
            to[from + c * step] /= sum;
        }
    }

    /** The class of the largest score, the first one of several. */
    private int chosen(double[] scores, int from, int count, int step) {
        double[] limits = thresholds;
        IntToDoubleFunction value = c -> {
            double score = scores[from + c * step];
            if (limits == null) {
                return score;
            }
            // A threshold of 0 stands for a class that is taken whenever it is possible.
            return limits[c] == 0
                    ? (score == 0 ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY)
                    : score / limits[c];
        };
        int best = 0;
        for (int c = 1; c < count; c++) {
            best = value.applyAsDouble(c) > value.applyAsDouble(best) ? c : best;
        }
        return best;
    }
}
