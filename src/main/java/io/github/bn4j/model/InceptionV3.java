package io.github.bn4j.model;

import static io.github.bn4j.internal.Checks.checkGiven;
import static io.github.bn4j.internal.Ranges.checkRate;

import io.github.bn4j.GraphBuilder;
import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Value;
import io.github.bn4j.layer.AdaptiveAvgPool2d;
import io.github.bn4j.layer.AvgPool2d;
import io.github.bn4j.layer.Conv2d;
import io.github.bn4j.layer.Dense;
import io.github.bn4j.layer.Dropout;
import io.github.bn4j.layer.MaxPool2d;
import io.github.bn4j.layer.Sequence;
import java.util.List;

/**
 * Inception-v3 (Szegedy et al. 2016, Rethinking the Inception Architecture, table 1 and section 6).
 *
 * @param auxiliary whether there is a further output, {@code AuxLogits.fc}, for training, which wants images of at least 299×299; false by
 *     default
 * @param transformInput whether images are standardised by the means and deviations of ImageNet where the weights expect 0.5, as those of
 *     torchvision do; false by default
 * @param dropout rate in front of the classifier, 0.5 by default
 * @param task classes and size of the images: 1000 classes and 3×299×299 by default, at least 75×75
 */
public record InceptionV3(boolean auxiliary, boolean transformInput, double dropout, ImageTask task)
        implements ReferenceNetwork<InceptionV3> {

    public InceptionV3 {
        checkGiven(task, "InceptionV3", "an ImageTask");
        checkRate("InceptionV3", dropout);
    }

    /** For ImageNet, without an auxiliary classifier. */
    public static InceptionV3 of() {
        return new InceptionV3(false, false, 0.5, ImageTask.imageNet(299));
    }

    /** Adds an auxiliary classifier as an output of its own, {@code AuxLogits.fc}, or, by default, none. */
    public InceptionV3 auxiliary(boolean auxiliary) {
        return new InceptionV3(auxiliary, transformInput, dropout, task);
    }

    /** Takes images standardised for ImageNet with weights that expect otherwise, as torchvision's do; by default it does not. */
    public InceptionV3 transformInput(boolean transformInput) {
        return new InceptionV3(auxiliary, transformInput, dropout, task);
    }

    /** Sets the rate of dropout in front of the classifier, from 0 to below 1, 0.5 by default. */
    public InceptionV3 dropout(double dropout) {
        return new InceptionV3(auxiliary, transformInput, dropout, task);
    }

    @Override
    public InceptionV3 task(ImageTask task) {
        return new InceptionV3(auxiliary, transformInput, dropout, task);
    }

    @Override
    public Value trace(Scope scope, Value x) {
        return toScores().trace(scope, toAuxiliary().trace(scope, x));
    }

    @Override
    public List<Value> outputs(GraphBuilder g, Value images) {
        checkGiven(g, "outputs", "a GraphBuilder");
        Value middle = g.inline(toAuxiliary(), images);
        Value scores = g.inline(toScores(), middle);
        return auxiliary ? List.of(scores, g.call("AuxLogits", auxiliaryClassifier(), middle)) : List.of(scores);
    }

    private Sequence toAuxiliary() {
        Sequence start = transformInput ? Sequence.of().then("transform_input", new TransformInput()) : Sequence.of();
        return start.then("Conv2d_1a_3x3", Mixed.convolved(Conv2d.of(32, 3).stride(2)))
                .then("Conv2d_2a_3x3", Mixed.convolved(Conv2d.of(32, 3)))
                .then("Conv2d_2b_3x3", Mixed.convolved(Conv2d.of(64, 3).padding(1)))
                .then("maxpool1", MaxPool2d.of(3).stride(2))
                .then("Conv2d_3b_1x1", Mixed.convolved(Conv2d.of(80, 1)))
                .then("Conv2d_4a_3x3", Mixed.convolved(Conv2d.of(192, 3)))
                .then("maxpool2", MaxPool2d.of(3).stride(2))
                .then("Mixed_5b", square(32))
                .then("Mixed_5c", square(64))
                .then("Mixed_5d", square(64))
                .then("Mixed_6a", halvingSquare())
                .then("Mixed_6b", oblong(128))
                .then("Mixed_6c", oblong(160))
                .then("Mixed_6d", oblong(160))
                .then("Mixed_6e", oblong(192));
    }

    private Sequence toScores() {
        return Sequence.of()
                .then("Mixed_7a", halvingOblong())
                .then("Mixed_7b", expanded())
                .then("Mixed_7c", expanded())
                .then("avgpool", AdaptiveAvgPool2d.of(1))
                .then("dropout", Dropout.of(dropout))
                .flatten()
                .then("fc", Dense.of(task.classes()));
    }

    /** Figure 5. */
    private static Layer square(int pool) {
        return Mixed.of(
                then("branch1x1", Conv2d.of(64, 1)),
                then("branch5x5_1", Conv2d.of(48, 1))
                        .then("branch5x5_2", Mixed.convolved(Conv2d.of(64, 5).padding(2))),
                then("branch3x3dbl_1", Conv2d.of(64, 1))
                        .then("branch3x3dbl_2", Mixed.convolved(Conv2d.of(96, 3).padding(1)))
                        .then("branch3x3dbl_3", Mixed.convolved(Conv2d.of(96, 3).padding(1))),
                pooled(pool));
    }

    /** Figure 10. */
    private static Layer halvingSquare() {
        return Mixed.of(
                then("branch3x3", Conv2d.of(384, 3).stride(2)),
                then("branch3x3dbl_1", Conv2d.of(64, 1))
                        .then("branch3x3dbl_2", Mixed.convolved(Conv2d.of(96, 3).padding(1)))
                        .then("branch3x3dbl_3", Mixed.convolved(Conv2d.of(96, 3).stride(2))),
                Sequence.of().then(MaxPool2d.of(3).stride(2)));
    }

    /** Figure 6, with {@code n = 7}. */
    private static Layer oblong(int between) {
        return Mixed.of(
                then("branch1x1", Conv2d.of(192, 1)),
                then("branch7x7_1", Conv2d.of(between, 1))
                        .then("branch7x7_2", Mixed.convolved(row(between, 7)))
                        .then("branch7x7_3", Mixed.convolved(column(192, 7))),
                then("branch7x7dbl_1", Conv2d.of(between, 1))
                        .then("branch7x7dbl_2", Mixed.convolved(column(between, 7)))
                        .then("branch7x7dbl_3", Mixed.convolved(row(between, 7)))
                        .then("branch7x7dbl_4", Mixed.convolved(column(between, 7)))
                        .then("branch7x7dbl_5", Mixed.convolved(row(192, 7))),
                pooled(192));
    }

    /** As figure 10, of the modules of figure 6. */
    private static Layer halvingOblong() {
        return Mixed.of(
                then("branch3x3_1", Conv2d.of(192, 1))
                        .then("branch3x3_2", Mixed.convolved(Conv2d.of(320, 3).stride(2))),
                then("branch7x7x3_1", Conv2d.of(192, 1))
                        .then("branch7x7x3_2", Mixed.convolved(row(192, 7)))
                        .then("branch7x7x3_3", Mixed.convolved(column(192, 7)))
                        .then("branch7x7x3_4", Mixed.convolved(Conv2d.of(192, 3).stride(2))),
                Sequence.of().then(MaxPool2d.of(3).stride(2)));
    }

    /** Figure 7. */
    private static Layer expanded() {
        Sequence three = then("branch3x3_1", Conv2d.of(384, 1));
        Sequence five = then("branch3x3dbl_1", Conv2d.of(448, 1))
                .then("branch3x3dbl_2", Mixed.convolved(Conv2d.of(384, 3).padding(1)));
        return Mixed.of(
                then("branch1x1", Conv2d.of(320, 1)),
                split(three, "branch3x3_2a", "branch3x3_2b"),
                split(five, "branch3x3dbl_3a", "branch3x3dbl_3b"),
                pooled(192));
    }

    private static Layer split(Sequence before, String first, String second) {
        Mixed parts = Mixed.of(then(first, row(384, 3)), then(second, column(384, 3)));
        return (scope, x) -> parts.trace(scope, before.trace(scope, x));
    }

    private static Sequence pooled(int filters) {
        return Sequence.of()
                .then(AvgPool2d.of(3).stride(1).padding(1).countPadding(true))
                .then("branch_pool", Mixed.convolved(Conv2d.of(filters, 1)));
    }

    private static Sequence then(String name, Conv2d convolution) {
        return Sequence.of().then(name, Mixed.convolved(convolution));
    }

    private static Conv2d row(int filters, int length) {
        return Conv2d.of(filters, 1).kernel(1, length).padding(0, length / 2);
    }

    private static Conv2d column(int filters, int length) {
        return Conv2d.of(filters, 1).kernel(length, 1).padding(length / 2, 0);
    }

    /** Section 4. */
    private Layer auxiliaryClassifier() {
        return Sequence.of()
                .then(AvgPool2d.of(5).stride(3))
                .then("conv0", Mixed.convolved(Conv2d.of(128, 1)))
                .then("conv1", Mixed.convolved(Conv2d.of(768, 5)))
                .then(AdaptiveAvgPool2d.of(1))
                .flatten()
                .then("fc", Dense.of(task.classes()));
    }

    @Override
    public String toString() {
        return "Inception-v3";
    }
}
