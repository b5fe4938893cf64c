package io.github.bn4j.command;

import io.github.bn4j.Network;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.internal.Floats;
import io.github.bn4j.layer.Conv2d;
import io.github.bn4j.layer.Dense;
import java.util.List;
import java.util.Random;

/** Networks with something to be found in them. */
final class Models {

    private Models() {}

    /** Two redundant biases, one of them two linear layers before what cancels it, two pointless betas, and an output without shift. */
    static Network odd() {
        return lively(Network.input(3, 16, 16)
                .then(Conv2d.of(9, 3).useBias(true))
                .avgPool2d(2)
                .conv2d(13, 1)
                .batchNorm2d()
                .relu()
                .then(Conv2d.of(11, 3).useBias(true))
                .batchNorm2d()
                .flatten()
                .dense(7)
                .batchNorm1d()
                .dense(6)
                .batchNorm1d()
                .relu()
                .then(Dense.of(3).useBias(false))
                .build(42));
    }

    /** Nothing to be found at all. */
    static Network clean() {
        return Network.input(5).dense(7).relu().dense(3).build(42);
    }

    /** Scores that can be computed by hand: twice and minus the first feature, and the sum of all. */
    static Network classifier(List<String> classNames) {
        Network network = Network.input(3).dense(3).build(1).classNames(classNames);
        Floats.write(
                new double[] {2, 0, 0, -1, 0, 0, 1, 1, 1}, network.parameters().get("dense_1.weight"));
        return network;
    }

    /** Values that no parameter begins with, so that each of them shows in the outputs. */
    static Network lively(Network network) {
        Random random = new Random(7);
        for (Parameter parameter : network.parameters().all()) {
            if (parameter.shape().rank() == 1) {
                double[] values = new double[(int) parameter.shape().size()];
                for (int i = 0; i < values.length; i++) {
                    values[i] = parameter.name().endsWith("Mean")
                                    || parameter.name().matches(".*(bias|beta)")
                            ? random.nextGaussian()
                            : 0.5 + random.nextDouble();
                }
                Floats.write(values, network.parameters().get(parameter.name()));
            }
        }
        return network;
    }
}
