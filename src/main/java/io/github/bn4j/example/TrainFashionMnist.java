package io.github.bn4j.example;

import io.github.bn4j.Network;
import io.github.bn4j.console.Progress;
import io.github.bn4j.data.Augmentation;
import io.github.bn4j.data.FashionMnist;
import io.github.bn4j.data.Split;
import io.github.bn4j.layer.Padding;
import io.github.bn4j.train.AdamW;
import io.github.bn4j.train.History;
import io.github.bn4j.train.Loss;
import io.github.bn4j.train.Schedule;
import io.github.bn4j.train.TrainingListener;
import java.util.Locale;

/** Trains four convolutions with batch norm on TrainFashionMnist-MNIST, with augmentation and a learning rate that falls to 0. */
public final class TrainFashionMnist {

    private static final int EPOCHS = 12;

    private TrainFashionMnist() {}

    /** Takes the number of epochs, 12 if there is none. */
    public static void main(String[] arguments) {
        Progress progress = Progress.show();
        Split fashion = FashionMnist.load(progress);
        System.out.println(fashion);
        Network net = network();
        System.out.println(net.summary());
        train(net, fashion, arguments.length == 0 ? EPOCHS : Integer.parseInt(arguments[0]), progress);
        System.out.printf(
                Locale.ROOT,
                "test accuracy: %.4f%n",
                net.evaluate(fashion.test()).accuracy());
    }

    static Network network() {
        return Network.input(1, 28, 28)
                .batchNorm2d()
                .conv2d(32, 3, Padding.SAME)
                .batchNorm2d()
                .relu()
                .maxPool2d(2)
                .conv2d(64, 3, Padding.SAME)
                .batchNorm2d()
                .relu()
                .conv2d(64, 3, Padding.SAME)
                .batchNorm2d()
                .relu()
                .maxPool2d(2)
                .conv2d(128, 3, Padding.SAME)
                .batchNorm2d()
                .relu()
                .flatten()
                .dropout(0.3)
                .dense(10)
                .build(42);
    }

    static History train(Network net, Split data, int epochs, TrainingListener listener) {
        return net.trainer()
                .optimizer(AdamW.of(2e-3))
                .schedule(Schedule.cosine())
                .loss(Loss.softmaxCrossEntropy())
                .augment(Augmentation.of(Augmentation.flip(), Augmentation.crop(1)))
                .epochs(epochs)
                .batchSize(64)
                .listener(listener)
                .fit(data.train(), data.test());
    }
}
