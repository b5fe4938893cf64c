package io.github.bn4j;

import io.github.bn4j.data.Augmentation;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.data.Digits;
import io.github.bn4j.data.Split;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.layer.Padding;
import io.github.bn4j.train.Adam;
import io.github.bn4j.train.Averaging;
import io.github.bn4j.train.Checkpoints;
import io.github.bn4j.train.EarlyStopping;
import io.github.bn4j.train.Loss;
import io.github.bn4j.train.Metric;
import io.github.bn4j.train.Schedule;
import java.nio.file.Path;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Started by {@link KilledTrainingTest}, which kills it: goes on with a training until its last epoch, and then stores the network as
 * {@code end.safetensors}.
 */
final class ResumedTraining {

    private ResumedTraining() {}

    /**
     * Goes on.
     *
     * @param arguments the engine, the number of epochs and the folder
     */
    public static void main(String[] arguments) {
        Split digits = Digits.load().slice(0, 210).split(0.7, 1);
        Dataset train = digits.train();
        Engine engine = arguments[0].equals("nd4j") ? Engine.nd4j() : Engine.fastest(DataType.FLOAT);
        Path folder = Path.of(arguments[2]);
        Network net = Network.input(1, 8, 8)
                .conv2d(5, 3, Padding.SAME)
                .batchNorm2d()
                .relu()
                .dropout(0.2)
                .flatten()
                .dense(21)
                .batchNorm1d()
                .relu()
                .dense(10)
                .build(7)
                .on(engine);
        net.trainer()
                .optimizer(Adam.of(1e-2))
                .schedule(Schedule.cosine().warmup(0.05))
                .loss(Loss.softmaxCrossEntropy().labelSmoothing(0.1))
                .augment(Augmentation.of(Augmentation.flip(), Augmentation.mixup(0.4)))
                .accumulate(2)
                .batchSize(8)
                .metrics(Metric.f1())
                .averageWeights(Averaging.ema(0.99))
                .stopEarly(EarlyStopping.on("f1").patience(1000))
                .checkpoints(Checkpoints.in(folder.resolve("run")).every(2).keep(2))
                .epochs(Integer.parseInt(arguments[1]))
                .resume(train, digits.test());
        net.save(folder.resolve("end.safetensors"));
    }
}
