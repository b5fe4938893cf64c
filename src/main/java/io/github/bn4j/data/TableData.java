package io.github.bn4j.data;

import io.github.bn4j.data.internal.table.Column;
import io.github.bn4j.data.internal.table.TableValues;
import io.github.bn4j.internal.Tensors;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The rows of a table as a data set. */
final class TableData {

    private TableData() {}

    /**
     * Features, and labels or targets if one of the columns has them.
     *
     * @param learned what the columns mean, in the order of the values
     */
    static Dataset of(TableValues values, List<Column> learned) {
        INDArray features = values.features(learned);
        for (int position = 0; position < learned.size(); position++) {
            Column column = learned.get(position);
            if (column.kind().isAnswer()) {
                return of(features, column, values.answers(column, position));
            }
        }
        return Dataset.of(Map.of("features", features), Map.of());
    }

    private static Dataset of(INDArray features, Column answer, double... numbers) {
        int rows = numbers.length;
        return answer.kind() == Column.Kind.TARGET
                ? Dataset.of(features, Tensors.of(DataType.FLOAT, numbers, rows, 1))
                : Dataset.of(features, Tensors.of(DataType.FLOAT, numbers, rows))
                        .classNames(answer.categories());
    }
}
