package io.github.bn4j.engine.onednn;

import io.github.bn4j.ChildProcess;
import io.github.bn4j.Network;
import io.github.bn4j.NetworkBuilder;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.engine.OneDnnOptions;
import io.github.bn4j.layer.Padding;
import io.github.bn4j.train.Loss;
import io.github.bn4j.train.StepEvent;
import io.github.bn4j.train.Trainer;
import io.github.bn4j.train.TrainingListener;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Times steps of a training on all cores, by turns on cores that nobody else wants and beside as many processes that never wait. Prints
 * for each round the medians in milliseconds: without and beside them.
 */
final class StepsBesideOthers {

    private static final int ROUNDS = 3;
    private static final int STEPS = 20;
    private static final int BATCH = 16;

    private StepsBesideOthers() {}

    public static void main(String[] args) throws Exception {
        int cores = Runtime.getRuntime().availableProcessors();
        NetworkBuilder layers = Network.input(1, 28, 28);
        for (int filters : new int[] {32, 64}) {
            layers = layers.conv2d(filters, 3, Padding.SAME).batchNorm2d().relu();
            layers =
                    layers.conv2d(filters, 3, Padding.SAME).batchNorm2d().relu().maxPool2d(2);
        }
        Network net = layers.flatten().dense(10).build(1);
        INDArray labels = Nd4j.arange(BATCH).castTo(DataType.FLOAT);
        Dataset data = Dataset.of(Nd4j.rand(DataType.FLOAT, BATCH, 1, 28, 28), labels.fmod(10));
        Trainer trainer = net.on(Engine.oneDnn(OneDnnOptions.defaults().threads(cores)))
                .trainer()
                .loss(Loss.softmaxCrossEntropy())
                .batchSize(BATCH);
        median(trainer, data);
        for (int round = 0; round < ROUNDS; round++) {
            double alone = median(trainer, data);
            Process[] others = new Process[cores];
            double beside;
            try {
                for (int i = 0; i < cores; i++) {
                    others[i] = new ProcessBuilder("sh", "-c", "while :; do :; done").start();
                }
                beside = median(trainer, data);
            } finally {
                for (Process other : others) {
                    if (other != null) {
                        other.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
                    }
                }
            }
            ChildProcess.print(String.format(Locale.ROOT, "%.3f %.3f", alone, beside));
        }
    }

    private static double median(Trainer trainer, Dataset data) {
        long[] ends = new long[STEPS + 1];
        int[] done = {0};
        trainer.epochs(STEPS + 1)
                .listener(new TrainingListener() {
                    @Override
                    public void onStep(StepEvent step) {
                        ends[done[0]++] = System.nanoTime();
                    }
                })
                .fit(data);
        double[] times = new double[STEPS];
        for (int i = 0; i < STEPS; i++) {
            times[i] = (ends[i + 1] - ends[i]) / 1e6;
        }
        Arrays.sort(times);
        return times[STEPS / 2];
    }
}
