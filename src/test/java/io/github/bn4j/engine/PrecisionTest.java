package io.github.bn4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.Network;
import io.github.bn4j.layer.Padding;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;

class PrecisionTest {

    private final Network net = Network.input(3, 8, 8)
            .conv2d(16, 3, Padding.SAME)
            .batchNorm2d()
            .relu()
            .residual(b -> b.conv2d(16, 3, Padding.SAME).batchNorm2d())
            .flatten()
            .dense(5)
            .build(1);

    @Test
    void saysWhatItLeavesOut() {
        assertThat(Precision.FULL).hasToString("full precision");
        assertThat(Precision.MIXED).hasToString("mixed precision (bfloat16)");
        assertThat(Precision.MIXED.exceptFirst().exceptLast().except("dense_1", "conv2d_1"))
                .hasToString("mixed precision (bfloat16) except the first layer, the last layer, conv2d_1, dense_1")
                .isEqualTo(Precision.MIXED
                        .except("conv2d_1")
                        .except("dense_1")
                        .exceptLast()
                        .exceptFirst());
    }

    /** So that what is written for Precision.fastest() runs everywhere. */
    @Test
    void leavesNothingOutOfFullPrecision() {
        assertThat(Precision.FULL.exceptFirst().exceptLast().except("dense_1")).isEqualTo(Precision.FULL);
        assertThat(net.precision(Precision.FULL).engine()).isSameAs(net.engine());
    }

    @Test
    void isFastestWhereNothingIsInItsWay() {
        boolean pays = net.engine().obstacle(Precision.MIXED).isEmpty();
        assertThat(Precision.fastest()).isEqualTo(pays ? Precision.MIXED : Precision.FULL);
    }

    @Test
    void isRefusedByEnginesThatDoNotGainFromIt() {
        Network reference = net.on(Engine.nd4j());
        assertThatThrownBy(() -> reference.precision(Precision.MIXED))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "Precision.MIXED expects an engine and a processor that gain from it but got: ND4J computes in the"
                                + " type of the parameters alone; take Precision.fastest()");
        assertThat(reference.precision(Precision.FULL).engine()).isSameAs(Engine.nd4j());
        assertThatThrownBy(() -> Engine.replicas(2).precision(Precision.MIXED))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("ND4J computes in the type of the parameters alone");
    }

    @Test
    void isRefusedInFloat64() {
        assertThatThrownBy(() -> net.to(DataType.DOUBLE).precision(Precision.MIXED))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("precision expects parameters in FLOAT for Precision.MIXED but got DOUBLE; take"
                        + " to(DataType.FLOAT) first");
    }

    @Test
    @NeedsBfloat16
    void isRefusedInFloat64OnEnginesThatHaveIt() {
        Engine mixed = net.engine().precision(Precision.MIXED);
        Network wide = net.to(DataType.DOUBLE);
        assertThatThrownBy(() -> wide.on(mixed))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("on expects parameters in FLOAT for an engine in mixed precision but got DOUBLE; take"
                        + " to(DataType.FLOAT) first");
        assertThat(net.on(mixed).to(DataType.DOUBLE).engine().precision()).isEqualTo(Precision.FULL);
    }

    @Test
    void refusesLayersThatAreNone() {
        assertThatThrownBy(() -> net.precision(Precision.MIXED.except("conv2d_1", "conv2d_7")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Precision.except expects layers that multiply by a weight but got \"conv2d_7\"; name some of"
                                + " [conv2d_1, dense_1, residual_1.branch.conv2d_1]");
        assertThatThrownBy(() -> net.precision(Precision.MIXED.except("batchnorm2d_1")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"batchnorm2d_1\"");
    }

    @Test
    @NeedsBfloat16
    void sharesParametersAndShowsItself() {
        Network fast = net.precision(Precision.MIXED.except("residual_1"));
        assertThat(fast.parameters()).isSameAs(net.parameters());
        assertThat(fast.engine().precision()).isEqualTo(Precision.MIXED.except("residual_1"));
        assertThat(fast.engine()).hasToString(net.engine() + ", mixed precision (bfloat16) except residual_1");
        assertThat(fast.summary()).endsWith("engine " + fast.engine());
        assertThat(fast.precision(Precision.FULL).engine())
                .hasToString(net.engine().toString());
        assertThat(fast.fold().network().engine()).isEqualTo(fast.engine());
    }
}
