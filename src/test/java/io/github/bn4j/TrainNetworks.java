package io.github.bn4j;

import io.github.bn4j.data.Dataset;
import io.github.bn4j.data.Digits;
import io.github.bn4j.data.Split;
import io.github.bn4j.networks.ReadmeNetwork;
import io.github.bn4j.train.Loss;

/**
 * Started by {@link MemoryTest} in a JVM of its own: trains networks one after another and prints the memory after
 * each. Arguments: networks, epochs, examples.
 */
final class TrainNetworks {

    private TrainNetworks() {}

    public static void main(String[] arguments) throws Exception {
        Dataset digits = Digits.load().slice(0, Integer.parseInt(arguments[2]));
        for (int seed = 0; seed < Integer.parseInt(arguments[0]); seed++) {
            train(digits.split(0.8, seed), seed, Integer.parseInt(arguments[1]));
            ResidentMemory.print();
        }
    }

    private static void train(Split split, int seed, int epochs) {
        Network net = ReadmeNetwork.withHidden(1024).build(seed);
        net.trainer().loss(Loss.softmaxCrossEntropy()).epochs(epochs).fit(split.train(), split.test());
        net.predict(split.test().features());
    }
}
