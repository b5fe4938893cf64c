package io.github.bn4j.spark.example;

import io.github.bn4j.Network;
import io.github.bn4j.console.Progress;
import io.github.bn4j.data.FashionMnist;
import io.github.bn4j.data.Split;
import io.github.bn4j.layer.Padding;
import io.github.bn4j.spark.SparkTrainer;
import io.github.bn4j.train.Adam;
import io.github.bn4j.train.History;
import io.github.bn4j.train.Loss;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/** Trains a convolutional network on the pictures of clothes of Fashion-MNIST, by several workers of Spark with synchronised batch normalisation. */
public final class ClassifyFashion {

    private ClassifyFashion() {}

    /**
     * Takes the folder with the four files, packed or unpacked, the number of workers, 2 if there is none, and the number of epochs, 10 if
     * there is none.
     */
    public static void main(String[] arguments) throws IOException {
        if (arguments.length == 0) {
            throw new IllegalArgumentException(
                    "ClassifyFashion expects the folder with the files of Fashion-MNIST but got nothing;"
                            + " say it, then the numbers of workers and epochs");
        }
        int workers = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 2;
        int epochs = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 10;
        SparkConf settings =
                new SparkConf().setAppName("fashion").setIfMissing("spark.master", "local[" + workers + "]");
        try (SparkSession spark = SparkSession.builder().config(settings).getOrCreate()) {
            run(Path.of(arguments[0]), workers, epochs);
        }
    }

    static History run(Path folder, int workers, int epochs) {
        Split fashion = FashionMnist.load(folder);
        Network network = Network.input(1, 28, 28)
                .conv2d(32, 3, Padding.SAME)
                .batchNorm2d()
                .relu()
                .maxPool2d(2)
                .conv2d(64, 3, Padding.SAME)
                .batchNorm2d()
                .relu()
                .maxPool2d(2)
                .flatten()
                .dense(128)
                .batchNorm1d()
                .relu()
                .dense(10)
                .build(42);
        History history = SparkTrainer.of(network)
                .workers(workers)
                .optimizer(Adam.of(1e-3))
                .loss(Loss.softmaxCrossEntropy())
                .epochs(epochs)
                .batchSize(128)
                .listener(Progress.show())
                .fit(fashion.train(), fashion.test());
        System.out.printf(
                Locale.ROOT,
                "accuracy on %d pictures: %.3f%n",
                fashion.test().size(),
                history.last().validationAccuracy());
        return history;
    }
}
