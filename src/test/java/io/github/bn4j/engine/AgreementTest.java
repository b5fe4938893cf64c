package io.github.bn4j.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bn4j.ChildProcess;
import io.github.bn4j.engine.onednn.OneDnnEngine;
import io.github.bn4j.networks.RealisticNetwork;
import io.github.bn4j.op.RandomOps;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Both engines against float64 on networks like those that people train: 150 that stay, and others every day. */
class AgreementTest {

    private static final int STAYING = 150;

    @Test
    void agreesWithFloat64OnNetworksThatStay() {
        Comparison comparison = compare(LongStream.range(0, STAYING));
        assertThat(comparison.combinations()).as("%s", comparison).isGreaterThan(2900);
        assertThat(comparison.ops()).containsAll(RandomOps.ofAnyNumbers().toList());
    }

    @Test
    void agreesWithFloat64OnNetworksOfTheDay() {
        Comparison comparison = compare(LongStream.range(today(), today() + 50));
        assertThat(comparison.combinations()).as("%s", comparison).isGreaterThan(800);
    }

    /** The bound of each tensor is what roundings to bfloat16 behind every node do to it. */
    @Test
    @NeedsBfloat16
    void agreesWithFloat64InMixedPrecision() {
        Comparison comparison = new Comparison(Accuracy.BFLOAT16, CompareEngines.inMixedPrecision());
        comparison.run(LongStream.concat(LongStream.range(0, 40), LongStream.range(today(), today() + 10)));
        assertThat(comparison.failures()).as("%s", comparison).isEmpty();
        assertThat(comparison.combinations()).as("%s", comparison).isGreaterThan(900);
    }

    @ParameterizedTest
    @EnumSource
    void seesOneNumberThatIsWrongByMoreThanRounding(FaultyEngine.Place place) {
        for (int seed = 0; seed < 5; seed++) {
            Agreement agreement = new Agreement(Accuracy.BFLOAT16, RealisticNetwork.draw(seed));
            assertThat(agreement.differences(new FaultyEngine(place, 2)))
                    .as("network %s", seed)
                    .isNotEmpty();
        }
    }

    /** An error of a two-hundredth of the largest number is seen in each kind of result, in each of a few networks. */
    @ParameterizedTest
    @EnumSource
    void seesOneWrongNumber(FaultyEngine.Place place) {
        for (int seed = 0; seed < 5; seed++) {
            Agreement agreement = new Agreement(Accuracy.FLOAT32, RealisticNetwork.draw(seed));
            assertThat(agreement.differences(new FaultyEngine(place, 5e-3)))
                    .as("network %s", seed)
                    .isNotEmpty();
        }
    }

    @Test
    @EnabledIfSystemProperty(named = Comparison.NETWORK, matches = "\\d+")
    void agreesWithFloat64OnTheNetworkAskedFor() {
        long seed = Long.getLong(Comparison.NETWORK);
        compare(LongStream.of(seed));
    }

    @Test
    @Tag("soak")
    void agreesWithFloat64OnThousandsOfNetworks() {
        Comparison comparison = compare(LongStream.range(today() + 50, today() + 5050));
        ChildProcess.print(comparison + " from number " + (today() + 50));
        assertThat(comparison.combinations()).isGreaterThan(25_000);
    }

    /** A number for each day that leaves room for ten thousand networks. */
    private static long today() {
        LocalDate day = LocalDate.now(ZoneOffset.UTC);
        return ((day.getYear() * 100L + day.getMonthValue()) * 100 + day.getDayOfMonth()) * 10_000;
    }

    private static Comparison compare(LongStream seeds) {
        List<Engine> engines = new ArrayList<>(List.of(Engine.nd4j()));
        if (OneDnnEngine.obstacle().isEmpty()) {
            engines.addAll(CompareEngines.oneDnn());
        }
        Comparison comparison = new Comparison(Accuracy.FLOAT32, engines);
        comparison.run(seeds);
        assertThat(comparison.failures()).as("%s", comparison).isEmpty();
        return comparison;
    }
}
