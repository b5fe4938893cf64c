package io.github.bn4j.train;

import static io.github.bn4j.internal.Checks.checkState;
import static java.util.Objects.requireNonNull;

import io.github.bn4j.engine.Collective;
import io.github.bn4j.engine.Model;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.ExampleRows;
import io.github.bn4j.internal.Tensors;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The outputs for validation data of which each of several processes has some examples: each predicts its own, and gets those of the others
 * by a sum with 0 in their places.
 *
 * @param all who they are
 * @param from the first of the own rows
 * @param to the one after the last of them
 * @param size how many rows all have together
 * @param arrays writes examples
 * @param names of the graph's inputs that are examples' inputs, in the order of the arrays of an example
 * @param wanted the graph's other inputs, of all rows, which everybody knows
 * @param examples the own ones
 */
record SharedValidation(
        Collective all,
        int from,
        int to,
        int size,
        ExampleArrays arrays,
        List<String> names,
        Map<String, INDArray> wanted,
        Iterator<SharedExample> examples)
        implements Validation.Outputs {

    @Override
    public Map<String, INDArray> of(Model running) {
        Map<String, INDArray> outputs = new LinkedHashMap<>();
        Map<String, INDArray> own = to > from ? running.predict(inputs(running)) : Map.of();
        running.graph().outputs().forEach((name, value) -> outputs.put(name, gathered(running, value, own.get(name))));
        return outputs;
    }

    private Map<String, INDArray> inputs(Model running) {
        List<SharedExample> own = new ArrayList<>();
        for (int row = from; row < to; row++) {
            checkState(
                    examples.hasNext(),
                    "SharedPart expects validation example %s but got none any more; give each part those from %s to"
                            + " before %s",
                    row,
                    from,
                    to);
            SharedExample example = examples.next();
            checkState(
                    example.row() == row,
                    "SharedPart expects validation example %s but got example %s; give each part those from %s to before"
                            + " %s, in order",
                    row,
                    example.row(),
                    from,
                    to);
            own.add(example);
        }
        arrays.check(own);
        DataType type = running.parameters().type();
        INDArray[] features = names.stream()
                .map(name -> Tensors.zeros(
                        type,
                        requireNonNull(running.graph().inputs().get(name))
                                .shape()
                                .batched(own.size())))
                .toArray(INDArray[]::new);
        arrays.write(own, features);
        Map<String, INDArray> inputs = new LinkedHashMap<>();
        for (int i = 0; i < features.length; i++) {
            inputs.put(names.get(i), features[i]);
        }
        int[] rows = IntStream.range(from, to).toArray();
        wanted.forEach((name, array) -> {
            long[] shape = array.shape().clone();
            shape[0] = rows.length;
            INDArray some = Tensors.zeros(array.dataType(), shape);
            ExampleRows.copy(array, rows, some);
            inputs.put(name, some);
        });
        return inputs;
    }

    private INDArray gathered(Model running, Value value, @Nullable INDArray own) {
        INDArray whole =
                Tensors.zeros(running.parameters().type(), value.shape().batched(size));
        if (own != null) {
            whole.get(NDArrayIndex.interval(from, to)).assign(own);
        }
        ArraySum.over(all, whole);
        return whole;
    }
}
