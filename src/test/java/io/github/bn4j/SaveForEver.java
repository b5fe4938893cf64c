package io.github.bn4j;

import io.github.bn4j.data.Dataset;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.op.Reshaping;
import io.github.bn4j.train.Loss;
import io.github.bn4j.train.Sgd;
import java.nio.file.Path;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Started by {@link KilledSavesTest}, which kills it: stores a network in one file again and again, by {@code save} or by
 * {@code keepBest}. All weights of each state are the same number.
 */
final class SaveForEver {

    static final String WEIGHT = "dense_1.weight";
    private static final int FEATURES = 300_000;

    private SaveForEver() {}

    public static void main(String[] arguments) {
        Path path = Path.of(arguments[1]);
        Network net = Network.input(FEATURES).dense(1).build(1);
        net.parameters().get(WEIGHT).assign(0);
        if (arguments[0].equals("save")) {
            for (int state = 0; ; state++) {
                net.parameters().get(WEIGHT).assign(-state);
                net.save(path);
            }
        }
        train(net, path);
    }

    /* The loss is the output itself and every input is 1, so a step at the rate 1 takes 1 from each weight, and each epoch is
     * better than the one before. */
    private static void train(Network net, Path path) {
        Loss output = (scope, y, target) -> scope.apply(new Reshaping(Shape.of()), y);
        Dataset ones =
                Dataset.of(Tensors.zeros(DataType.FLOAT, 2, FEATURES).addi(1), Tensors.zeros(DataType.FLOAT, 2, 1));
        net.trainer()
                .loss(output)
                .optimizer(Sgd.of(1))
                .epochs(1_000_000)
                .batchSize(2)
                .keepBest(path)
                .fit(ones, ones);
    }
}
