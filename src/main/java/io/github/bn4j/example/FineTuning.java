package io.github.bn4j.example;

import io.github.bn4j.Network;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.data.Digits;
import io.github.bn4j.data.Split;
import io.github.bn4j.internal.Floats;
import io.github.bn4j.layer.Padding;
import io.github.bn4j.train.Adam;
import io.github.bn4j.train.Loss;
import java.util.Arrays;
import java.util.Locale;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Fine-tunes a network on a few images of another domain, with its batch normalisations frozen and not. Frozen ones keep the
 * running averages of the first domain bit for bit, through any number of fits, and more of what was learnt there; the others
 * move to the new domain and, where it is as different as here, learn it far better.
 */
public final class FineTuning {

    private static final int FEW = 60;

    /**
     * What came of it.
     *
     * @param before accuracy on the new domain before fine-tuning
     * @param frozen accuracy after fine-tuning with frozen batch normalisations
     * @param free accuracy after fine-tuning with batch normalisations that go on measuring
     * @param oldDomainFrozen accuracy on the first domain after fine-tuning with frozen batch normalisations
     * @param oldDomainFree the same with batch normalisations that go on measuring
     * @param frozenAveragesMoved whether any running average of the frozen network is another one than before
     * @param freeAveragesMoved the same of the other network
     */
    public record Outcome(
            double before,
            double frozen,
            double free,
            double oldDomainFrozen,
            double oldDomainFree,
            boolean frozenAveragesMoved,
            boolean freeAveragesMoved) {

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "new domain before      %.4f%n"
                            + "frozen batch norm      %.4f, old domain %.4f, averages %s%n"
                            + "measuring batch norm   %.4f, old domain %.4f, averages %s",
                    before,
                    frozen,
                    oldDomainFrozen,
                    frozenAveragesMoved ? "moved" : "the same bits",
                    free,
                    oldDomainFree,
                    freeAveragesMoved ? "moved" : "the same bits");
        }
    }

    private FineTuning() {}

    /** Takes no arguments. */
    public static void main(String[] arguments) {
        System.out.println(run(42));
    }

    /** Pretrains on digits, then fine-tunes on {@value #FEW} inverted digits. */
    public static Outcome run(long seed) {
        Split digits = Digits.load().split(0.8, seed);
        Dataset few = inverted(digits.train()).slice(0, FEW);
        Dataset test = inverted(digits.test());
        Network frozen = pretrained(digits.train(), seed);
        Network free = pretrained(digits.train(), seed);
        double[] averages = Floats.values(frozen.parameters().state());
        double before = frozen.evaluate(test).accuracy();
        Network tuned = frozen.freezeBatchNorm();
        for (int round = 0; round < 2; round++) {
            fit(tuned, few, 20);
            fit(free, few, 20);
        }
        return new Outcome(
                before,
                tuned.evaluate(test).accuracy(),
                free.evaluate(test).accuracy(),
                tuned.evaluate(digits.test()).accuracy(),
                free.evaluate(digits.test()).accuracy(),
                !Arrays.equals(averages, Floats.values(tuned.parameters().state())),
                !Arrays.equals(averages, Floats.values(free.parameters().state())));
    }

    private static Network pretrained(Dataset data, long seed) {
        Network net = Network.input(1, 8, 8)
                .conv2d(16, 3, Padding.SAME)
                .batchNorm2d()
                .relu()
                .maxPool2d(2)
                .flatten()
                .dense(32)
                .batchNorm1d()
                .relu()
                .dense(10)
                .build(seed);
        fit(net, data, 5);
        return net;
    }

    private static void fit(Network net, Dataset data, int epochs) {
        net.trainer()
                .loss(Loss.softmaxCrossEntropy())
                .optimizer(Adam.of(1e-3))
                .epochs(epochs)
                .batchSize(20)
                .fit(data);
    }

    private static Dataset inverted(Dataset data) {
        INDArray inverted = data.features().rsub(1);
        return Dataset.of(inverted, data.labels());
    }
}
