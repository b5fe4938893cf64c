package io.github.bn4j.example;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bn4j.norm.NormFinding;
import org.junit.jupiter.api.Test;

/** The examples about batch norm show what they say they show. */
class NormExamplesTest {

    @Test
    void keepsFrozenAveragesThroughFineTuning() {
        FineTuning.Outcome outcome = FineTuning.run(42);
        assertThat(outcome.frozenAveragesMoved()).isFalse();
        assertThat(outcome.freeAveragesMoved()).isTrue();
        assertThat(outcome.frozen()).as(outcome.toString()).isGreaterThan(outcome.before());
        assertThat(outcome.free()).as(outcome.toString()).isGreaterThan(outcome.frozen());
        assertThat(outcome.oldDomainFrozen()).as(outcome.toString()).isGreaterThan(outcome.oldDomainFree());
        assertThat(outcome.toString().lines())
                .hasSize(3)
                .anyMatch(line ->
                        line.matches("frozen batch norm +0\\.\\d{4}, old domain 0\\.\\d{4}, averages the same bits"))
                .anyMatch(line ->
                        line.matches("measuring batch norm +0\\.\\d{4}, old domain 0\\.\\d{4}, averages moved"));
    }

    @Test
    void findsOneFaultOfEachKind() {
        assertThat(NormFaults.found()).containsOnlyKeys(NormFinding.values());
    }
}
