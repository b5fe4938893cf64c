package io.github.bn4j.engine.internal.reference;

import static io.github.bn4j.internal.Checks.checkArgument;

import io.github.bn4j.graph.Call;
import io.github.bn4j.graph.Gradients;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.ShapeException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** One op call over one batch, with what its forward pass left for the backward pass. */
public final class ReferenceCall implements Call {

    private final Node node;
    private final INDArray[] inputs;
    private final INDArray[] parameters;
    private final long batch;
    private final boolean training;
    private final long seed;
    private final BatchPart part;
    private INDArray[] kept = new INDArray[0];
    private @Nullable INDArray mean;
    private @Nullable INDArray variance;
    private double count;

    /** A call that has not run yet. */
    public ReferenceCall(Node node, INDArray[] inputs, INDArray[] parameters, long batch, boolean training, long seed) {
        this(node, inputs, parameters, batch, training, seed, BatchPart.WHOLE);
    }

    /** A call on a part of a batch that has not run yet. */
    public ReferenceCall(
            Node node,
            INDArray[] inputs,
            INDArray[] parameters,
            long batch,
            boolean training,
            long seed,
            BatchPart part) {
        this.part = part;
        this.node = node;
        this.inputs = inputs;
        this.parameters = parameters;
        this.batch = batch;
        this.training = training;
        this.seed = seed;
    }

    @Override
    public String layer() {
        return node.layer();
    }

    @Override
    public int inputs() {
        return inputs.length;
    }

    @Override
    public INDArray input(int index) {
        return inputs[index];
    }

    @Override
    public INDArray parameter(int index) {
        return parameters[index];
    }

    @Override
    public INDArray parameter(String name) {
        return parameters[node.parameters().indexOf(node.parameter(name))];
    }

    @Override
    public Shape outputShape() {
        return node.output().shape();
    }

    @Override
    public boolean training() {
        return training;
    }

    @Override
    public void keep(INDArray... arrays) {
        if (training) {
            kept = arrays;
        }
    }

    @Override
    public INDArray kept(int index) {
        return kept[index];
    }

    @Override
    public boolean isPart() {
        return part != BatchPart.WHOLE;
    }

    @Override
    public long firstExample() {
        return part.firstExample();
    }

    @Override
    public INDArray sum(INDArray own) {
        return part.sum(own);
    }

    @Override
    public long batch() {
        return batch;
    }

    @Override
    public long randomKey() {
        return key(seed, node.output().id());
    }

    /** The key of the random numbers of one node in one step. */
    public static long key(long seed, int node) {
        return mix(seed + 0x9E3779B97F4A7C15L * (node + 1));
    }

    /** The seed of one step. */
    public static long seed(long seed, long step) {
        return mix(seed) + step;
    }

    private static long mix(long bits) {
        long mixed = (bits ^ (bits >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }

    @Override
    public void statistics(INDArray batchMean, INDArray batchVariance, double valueCount) {
        mean = batchMean;
        variance = batchVariance;
        count = valueCount;
    }

    /** What the op reported as its mean. */
    public @Nullable INDArray mean() {
        return mean;
    }

    /** What the op reported as its variance. */
    public @Nullable INDArray variance() {
        return variance;
    }

    /** What the op reported as the number of values behind each variance. */
    public double count() {
        return count;
    }

    Node node() {
        return node;
    }

    /**
     * Refuses what the op's arithmetic gave if it has another shape or type.
     *
     * @param what name of the result for the message
     */
    public void require(String what, long[] expected, INDArray actual, DataType type) {
        if (!Arrays.equals(expected, actual.shape())) {
            throw ShapeException.expected(
                            what + " of shape " + Arrays.toString(expected),
                            Arrays.toString(actual.shape()),
                            "mend the op's arithmetic")
                    .by("op " + node.op().label() + " in layer \"" + node.layer() + "\"");
        }
        if (actual.dataType() != type) {
            throw new IllegalArgumentException("op " + node.op().label() + " in layer \"" + node.layer()
                    + "\" expects " + what + " of type " + type + " but got " + actual.dataType()
                    + "; mend the op's arithmetic");
        }
    }

    /** Refuses gradients that are too few or too many. */
    public void requireGradients(Gradients result) {
        int differentiable = node.differentiable().size();
        int given = result.parameters().size();
        checkArgument(
                result.inputs().size() == node.inputs().size() && (given == differentiable || given == 0),
                "op %s expects to return gradients for %s inputs and %s parameters but got %s and %s",
                node.op().label(),
                node.inputs().size(),
                differentiable,
                result.inputs().size(),
                given);
    }
}
