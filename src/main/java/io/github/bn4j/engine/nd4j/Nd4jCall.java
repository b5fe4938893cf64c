package io.github.bn4j.engine.nd4j;

import io.github.bn4j.graph.Call;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Shape;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** One op call over one batch, with what its forward pass left for the backward pass. */
final class Nd4jCall implements Call {

    private final Node node;
    private final INDArray[] inputs;
    private final INDArray[] parameters;
    private final long batch;
    private final boolean training;
    private final long seed;
    private INDArray[] kept = new INDArray[0];
    private @Nullable INDArray mean;
    private @Nullable INDArray variance;

    Nd4jCall(Node node, INDArray[] inputs, INDArray[] parameters, long batch, boolean training, long seed) {
        this.node = node;
        this.inputs = inputs;
        this.parameters = parameters;
        this.batch = batch;
        this.training = training;
        this.seed = seed;
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
    public long batch() {
        return batch;
    }

    @Override
    public long randomKey() {
        return mix(seed + 0x9E3779B97F4A7C15L * (node.output().id() + 1));
    }

    static long mix(long bits) {
        long mixed = (bits ^ (bits >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }

    @Override
    public void statistics(INDArray batchMean, INDArray batchVariance) {
        mean = batchMean;
        variance = batchVariance;
    }

    @Nullable
    INDArray mean() {
        return mean;
    }

    @Nullable
    INDArray variance() {
        return variance;
    }

    Node node() {
        return node;
    }
}
