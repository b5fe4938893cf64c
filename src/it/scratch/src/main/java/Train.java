import io.github.bn4j.Network;
import io.github.bn4j.data.Digits;
import io.github.bn4j.data.Split;
import io.github.bn4j.layer.Padding;
import io.github.bn4j.train.Adam;
import io.github.bn4j.train.Loss;

/** Trains a small network on the digits. */
public final class Train {

    private Train() {}

    static Network network() {
        return Network.input(1, 8, 8)
                .conv2d(16, 3, Padding.SAME)
                .batchNorm2d()
                .relu()
                .maxPool2d(2)
                .flatten()
                .dense(10)
                .build(42);
    }

    static double accuracy(Network net) {
        Split digits = Digits.load().split(0.8, 42);
        net.trainer()
                .optimizer(Adam.of(3e-3))
                .loss(Loss.softmaxCrossEntropy())
                .epochs(3)
                .batchSize(32)
                .fit(digits.train());
        return net.evaluate(digits.test()).accuracy();
    }

    /** Takes no arguments. */
    public static void main(String[] arguments) {
        System.out.println("accuracy " + accuracy(network()));
    }
}
