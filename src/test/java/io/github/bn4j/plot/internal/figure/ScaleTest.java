package io.github.bn4j.plot.internal.figure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Axes that begin, end and are marked where a reader would have it. */
class ScaleTest {

    private static List<String> texts(Scale scale) {
        return scale.ticks().stream().map(scale::text).toList();
    }

    @Test
    void marksRoundNumbers() {
        assertThat(texts(Scale.around(0.31, 0.93)))
                .containsExactly("0.3", "0.4", "0.5", "0.6", "0.7", "0.8", "0.9", "1.0");
        assertThat(texts(Scale.around(-3, 17))).containsExactly("-5", "0", "5", "10", "15", "20");
        assertThat(texts(Scale.around(2.5e7, 9e7)))
                .containsExactly("2e7", "3e7", "4e7", "5e7", "6e7", "7e7", "8e7", "9e7");
        assertThat(texts(Scale.around(1e-6, 4e-6)))
                .containsExactly("1e-6", "1.5e-6", "2e-6", "2.5e-6", "3e-6", "3.5e-6", "4e-6");
    }

    @Test
    void hasRoomAroundASingleValue() {
        assertThat(texts(Scale.around(3, 3))).containsExactly("2.7", "2.8", "2.9", "3.0", "3.1", "3.2", "3.3");
        assertThat(texts(Scale.around(0))).containsExactly("-0.6", "-0.4", "-0.2", "0.0", "0.2", "0.4", "0.6");
        assertThat(texts(Scale.around())).containsExactly("0.0", "0.2", "0.4", "0.6", "0.8", "1.0");
    }

    @Test
    void showsGoodAccuraciesAndWhatIsMissing() {
        assertThat(texts(Scale.ofShares(0.953, 0.981))).containsExactly("0.95", "0.96", "0.97", "0.98", "0.99", "1.00");
        assertThat(texts(Scale.ofShares(0.1, 0.98))).containsExactly("0.0", "0.2", "0.4", "0.6", "0.8", "1.0");
        assertThat(texts(Scale.ofShares(1, 1))).containsExactly("0.90", "0.95", "1.00");
        assertThat(texts(Scale.ofShares(0.07, 0.12))).containsExactly("0.07", "0.08", "0.09", "0.10", "0.11", "0.12");
        assertThat(texts(Scale.ofShares(0, 0))).containsExactly("0.0", "0.2", "0.4", "0.6");
    }

    @Test
    void marksWholeEpochs() {
        assertThat(texts(Scale.whole(1, 2, 3))).containsExactly("1", "2", "3");
        assertThat(texts(Scale.whole(1))).containsExactly("1", "2");
        assertThat(texts(Scale.whole(1, 50))).containsExactly("10", "20", "30", "40", "50");
    }

    @Test
    void goesByFactorsWhereValuesDo() {
        Scale wide = Scale.byFactors(30, 1e-7, 10);
        assertThat(wide.logarithmic()).isTrue();
        assertThat(texts(wide)).containsExactly("1e-7", "1e-6", "1e-5", "1e-4", "0.001", "0.01", "0.1", "1", "10");
        assertThat(wide.share(1e-3)).isEqualTo(0.5, org.assertj.core.data.Offset.offset(1e-12));
        assertThat(texts(Scale.byFactors(30, 0.02, 0.9))).containsExactly("0.02", "0.05", "0.1", "0.2", "0.5");
        assertThat(Scale.byFactors(30, 0.5, 2).logarithmic()).isFalse();
        assertThat(Scale.byFactors(30, 0, 2).logarithmic()).isFalse();
    }
}
