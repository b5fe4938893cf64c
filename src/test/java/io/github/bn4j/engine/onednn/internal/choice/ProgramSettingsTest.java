package io.github.bn4j.engine.onednn.internal.choice;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bn4j.engine.OneDnnOptions;
import org.junit.jupiter.api.Test;

class ProgramSettingsTest {

    private static final OneDnnOptions FOUR = OneDnnOptions.defaults().threads(4);

    @Test
    void cutsIntoAPartForEachThread() {
        ProgramSettings parts = ProgramSettings.of(FOUR, true).inParts();

        assertThat(parts.parts()).isEqualTo(4);
        assertThat(parts.atOnce()).isTrue();
        assertThat(parts.ofSeveralThreads()).isTrue();
    }

    /** Each part would have a thread for each core. */
    @Test
    void cutsNothingWhereOneDnnTakesTheThreadsThatItWants() {
        ProgramSettings parts = ProgramSettings.of(FOUR, false).inParts();

        assertThat(parts.parts()).isEqualTo(1);
        assertThat(parts.atOnce()).isFalse();
    }
}
