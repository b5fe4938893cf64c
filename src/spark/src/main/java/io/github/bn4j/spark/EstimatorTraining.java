package io.github.bn4j.spark;

import static io.github.bn4j.internal.Checks.checkArgument;

import io.github.bn4j.Network;
import io.github.bn4j.data.TailBatch;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Value;
import io.github.bn4j.spark.internal.frame.FrameColumns;
import io.github.bn4j.spark.internal.frame.FramePlan;
import io.github.bn4j.spark.internal.frame.TaskFailure;
import io.github.bn4j.train.Adam;
import io.github.bn4j.train.History;
import io.github.bn4j.train.Loss;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.types.StructType;
import org.nd4j.linalg.api.buffer.DataType;

/** How an estimator trains: at the driver, or by several workers. */
record EstimatorTraining(NetworkEstimator<?> params, String features, String label) {

    static void setDefaults(NetworkEstimator<?> params) {
        params.setDefault(params.maxIter(), 10);
        params.setDefault(params.batchSize(), 32);
        params.setDefault(params.stepSize(), 1e-3);
        params.setDefault(params.seed(), 42L);
        params.setDefault(params.numWorkers(), 1);
        params.setDefault(params.foldForInference(), false);
    }

    /** Refuses a network that spark.ml has no columns for. */
    static void requireSingle(String who, Graph graph) {
        checkArgument(
                graph.inputs().size() == 1 && graph.outputs().size() == 1,
                "%s expects a network with one input and one output but got %s and %s; use SparkTrainer",
                who,
                graph.inputs().keySet(),
                graph.outputs().keySet());
    }

    /** The only output. */
    static Value output(Graph graph) {
        return graph.outputs().values().iterator().next();
    }

    /** How rows of a schema become examples. */
    FramePlan plan(Graph graph, StructType schema) {
        FrameColumns columns = FrameColumns.of("fit", graph, features).label("fit", graph, label);
        String weights = params.getWeightCol();
        return FramePlan.of(
                "fit", graph, DataType.FLOAT, weights.isEmpty() ? columns : columns.weight("fit", weights), schema);
    }

    History train(Network network, Dataset<?> data, Loss loss) {
        if (params.getNumWorkers() > 1) {
            SparkTrainer trainer = SparkTrainer.of(network)
                    .workers(params.getNumWorkers())
                    .optimizer(Adam.of(params.getStepSize()))
                    .loss(loss)
                    .epochs(params.getMaxIter())
                    .batchSize(params.getBatchSize())
                    .seed(params.getSeed())
                    .tail(TailBatch.MERGE);
            String weights = params.getWeightCol();
            return (weights.isEmpty() ? trainer : trainer.weights(weights)).fit(data.toDF(), features, label);
        }
        FramePlan plan = plan(network.graph(), data.schema()).withClasses(data.toDF(), network);
        return network.trainer()
                .optimizer(Adam.of(params.getStepSize()))
                .loss(loss)
                .epochs(params.getMaxIter())
                .batchSize(params.getBatchSize())
                .seed(params.getSeed())
                .tail(TailBatch.MERGE)
                .fit(TaskFailure.unwrapped(
                        () -> plan.dataset(plan.encode(data.toDF()).collect())));
    }
}
