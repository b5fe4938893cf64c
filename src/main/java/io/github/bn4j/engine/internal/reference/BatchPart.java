package io.github.bn4j.engine.internal.reference;

import io.github.bn4j.internal.Floats;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Which examples of a batch a run has before it, and how it learns of the others. */
public interface BatchPart {

    /** All of them. */
    BatchPart WHOLE = new BatchPart() {
        @Override
        public long firstExample() {
            return 0;
        }

        @Override
        public void addUp(double[] own) {
            // There is nothing to add.
        }

        @Override
        public INDArray sum(INDArray own) {
            return own;
        }
    };

    /** How many examples of the batch come before these. */
    long firstExample();

    /**
     * Replaces what this part has by the sum over all parts of the batch.
     *
     * @param own an element for each sum. Modified.
     */
    void addUp(double[] own);

    /** The sum over all parts of the batch. */
    default INDArray sum(INDArray own) {
        double[] sums = Floats.values(own);
        addUp(sums);
        return Nd4j.createFromArray(sums).castTo(own.dataType()).reshape('c', own.shape());
    }
}
