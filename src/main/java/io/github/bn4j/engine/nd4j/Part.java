package io.github.bn4j.engine.nd4j;

import org.nd4j.linalg.api.ndarray.INDArray;

/** Which examples of a batch a run has before it, and how it learns of the others. */
interface Part {

    /** All of them. */
    Part WHOLE = new Part() {
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
