package io.github.bn4j.train;

import io.github.bn4j.ChildProcess;
import io.github.bn4j.Network;
import io.github.bn4j.data.DataException;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.data.ImageFolder;
import io.github.bn4j.internal.ContentDigest;
import java.nio.file.Path;

/** A program that trains on a folder of images, in memory or on demand, and prints what has come of it. */
final class StreamImages {

    private StreamImages() {}

    /** Takes the folder, and how. */
    public static void main(String[] args) {
        ImageFolder reader = ImageFolder.of(Path.of(args[0])).resize(96, 96);
        boolean inMemory = args[1].equals("memory");
        if (!inMemory) {
            try {
                ChildProcess.print(reader.read().toString());
            } catch (DataException refused) {
                ChildProcess.print("refused: " + refused.getMessage());
            }
        }
        Dataset data = inMemory ? reader.read() : reader.stream();
        ChildProcess.print(data.toString());
        Network net = Network.input(3, 96, 96)
                .avgPool2d(8)
                .conv2d(5, 3)
                .batchNorm2d()
                .relu()
                .flatten()
                .dense(4)
                .build(3);
        History history = net.trainer()
                .loss(Loss.softmaxCrossEntropy())
                .optimizer(Adam.of(1e-2))
                .batchSize(50)
                .epochs(2)
                .fit(data, data.slice(0, 400));
        ContentDigest digest = new ContentDigest();
        digest.add(net.parameters().trainable());
        digest.add(net.parameters().state());
        ChildProcess.print("trained: " + history.epochs().size() + " epochs, " + digest.hex() + ", "
                + net.evaluate(data).accuracy());
    }
}
