package io.github.bn4j.train;

import io.github.bn4j.graph.Shape;
import io.github.bn4j.internal.ExampleRows;
import io.github.bn4j.internal.Floats;
import io.github.bn4j.internal.Tensors;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The positions of a classification that count in its loss, each as an example of its own: those that are ignored have no class
 * to compare with.
 *
 * @param rows their numbers among all positions of all examples
 */
record CountedPositions(List<Integer> rows) {

    /** Those of labels in which some positions count nothing; empty if the loss weighs none. */
    static Optional<CountedPositions> of(Objective.Target target, INDArray labels) {
        Shape output = target.value().shape();
        boolean numbers = output.rank() > 0 && labels.rank() == output.rank();
        if (!numbers || target.weights(labels).isEmpty()) {
            return Optional.empty();
        }
        INDArray flat = Tensors.dense(labels, labels.dataType()).reshape('c', new long[] {labels.length()});
        return target.loss()
                .weights(Shape.of(output.dim(0)), flat)
                .map(weights -> new CountedPositions(IntStream.range(0, weights.length)
                        .filter(row -> weights[row] > 0)
                        .boxed()
                        .toList()));
    }

    /**
     * Those of all classes but one; empty if nothing is of that.
     *
     * @param labels class numbers {@code [examples, …]}. Not modified.
     */
    static Optional<CountedPositions> without(int ignored, INDArray labels) {
        double[] numbers = Floats.values(labels);
        List<Integer> others = IntStream.range(0, numbers.length)
                .filter(row -> numbers[row] != ignored)
                .boxed()
                .toList();
        return others.size() == numbers.length ? Optional.empty() : Optional.of(new CountedPositions(others));
    }

    /** Of class numbers {@code [examples, …]} those that count, {@code [counted]}. */
    INDArray labels(INDArray all) {
        return some(Tensors.dense(all, all.dataType()).reshape('c', new long[] {all.length()}));
    }

    /** Of scores {@code [examples, classes, …]} those that count, {@code [counted, classes]}. */
    INDArray scores(INDArray all) {
        long classes = all.size(1);
        long positions = all.length() / all.size(0) / classes;
        INDArray each = Tensors.dense(all, all.dataType()).reshape('c', all.size(0), classes, positions);
        return some(Tensors.copy(each.permute(0, 2, 1)).reshape('c', all.size(0) * positions, classes));
    }

    private INDArray some(INDArray all) {
        long[] shape = all.shape().clone();
        shape[0] = rows.size();
        INDArray chosen = Tensors.zeros(all.dataType(), shape);
        ExampleRows.copy(all, rows.stream().mapToInt(Integer::intValue).toArray(), chosen);
        return chosen;
    }
}
