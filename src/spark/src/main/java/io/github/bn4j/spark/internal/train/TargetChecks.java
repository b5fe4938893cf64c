package io.github.bn4j.spark.internal.train;

import io.github.bn4j.data.DataException;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.spark.internal.frame.EncodedRow;
import io.github.bn4j.spark.internal.frame.FramePlan;
import io.github.bn4j.train.Loss;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What losses ask of the targets of all rows, looked at where the rows are, so that the driver does not have to know them. */
final class TargetChecks implements Serializable {

    private static final long serialVersionUID = 1;

    /** How many rows are looked at together. */
    private static final int BATCH = 64;

    private final FramePlan plan;
    private final byte[] losses;
    private final Map<String, long[]> outputs = new LinkedHashMap<>();

    /**
     * Those of a training.
     *
     * @param losses by output; those that have no target are left to others
     * @throws IllegalArgumentException if a loss cannot travel
     */
    TargetChecks(FramePlan plan, Graph graph, Map<String, Loss> losses) {
        this.plan = plan;
        this.losses = Serialized.of(new LinkedHashMap<>(losses));
        graph.outputs().forEach((name, value) -> outputs.put(name, value.shape().dims()));
    }

    /**
     * Looks at the rows of a partition.
     *
     * @return by what they are known again
     * @throws DataException if a loss does not take a target
     */
    PartitionDigest look(int partition, Iterator<EncodedRow> rows) {
        Map<?, ?> all = Serialized.read(losses, LinkedHashMap.class);
        PartitionDigest digest = PartitionDigest.NONE;
        List<EncodedRow> some = new ArrayList<>();
        while (rows.hasNext()) {
            EncodedRow row = rows.next();
            digest = digest.with(row);
            some.add(row);
            if (some.size() == BATCH || !rows.hasNext()) {
                int first = digest.rows() - some.size();
                check(all, some, "data in partition " + partition + (first == 0 ? "" : " from row " + first + " on"));
                some.clear();
            }
        }
        return digest;
    }

    private void check(Map<?, ?> all, List<EncodedRow> rows, String where) {
        plan.targets(rows).forEach((name, array) -> {
            if (all.get(name) instanceof Loss loss) {
                try {
                    loss.check(Shape.of(Objects.requireNonNull(outputs.get(name))), array, where);
                } catch (IllegalArgumentException refused) {
                    throw DataException.of("%s", refused.getMessage());
                }
            }
        });
    }
}
