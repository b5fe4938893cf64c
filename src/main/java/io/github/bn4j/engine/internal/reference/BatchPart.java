package io.github.bn4j.engine.internal.reference;

import org.nd4j.linalg.api.ndarray.INDArray;

/** Which examples of a batch a run has before it, and how it learns of the others. */
public interface BatchPart {

    /** All of them. */
    BatchPart WHOLE = new BatchPart() {
        @Override
        public long firstExample() {
            return 0;
        }

        @Override
        public INDArray sum(INDArray own) {
            return own;
        }
    };

    /** How many examples of the batch come before these. */
    long firstExample();

    /** The sum over all parts of the batch. */
    INDArray sum(INDArray own);
}
