package io.github.bn4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.bn4j.Bits;
import io.github.bn4j.Network;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.data.Digits;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.layer.Padding;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Which learning rates a network can take. */
class RateFinderTest {

    private static final Dataset DATA = Digits.load().slice(0, 400);

    private static Network network() {
        return Network.input(1, 8, 8)
                .conv2d(6, 3, Padding.SAME)
                .batchNorm2d()
                .relu()
                .dropout(0.1)
                .flatten()
                .dense(10)
                .build(7);
    }

    private static Trainer trainer(Network net) {
        return net.trainer().loss(Loss.softmaxCrossEntropy()).optimizer(Adam.of(1e-2));
    }

    static List<Engine> engines() {
        return List.of(Engine.nd4j(), Engine.fastest(DataType.FLOAT));
    }

    @ParameterizedTest
    @MethodSource("engines")
    void leavesEverythingAsItWas(Engine engine) {
        Network searched = network().on(engine);
        Network other = network().on(engine);
        INDArray state = searched.parameters().state().dup();
        INDArray values = searched.parameters().trainable().dup();
        trainer(searched).findRate(DATA);
        Bits.assertSame(searched.parameters().trainable(), values);
        Bits.assertSame(searched.parameters().state(), state);
        assertThat(searched.parameters().gradients().amaxNumber().doubleValue()).isZero();
        // In the midst of a training: optimiser, order, masks, history and the number of trainings.
        Trainer searching = trainer(searched);
        Trainer plain = trainer(other);
        searching.fit(DATA);
        plain.fit(DATA);
        searching.findRate(DATA);
        assertThat(searching.fit(DATA).last().number()).isEqualTo(2);
        plain.fit(DATA);
        trainer(searched).fit(DATA);
        trainer(other).fit(DATA);
        Bits.assertSame(searched.parameters().trainable(), other.parameters().trainable());
        Bits.assertSame(searched.parameters().state(), other.parameters().state());
    }

    @Test
    void suggestsARateThatTrains() {
        RateFinder curve = trainer(network()).findRate(DATA);
        assertThat(curve.trials().get(0).rate()).isEqualTo(1e-7);
        double ratio = Math.pow(1e8, 1 / 99.0);
        for (int i = 1; i < curve.trials().size(); i++) {
            assertThat(curve.trials().get(i).rate() / curve.trials().get(i - 1).rate())
                    .isCloseTo(ratio, within(1e-9));
        }
        assertThat(curve.suggestion()).isBetween(3e-4, 0.3);
        Network net = network();
        double loss = trainer(net)
                .optimizer(Adam.of(curve.suggestion()))
                .epochs(5)
                .fit(DATA)
                .last()
                .trainLoss();
        assertThat(loss).isLessThan(0.7);
        assertThat(trainer(network()).optimizer(Adam.of(123)).findRate(DATA)).isEqualTo(curve);
    }

    @Test
    void saysThatItWasInterrupted() {
        Network net = network();
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> trainer(net).findRate(DATA))
                    .isInstanceOf(CancellationException.class)
                    .hasMessage("findRate expects a thread that goes on but got an interrupt after 0 steps; the network"
                            + " is as it was");
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    /** Losses of single batches of a trained network differ by more than what tells that a rate is too large. */
    @Test
    void goesOnToLargeRatesInATrainedNetwork() {
        Network net = network();
        trainer(net).epochs(15).batchSize(16).fit(DATA);

        RateFinder curve = trainer(net).batchSize(16).findRate(DATA);

        assertThat(curve.trials()).hasSizeGreaterThan(60);
    }

    private static RateFinder curve(double... losses) {
        return new RateFinder(IntStream.range(0, losses.length)
                .mapToObj(i -> new RateFinder.Trial(Math.pow(10, i - 4), losses[i]))
                .toList());
    }

    @Test
    void suggestsWhereTheLossFallsTheFastest() {
        RateFinder curve = curve(2, 2, 2, 1.95, 1.9, 1.7, 1.2, 0.7, 0.5, 0.4, 0.4, 0.5, 3);
        // Means of seven: between the sixth and the seventh, 2 is left out and 0.4 comes in.
        assertThat(curve.suggestion()).isCloseTo(10, within(1e-9));
        assertThat(curve.toString().lines())
                .startsWith("rate 1.0e-04: loss 1.9875", "rate 1.0e-02: loss 1.9250")
                .endsWith("suggestion 1.0e+01");
    }

    @Test
    void saysWhereThereIsNothingToSuggest() {
        assertThat(curve(1, 1, 2)).asString().endsWith("no rate with which the loss falls");
        assertThatThrownBy(() -> curve(1, 1, 2).suggestion())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "suggestion expects a loss that falls somewhere but got none; look at the data, or try larger"
                                + " batches");
        assertThatThrownBy(() -> trainer(network()).findRate(DATA.slice(0, 0)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void endsWhereNumbersStopBeingFinite() {
        Network net = Network.input(1, 8, 8).flatten().dense(10).build(1);
        Dataset huge = Dataset.of(DATA.features().mul(1e12), DATA.labels());
        RateFinder curve = trainer(net).optimizer(Sgd.of(1)).findRate(huge);
        assertThat(curve.trials().size()).isLessThan(100);
    }
}
