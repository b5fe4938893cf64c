package io.github.bn4j.networks;

import static java.util.Objects.requireNonNull;

import io.github.bn4j.Network;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Tracer;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.op.Addition;
import io.github.bn4j.train.Loss;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A network like those that people train: plain, residual, dense, inverted, U-shaped or a pair of twins, over images of 5 to 40 rows
 * and columns, over sequences of 8 to 100 places or over features, mostly with up to 80 channels, for a batch of 1 to 33 examples, with parameters that are no longer
 * initial. The same number draws the same network. For tiny networks of every op in any order there is {@link RandomNetwork}.
 *
 * <p>Left out is what float32 cannot compute well: norms over fewer than 8 values, behind which gradients are little but
 * rounding; means over channels with more than 1000 values in a batch, whose gradients are all alike, so that roundings in the sums
 * of oneDNN do not cancel; probabilities of one example alone, whose gradient is what they lack of 1, little but rounding if the
 * class is certain. How often a convolution may multiply is limited, so that large images and batches come with few channels; one
 * network in forty may multiply ten times as often.
 */
public final class RealisticNetwork {

    private static final String CLASS = "class of ";

    private final long seed;
    private final int batch;
    private final Network network;
    private final Map<String, Loss> losses;

    private RealisticNetwork(long seed) {
        this.seed = seed;
        Draw draw = new Draw(seed);
        batch = draw.chance(0.08) ? 1 : draw.chance(0.5) ? draw.from(2, 8) : draw.from(9, 33);
        // By a draw of its own, so that the others stay.
        boolean overSequences = new Draw(seed * 37 + 11).chance(0.12);
        Architecture architecture = new Architecture(draw, batch, overSequences);
        network = architecture.build(seed);
        losses = architecture.losses();
        LivedIn.change(network.parameters(), draw);
    }

    /** Network number {@code seed}. */
    public static RealisticNetwork draw(long seed) {
        return new RealisticNetwork(seed);
    }

    /** The network, in float32. */
    public Network network() {
        return network;
    }

    /** How many examples it is for. */
    public int batch() {
        return batch;
    }

    /**
     * Its graph with target inputs and a loss for each output. Their sum is the first output, those of the network follow. Inputs
     * without axes are class numbers.
     */
    public Graph withLoss() {
        Tracer tracer = new Tracer(network.graph());
        @Nullable Value total = null;
        for (Map.Entry<String, Value> output : network.graph().outputs().entrySet()) {
            Value value = output.getValue();
            Loss kind = requireNonNull(losses.get(output.getKey()));
            Value target = kind.equals(Loss.softmaxCrossEntropy())
                    ? tracer.input(CLASS + output.getKey(), Shape.of())
                    : tracer.input("target of " + output.getKey(), value.shape());
            Value loss = traced(kind, value).trace(tracer.scope(), value, target);
            total = total == null ? loss : tracer.scope().apply(new Addition(), total, loss);
        }
        Map<String, Value> outputs = new LinkedHashMap<>();
        outputs.put("loss", requireNonNull(total));
        outputs.putAll(network.graph().outputs());
        return tracer.graph().withOutputs(outputs);
    }

    /* Every fourth cross-entropy weighs its classes and smooths its labels; by draws of its own, so that the others stay. */
    private Loss traced(Loss kind, Value output) {
        Draw draw = new Draw(seed * 31 + output.id());
        if (!kind.equals(Loss.softmaxCrossEntropy()) || !draw.chance(0.25)) {
            return kind;
        }
        double[] weights = new double[(int) output.shape().dim(0)];
        Arrays.setAll(weights, i -> Math.exp(0.5 * draw.normal()));
        return Loss.softmaxCrossEntropy().labelSmoothing(0.1).classWeights(weights);
    }

    /**
     * Arrays for the inputs of {@link #withLoss}, in their order: standardised features and images, or images of which half of the
     * pixels are 0; targets; class numbers.
     */
    public List<INDArray> examples() {
        Draw draw = new Draw(~seed);
        boolean black = draw.chance(0.2);
        List<INDArray> arrays = new ArrayList<>();
        for (Value input : withLoss().inputs().values()) {
            double[] values = new double[batch * (int) input.shape().size()];
            if (input.shape().rank() == 0) {
                int classes = classes(input.name().substring(CLASS.length()));
                Arrays.setAll(values, i -> draw.from(0, classes - 1));
            } else {
                double least = black && input.shape().rank() == 3 ? 0 : Double.NEGATIVE_INFINITY;
                Arrays.setAll(values, i -> Math.max(least, draw.normal()));
            }
            arrays.add(Tensors.of(DataType.FLOAT, values, input.shape().batched(batch)));
        }
        return arrays;
    }

    private int classes(String output) {
        return (int)
                requireNonNull(network.graph().outputs().get(output)).shape().dim(0);
    }
}
