package io.github.bn4j.plot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.Network;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.inside.BatchNormRecorder;
import io.github.bn4j.inside.ModeGapRecorder;
import io.github.bn4j.inside.PercentileRecorder;
import io.github.bn4j.inside.Saliency;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.layer.BatchNorm2d;
import io.github.bn4j.networks.Noise;
import io.github.bn4j.plot.internal.figure.SvgDocument;
import io.github.bn4j.train.Loss;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Pictures of what is inside a network, and of records of its training. */
class InsidePicturesTest {

    private static final INDArray IMAGES = Noise.normal(DataType.FLOAT, 1, 40, 3, 9, 7);

    private static final BatchNormRecorder NORMS = BatchNormRecorder.everySteps(1);
    private static final PercentileRecorder UNIT = PercentileRecorder.of("relu_1", 1, IMAGES);
    private static final ModeGapRecorder GAPS = ModeGapRecorder.of(labelled(), 20);
    private static final ModeGapRecorder WITHOUT_LABELS =
            ModeGapRecorder.of(Dataset.of(IMAGES, Noise.normal(DataType.FLOAT, 2, 40, 2)), 20);

    private static Network net;

    private static Dataset labelled() {
        double[] labels = new double[40];
        for (int i = 0; i < 40; i++) {
            labels[i] = i % 2;
        }
        return Dataset.of(IMAGES, Tensors.of(DataType.FLOAT, labels, 40));
    }

    @BeforeAll
    static void train() {
        net = Network.input(3, 9, 7)
                .conv2d(5, 3)
                .batchNorm2d()
                .relu()
                .conv2d(12, 3)
                .then(BatchNorm2d.of().gamma(false))
                .relu()
                .globalAvgPool2d()
                .dense(2)
                .build(3)
                .classNames(List.of("ant", "bee"));
        net.trainer()
                .loss(Loss.softmaxCrossEntropy())
                .batchSize(20)
                .epochs(3)
                .listener(NORMS)
                .listener(UNIT)
                .listener(GAPS)
                .listener(WITHOUT_LABELS)
                .fit(labelled());
    }

    private static String text(Picture picture) {
        SvgDocument.of(picture.svg()).requireInside();
        return picture.svg();
    }

    @Test
    void showEachChannelOfFewAndTheSpreadOfMany() {
        assertThat(text(Picture.of(NORMS.series("batchnorm2d_1"))))
                .contains(
                        "batchnorm2d_1: γ", "batchnorm2d_1: β", "running mean", "running variance", "channel 4", "step")
                .doesNotContain("median");
        assertThat(text(Picture.of(NORMS.series("batchnorm2d_2"))))
                .contains("batchnorm2d_2: β", "all channels", "half of them, darker", "median")
                .doesNotContain("γ", "channel 4");
        assertThat(Picture.of(NORMS.series("batchnorm2d_2")).panels()).hasSize(3);
    }

    @Test
    void showPercentilesAsTheFigureOfThePaper() {
        assertThat(text(Picture.of(UNIT.series())))
                .contains("what comes to unit 1 of relu_1", "15th to 85th percentile", "median");
    }

    @Test
    void showTheGapOfTheModesAndLossesWhereThereAreSome() {
        assertThat(text(Picture.of(GAPS)))
                .contains("training mode beside predictions", "share of other decisions", "loss in both modes");
        assertThat(text(Picture.of(WITHOUT_LABELS))).doesNotContain("loss in both modes");
    }

    @Test
    void layMapsOverImages() {
        INDArray some =
                IMAGES.get(NDArrayIndex.interval(0, 3), NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.all());
        Saliency saliency = net.saliency().ofClass("bee");
        Picture gradient = Picture.of(saliency.gradient(some), some);
        Picture cam = Picture.of(saliency.gradCam("relu_2", some), some);

        assertThat(SvgDocument.of(gradient.svg()).elements("image")).hasSize(6);
        assertThat(text(gradient)).contains(">gradient<", ">bee<");
        assertThat(text(Picture.of(saliency.integratedGradients(some), some))).contains("integrated gradients");
        assertThat(text(cam)).contains("Grad-CAM of relu_2");
        assertThat(gradient.image().getWidth()).isGreaterThan(2 * 6 * 96);
        assertThatThrownBy(() -> Picture.of(saliency.gradient(some), IMAGES))
                .hasMessage(
                        "Picture expects the images [images, channels, height, width] that maps [3, 9, 7] are of but got"
                                + " [40, 3, 9, 7]; draw maps without images by Picture.of(title, array)");
    }

    @Test
    void needARecord() {
        ModeGapRecorder empty = ModeGapRecorder.of(labelled(), 20);
        String message =
                "Picture expects a record with at least one time but got none; fit with the recorder as a listener";

        assertThatThrownBy(() -> Picture.of(empty)).hasMessage(message);
        assertThatThrownBy(() ->
                        Picture.of(PercentileRecorder.of("relu_1", 1, IMAGES).series()))
                .hasMessage(message);
        assertThatThrownBy(() -> Picture.of(BatchNormRecorder.everyEpoch().series("batchnorm2d_1")))
                .hasMessage(message);
    }
}
