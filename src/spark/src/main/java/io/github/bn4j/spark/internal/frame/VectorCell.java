package io.github.bn4j.spark.internal.frame;

import java.util.Arrays;
import org.apache.spark.ml.linalg.SparseVector;
import org.apache.spark.ml.linalg.Vector;
import org.jspecify.annotations.Nullable;

/** A vector of spark.ml, dense or sparse. */
record VectorCell() implements CellReader {

    @Override
    public void read(@Nullable Object cell, double[] to) {
        if (cell == null) {
            throw Misfit.missing("vectors of " + to.length + " numbers");
        }
        Vector vector = (Vector) cell;
        if (vector.size() != to.length) {
            throw new Misfit(
                    "vectors of " + to.length + " numbers", vector.size() + " numbers", "assemble all vectors alike");
        }
        if (vector instanceof SparseVector sparse) {
            Arrays.fill(to, 0);
            int[] indices = sparse.indices();
            for (int i = 0; i < indices.length; i++) {
                to[indices[i]] = sparse.values()[i];
            }
        } else {
            System.arraycopy(vector.toArray(), 0, to, 0, to.length);
        }
    }
}
