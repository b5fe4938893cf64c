package io.github.bn4j.spark.internal.ml;

import io.github.bn4j.Network;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.spark.SparkModel;
import io.github.bn4j.spark.internal.inference.PortableNetwork;
import io.github.bn4j.train.History;
import java.io.Serializable;
import java.util.Optional;
import org.apache.spark.ml.linalg.Vector;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The network of a model of spark.ml, and what predicts with it. */
public final class FittedNetwork implements Serializable {

    private static final long serialVersionUID = 1;

    private final PortableNetwork file;
    private final transient @Nullable History history;
    private transient @Nullable SparkModel plain;
    private transient @Nullable SparkModel folded;

    /**
     * A network as it has been trained.
     *
     * @param history null for one that was loaded
     */
    public FittedNetwork(PortableNetwork file, @Nullable History history) {
        this.file = file;
        this.history = history;
    }

    /** The network as it is stored. */
    public PortableNetwork file() {
        return file;
    }

    /** The epochs of the training, if it is known. */
    public Optional<History> history() {
        return Optional.ofNullable(history);
    }

    /** What predicts on DataFrames. */
    public synchronized SparkModel model(boolean fold) {
        SparkModel known = plain;
        if (known == null) {
            known = SparkModel.of(file.copy());
            plain = known;
        }
        if (!fold) {
            return known;
        }
        SparkModel also = folded;
        if (also == null) {
            also = known.folded();
            folded = also;
        }
        return also;
    }

    /** How many numbers an example has. */
    public int numFeatures() {
        return Math.toIntExact(file.shared()
                .graph()
                .inputs()
                .values()
                .iterator()
                .next()
                .shape()
                .size());
    }

    /** What the network says of one example. */
    public double[] raw(Vector features) {
        Network network = file.shared();
        long[] shape =
                network.graph().inputs().values().iterator().next().shape().batched(1);
        INDArray example = Tensors.of(network.parameters().type(), features.toArray(), shape);
        return network.predict(example).dup('c').data().asDouble();
    }
}
