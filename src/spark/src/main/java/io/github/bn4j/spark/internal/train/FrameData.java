package io.github.bn4j.spark.internal.train;

import static java.util.Objects.requireNonNull;

import io.github.bn4j.Network;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.spark.internal.frame.FrameColumns;
import io.github.bn4j.spark.internal.frame.FramePlan;
import io.github.bn4j.train.Loss;
import io.github.bn4j.train.SharedTraining;
import io.github.bn4j.train.Trainer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/** DataFrames, whose rows are encoded where they are. */
public final class FrameData implements FitData {

    private final String who;
    private final Network network;
    private final Map<String, Loss> losses;
    private final FrameColumns columns;
    private final Dataset<Row> train;
    private final @Nullable Dataset<Row> validation;
    private @Nullable FramePlan plan;
    private @Nullable TargetChecks checks;

    private FrameData(
            String who,
            Network network,
            Map<String, Loss> losses,
            FrameColumns columns,
            Dataset<Row> train,
            @Nullable Dataset<Row> validation) {
        this.who = who;
        this.network = network;
        this.losses = losses;
        this.columns = columns;
        this.train = train;
        this.validation = validation;
    }

    /**
     * Some columns of DataFrames.
     *
     * @param who {@code fit} or {@code resume}, for messages
     * @param losses those that the trainer has, by output
     * @param read of inputs and outputs
     * @param weights the column of weights; null for none
     * @param validation null if there is none
     */
    public static FrameData of(
            String who,
            Network network,
            Map<String, Loss> losses,
            FrameColumns read,
            @Nullable String weights,
            Dataset<Row> train,
            @Nullable Dataset<Row> validation) {
        FrameColumns all = read;
        for (Map.Entry<String, Loss> loss : losses.entrySet()) {
            if (loss.getValue().ignoredClass().isPresent()) {
                all = all.ignoring(loss.getKey(), loss.getValue().ignoredClass().getAsInt());
            }
        }
        all = weights == null ? all : all.weight(who, weights);
        return new FrameData(who, network, losses, all, train, validation);
    }

    @Override
    public JavaSparkContext spark() {
        return JavaSparkContext.fromSparkContext(train.sparkSession().sparkContext());
    }

    @Override
    public List<TravellingData> prepare() {
        Graph graph = network.graph();
        Map<String, List<String>> known = new LinkedHashMap<>();
        graph.outputs().keySet().forEach(output -> known.put(output, network.classNames(output)));
        FramePlan made = FramePlan.of(who, graph, network.parameters().type(), columns, train.schema())
                .withClasses(train, known);
        plan = made;
        checks = new TargetChecks(made, graph, losses);
        return List.of();
    }

    @Override
    public ClusterData training(Trainer trainer) {
        return examples(train, trainer);
    }

    @Override
    public @Nullable ClusterData validation() {
        return validation == null ? null : examples(validation, null);
    }

    /** Without a trainer with all targets. */
    private ExampleData examples(Dataset<Row> frame, @Nullable Trainer trainer) {
        return ExampleData.of(
                requireNonNull(plan),
                frame,
                requireNonNull(checks),
                known -> trainer == null || SharedTraining.needsTargets(trainer, known));
    }
}
