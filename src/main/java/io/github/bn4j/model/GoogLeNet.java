package io.github.bn4j.model;

import static io.github.bn4j.internal.Checks.checkGiven;
import static io.github.bn4j.internal.Ranges.checkRate;

import io.github.bn4j.GraphBuilder;
import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Value;
import io.github.bn4j.layer.AdaptiveAvgPool2d;
import io.github.bn4j.layer.Conv2d;
import io.github.bn4j.layer.Dense;
import io.github.bn4j.layer.Dropout;
import io.github.bn4j.layer.MaxPool2d;
import io.github.bn4j.layer.Sequence;
import java.util.List;

/**
 * GoogLeNet (Szegedy et al. 2015, Going Deeper with Convolutions, table 1), as torchvision has it: with batch normalisation, and 3×3
 * convolutions where the paper has 5×5.
 *
 * @param auxiliary whether there are two further outputs, {@code aux1.fc2} and {@code aux2.fc2}, for training; false by default
 * @param transformInput whether images are standardised by the means and deviations of ImageNet where the weights expect 0.5, as those of
 *     torchvision do; false by default
 * @param dropout rate in front of the classifier, 0.2 by default
 * @param auxiliaryDropout rate in front of the auxiliary classifiers, 0.7 by default
 * @param task classes and size of the images: 1000 classes and 3×224×224 by default
 */
public record GoogLeNet(
        boolean auxiliary, boolean transformInput, double dropout, double auxiliaryDropout, ImageTask task)
        implements ReferenceNetwork<GoogLeNet> {

    public GoogLeNet {
        checkGiven(task, "GoogLeNet", "an ImageTask");
        checkRate("GoogLeNet", dropout);
        checkRate("GoogLeNet", auxiliaryDropout);
    }

    /** For ImageNet, without auxiliary classifiers. */
    public static GoogLeNet of() {
        return new GoogLeNet(false, false, 0.2, 0.7, ImageTask.imageNet(224));
    }

    /** Adds two auxiliary classifiers as outputs of their own, {@code aux1.fc2} and {@code aux2.fc2}, or, by default, none. */
    public GoogLeNet auxiliary(boolean auxiliary) {
        return new GoogLeNet(auxiliary, transformInput, dropout, auxiliaryDropout, task);
    }

    /** Takes images standardised for ImageNet with weights that expect otherwise, as torchvision's do; by default it does not. */
    public GoogLeNet transformInput(boolean transformInput) {
        return new GoogLeNet(auxiliary, transformInput, dropout, auxiliaryDropout, task);
    }

    /** Sets the rate of dropout in front of the classifier, from 0 to below 1, 0.2 by default. */
    public GoogLeNet dropout(double dropout) {
        return new GoogLeNet(auxiliary, transformInput, dropout, auxiliaryDropout, task);
    }

    /** Sets the rate of dropout in front of the auxiliary classifiers, from 0 to below 1, 0.7 by default. */
    public GoogLeNet auxiliaryDropout(double auxiliaryDropout) {
        return new GoogLeNet(auxiliary, transformInput, dropout, auxiliaryDropout, task);
    }

    @Override
    public GoogLeNet task(ImageTask task) {
        return new GoogLeNet(auxiliary, transformInput, dropout, auxiliaryDropout, task);
    }

    @Override
    public Value trace(Scope scope, Value x) {
        return toScores().trace(scope, toSecond().trace(scope, toFirst().trace(scope, x)));
    }

    @Override
    public List<Value> outputs(GraphBuilder g, Value images) {
        checkGiven(g, "outputs", "a GraphBuilder");
        Value first = g.inline(toFirst(), images);
        Value second = g.inline(toSecond(), first);
        Value scores = g.inline(toScores(), second);
        return auxiliary
                ? List.of(
                        scores,
                        g.call("aux1", auxiliaryClassifier(), first),
                        g.call("aux2", auxiliaryClassifier(), second))
                : List.of(scores);
    }

    private Sequence toFirst() {
        Sequence start = transformInput ? Sequence.of().then("transform_input", new TransformInput()) : Sequence.of();
        return start.then("conv1", Mixed.convolved(Conv2d.of(64, 7).stride(2).padding(3)))
                .then("maxpool1", halving(3))
                .then("conv2", Mixed.convolved(Conv2d.of(64, 1)))
                .then("conv3", Mixed.convolved(Conv2d.of(192, 3).padding(1)))
                .then("maxpool2", halving(3))
                .then("inception3a", inception(64, 96, 128, 16, 32, 32))
                .then("inception3b", inception(128, 128, 192, 32, 96, 64))
                .then("maxpool3", halving(3))
                .then("inception4a", inception(192, 96, 208, 16, 48, 64));
    }

    private static Sequence toSecond() {
        return Sequence.of()
                .then("inception4b", inception(160, 112, 224, 24, 64, 64))
                .then("inception4c", inception(128, 128, 256, 24, 64, 64))
                .then("inception4d", inception(112, 144, 288, 32, 64, 64));
    }

    private Sequence toScores() {
        return Sequence.of()
                .then("inception4e", inception(256, 160, 320, 32, 128, 128))
                .then("maxpool4", halving(2))
                .then("inception5a", inception(256, 160, 320, 32, 128, 128))
                .then("inception5b", inception(384, 192, 384, 48, 128, 128))
                .then("avgpool", AdaptiveAvgPool2d.of(1))
                .flatten()
                .then("dropout", Dropout.of(dropout))
                .then("fc", Dense.of(task.classes()));
    }

    private static MaxPool2d halving(int kernel) {
        return MaxPool2d.of(kernel).stride(2).ceilMode(true);
    }

    /** Figure 2b, in the order of the columns of table 1. */
    private static Layer inception(int one, int reduceThree, int three, int reduceFive, int five, int pool) {
        return Mixed.of(
                Sequence.of().then("branch1", Mixed.convolved(Conv2d.of(one, 1))),
                Sequence.of().then("branch2", reduced(reduceThree, three)),
                Sequence.of().then("branch3", reduced(reduceFive, five)),
                Sequence.of()
                        .then(
                                "branch4",
                                Numbered.of(
                                        MaxPool2d.of(3).stride(1).padding(1).ceilMode(true),
                                        Mixed.convolved(Conv2d.of(pool, 1)))));
    }

    private static Sequence reduced(int reduced, int filters) {
        return Numbered.of(
                Mixed.convolved(Conv2d.of(reduced, 1)),
                Mixed.convolved(Conv2d.of(filters, 3).padding(1)));
    }

    /** Section 5. */
    private Layer auxiliaryClassifier() {
        return Sequence.of()
                .then("avgpool", AdaptiveAvgPool2d.of(4))
                .then("conv", Mixed.convolved(Conv2d.of(128, 1)))
                .flatten()
                .then("fc1", Dense.of(1024))
                .relu()
                .then("dropout", Dropout.of(auxiliaryDropout))
                .then("fc2", Dense.of(task.classes()));
    }

    @Override
    public String toString() {
        return "GoogLeNet";
    }
}
