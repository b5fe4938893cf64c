package io.github.bn4j.spark.internal.inference;

import static java.util.Objects.requireNonNull;

import io.github.bn4j.Network;
import io.github.bn4j.internal.Floats;
import io.github.bn4j.spark.internal.frame.EncodedRow;
import io.github.bn4j.spark.internal.frame.RowEncoder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Queue;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The rows of a partition with what a network says of them; holds one batch of them. */
final class ScoredRows implements Iterator<Row> {

    private final Iterator<Row> rows;
    private final Scorer scorer;
    private final RowEncoder encoder;
    private final Queue<Row> ready = new ArrayDeque<>();
    private @Nullable Network network;

    ScoredRows(Iterator<Row> rows, Scorer scorer, RowEncoder encoder) {
        this.rows = rows;
        this.scorer = scorer;
        this.encoder = encoder;
    }

    @Override
    public boolean hasNext() {
        while (ready.isEmpty() && rows.hasNext()) {
            readBatch();
        }
        return !ready.isEmpty();
    }

    @Override
    public Row next() {
        if (!hasNext()) {
            throw new NoSuchElementException("the partition has no more rows");
        }
        return ready.remove();
    }

    private void readBatch() {
        List<Row> batch = new ArrayList<>();
        List<EncodedRow> examples = new ArrayList<>();
        while (batch.size() < scorer.batchRows() && rows.hasNext()) {
            Row row = rows.next();
            if (!scorer.skipMissing() || !encoder.lacksAnInput(row)) {
                batch.add(row);
                examples.add(encoder.encode(row));
            }
        }
        if (batch.isEmpty()) {
            return;
        }
        Map<String, INDArray> outputs = network().forward(scorer.plan().inputs(examples));
        List<double[]> numbers = scorer.outputs().stream()
                .map(output -> Floats.values(requireNonNull(outputs.get(output.name()))))
                .toList();
        for (int i = 0; i < batch.size(); i++) {
            ready.add(scored(batch.get(i), numbers, i));
        }
    }

    /** Asked for once, so that a partition keeps its network however many others are in use meanwhile. */
    private Network network() {
        Network known = network;
        if (known == null) {
            known = scorer.network().value().shared();
            network = known;
        }
        return known;
    }

    private Row scored(Row row, List<double[]> numbers, int position) {
        List<Object> cells = new ArrayList<>();
        for (int i = 0; i < row.size(); i++) {
            cells.add(row.get(i));
        }
        for (int i = 0; i < numbers.size(); i++) {
            scorer.outputs().get(i).addTo(cells, numbers.get(i), position);
        }
        return RowFactory.create(cells.toArray());
    }
}
