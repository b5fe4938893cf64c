package io.github.bn4j.graph;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * One run of one op over one batch: what the reference arithmetic of an {@link Op} is given. The same object is handed
 * to {@link Op#forward} and {@link Op#backward} of a training step, so that the second can use what the first kept.
 *
 * <p>Arrays made during a call live until the end of the step; the engine owns their memory. An op must not modify what
 * it is given and must not close anything, but may return its input or a view of it.
 */
public interface Call {

    /** Path of the layer that asked for the op, for messages. */
    String layer();

    /** Number of inputs. */
    int inputs();

    /** Input {@code index}, batch axis first. Not modified. */
    INDArray input(int index);

    /** Parameter {@code index}, in the order of the node. Not modified. */
    INDArray parameter(int index);

    /** The parameter of that name, as in {@link Op#operands}. Not modified. */
    INDArray parameter(String name);

    /** The shape of one example of the output, as the op's own shape rule gave it. */
    Shape outputShape();

    /** Whether this is a training step, not a prediction. */
    boolean training();

    /** Keeps arrays for the backward pass; has no effect in a prediction. */
    void keep(INDArray... arrays);

    /** Array {@code index} of those kept by the forward pass. */
    INDArray kept(int index);

    /**
     * Whether there are other parts of the batch elsewhere. What an op does to single examples is the same then; one that
     * looks at the whole batch needs {@link #sum} and {@link #firstExample}.
     */
    default boolean isPart() {
        return false;
    }

    /** How many examples of the batch come before this part. */
    default long firstExample() {
        return 0;
    }

    /**
     * Adds up an array over all parts of the batch. Every part has to ask for the same sums, in the same order.
     *
     * @param own what this part has to add. Not modified.
     */
    default INDArray sum(INDArray own) {
        return own;
    }

    /** Number of examples. */
    default long batch() {
        return input(0).size(0);
    }

    /**
     * A key for random numbers that is a pure function of the network's seed, the step and the node, so that every
     * engine draws the same mask.
     */
    long randomKey();

    /**
     * Reports statistics of the batch, one per channel, that {@link Op#update} is given after the step.
     *
     * @param mean batch mean
     * @param variance biased batch variance
     * @param count number of values, or sum of weights, behind each variance
     */
    void statistics(INDArray mean, INDArray variance, double count);
}
