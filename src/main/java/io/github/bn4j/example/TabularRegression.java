package io.github.bn4j.example;

import io.github.bn4j.Network;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.data.Split;
import io.github.bn4j.train.Adam;
import io.github.bn4j.train.Loss;
import java.util.Locale;
import java.util.Random;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Regression on a table whose columns have very different units: a batch norm in front takes the place of a scaler, and
 * travels with the network. The function is the first of Friedman 1991, Multivariate Adaptive Regression Splines; its noise
 * has standard deviation 1, so no model can have a lower error than that.
 */
public final class TabularRegression {

    private static final double[] UNITS = {1, 1000, 0.01, 50, 1, 1e-4, 300, 1, 10, 1};

    private TabularRegression() {}

    /** Takes no arguments. */
    public static void main(String[] arguments) {
        Split table = friedman(2000, 7).split(0.8, 42);
        System.out.printf(Locale.ROOT, "predicting the mean: error %.2f%n", spread(table.test()));
        System.out.printf(Locale.ROOT, "without batch norm:  error %.2f%n", error(false, table));
        System.out.printf(Locale.ROOT, "with batch norm:     error %.2f%n", error(true, table));
    }

    private static double error(boolean norm, Split table) {
        Network net = norm
                ? Network.input(10)
                        .batchNorm1d()
                        .dense(64)
                        .batchNorm1d()
                        .relu()
                        .dense(32)
                        .batchNorm1d()
                        .relu()
                        .dense(1)
                        .build(42)
                : Network.input(10).dense(64).relu().dense(32).relu().dense(1).build(42);
        net.trainer()
                .optimizer(Adam.of(3e-3))
                .loss(Loss.meanSquaredError())
                .epochs(30)
                .batchSize(64)
                .fit(table.train());
        return Math.sqrt(net.evaluate(table.test()).meanSquaredError());
    }

    private static double spread(Dataset data) {
        return data.labels().stdNumber().doubleValue();
    }

    private static Dataset friedman(int rows, long seed) {
        Random random = new Random(seed);
        float[][] features = new float[rows][10];
        float[][] targets = new float[rows][1];
        for (int row = 0; row < rows; row++) {
            double[] x = random.doubles(10).toArray();
            double y = 10 * Math.sin(Math.PI * x[0] * x[1]) + 20 * Math.pow(x[2] - 0.5, 2) + 10 * x[3] + 5 * x[4];
            targets[row][0] = (float) (y + random.nextGaussian());
            for (int column = 0; column < 10; column++) {
                features[row][column] = (float) (x[column] * UNITS[column]);
            }
        }
        INDArray labels = Nd4j.createFromArray(targets);
        return Dataset.of(Nd4j.createFromArray(features), labels);
    }
}
