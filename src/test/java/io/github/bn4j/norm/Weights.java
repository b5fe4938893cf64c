package io.github.bn4j.norm;

import io.github.bn4j.Network;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.internal.Tensors;
import java.util.Random;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Parameters of networks that have seen something. */
final class Weights {

    private Weights() {}

    /** Random everything: gammas and betas of either sign, one gamma in five 0, variances from 0.5 to 2.5. */
    static Network shaken(Network net, long seed) {
        Random random = new Random(seed);
        for (Parameter parameter : net.parameters().all()) {
            INDArray values = net.parameters().get(parameter.name());
            double[] drawn = new double[(int) values.length()];
            for (int i = 0; i < drawn.length; i++) {
                boolean zero = parameter.name().endsWith("gamma") && random.nextInt(5) == 0;
                double low = parameter.name().endsWith("Variance") ? 0.5 : -1;
                drawn[i] = zero ? 0 : low + 2 * random.nextDouble();
            }
            values.assign(Tensors.of(net.parameters().type(), drawn, values.shape()));
        }
        return net;
    }
}
