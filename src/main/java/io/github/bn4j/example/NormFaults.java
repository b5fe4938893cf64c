package io.github.bn4j.example;

import io.github.bn4j.Network;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.data.Digits;
import io.github.bn4j.norm.BatchNormReport;
import io.github.bn4j.norm.NormFinding;
import io.github.bn4j.text.Finding;
import io.github.bn4j.train.Loss;
import io.github.bn4j.train.Sgd;
import java.util.EnumMap;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Plants one fault of each kind in a network and shows what the report on its batch normalisations says of it. */
public final class NormFaults {

    private static final Dataset DIGITS = Digits.load();

    private NormFaults() {}

    /** Takes no arguments. */
    public static void main(String[] arguments) {
        found().forEach((kind, finding) -> System.out.println(kind + ": " + finding));
    }

    /** The finding for each planted fault. */
    public static Map<NormFinding, Finding<NormFinding>> found() {
        Map<NormFinding, Finding<NormFinding>> found = new EnumMap<>(NormFinding.class);
        for (NormFinding kind : NormFinding.values()) {
            found.put(kind, planted(kind).findings(kind).get(0));
        }
        return found;
    }

    private static BatchNormReport planted(NormFinding kind) {
        Network net = network();
        if (kind != NormFinding.NEVER_UPDATED && kind != NormFinding.WARM_UP) {
            net.recalibrate(DIGITS);
        }
        return switch (kind) {
            case NEVER_UPDATED, POINTLESS_GAMMA -> net.batchNormReport(DIGITS);
            case WARM_UP -> {
                net.trainer()
                        .loss(Loss.softmaxCrossEntropy())
                        .optimizer(Sgd.of(1e-6))
                        .batchSize(600)
                        .fit(DIGITS);
                yield net.batchNormReport(DIGITS);
            }
            case DRIFT, MODE_GAP -> {
                net.parameters().get("batchnorm1d_1.runningMean").addi(30);
                yield net.batchNormReport(DIGITS);
            }
            case DEAD_CHANNELS -> {
                net.parameters().get("batchnorm1d_1.gamma").putScalar(2, 0);
                yield net.batchNormReport(DIGITS);
            }
            case NO_VARIANCE -> {
                net.parameters().get("dense_1.weight").assign(0);
                yield net.batchNormReport(DIGITS);
            }
            case CANCELLATION -> {
                Network bare =
                        Network.input(1, 8, 8).batchNorm2d().flatten().dense(10).build(1);
                yield bare.batchNormReport(Dataset.of(DIGITS.features().add(5000), DIGITS.labels()));
            }
            case OUTLIER -> {
                INDArray features = DIGITS.features().dup();
                features.putScalar(new long[] {17, 0, 3, 4}, 1e4);
                Network bare =
                        Network.input(1, 8, 8).batchNorm2d().flatten().dense(10).build(1);
                yield bare.batchNormReport(Dataset.of(features, DIGITS.labels()));
            }
            case DROPOUT_BEFORE -> {
                Network dropping = Network.input(1, 8, 8)
                        .flatten()
                        .dropout(0.5)
                        .dense(16)
                        .batchNorm1d()
                        .relu()
                        .dense(10)
                        .build(1);
                dropping.trainer()
                        .loss(Loss.softmaxCrossEntropy())
                        .optimizer(Sgd.of(1e-6))
                        .epochs(3)
                        .fit(DIGITS);
                yield dropping.batchNormReport(DIGITS);
            }
            case NOISE -> net.batchNormReport(DIGITS, 4);
        };
    }

    private static Network network() {
        return Network.input(1, 8, 8)
                .flatten()
                .dense(6)
                .batchNorm1d()
                .relu()
                .dense(10)
                .build(1);
    }
}
