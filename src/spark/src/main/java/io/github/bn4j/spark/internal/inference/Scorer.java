package io.github.bn4j.spark.internal.inference;

import io.github.bn4j.spark.internal.frame.FramePlan;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;

/** Adds what a network says to the rows of a partition, a batch at a time, when somebody asks for them. */
public final class Scorer implements MapPartitionsFunction<Row, Row> {

    private static final long serialVersionUID = 1;

    private final Broadcast<PortableNetwork> network;
    private final FramePlan plan;
    private final List<String> names;
    private final List<ScoredOutput> outputs;
    private final int batchRows;
    private final boolean skipMissing;

    /**
     * One for rows of a DataFrame.
     *
     * @param network what says it
     * @param plan how rows become its inputs
     * @param names of the columns of the rows
     * @param outputs what becomes of its outputs
     * @param batchRows how many rows are held at a time, at most
     * @param skipMissing whether rows without an input are left out
     */
    public Scorer(
            Broadcast<PortableNetwork> network,
            FramePlan plan,
            List<String> names,
            List<ScoredOutput> outputs,
            int batchRows,
            boolean skipMissing) {
        this.network = network;
        this.plan = plan;
        this.names = new ArrayList<>(names);
        this.outputs = new ArrayList<>(outputs);
        this.batchRows = batchRows;
        this.skipMissing = skipMissing;
    }

    @Override
    public Iterator<Row> call(Iterator<Row> rows) {
        return new ScoredRows(rows, this, plan.encoder(names, TaskContext.getPartitionId()));
    }

    Broadcast<PortableNetwork> network() {
        return network;
    }

    FramePlan plan() {
        return plan;
    }

    List<ScoredOutput> outputs() {
        return outputs;
    }

    int batchRows() {
        return batchRows;
    }

    boolean skipMissing() {
        return skipMissing;
    }
}
