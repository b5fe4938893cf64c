package io.github.bn4j.norm;

import io.github.bn4j.data.Dataset;
import io.github.bn4j.engine.Model;
import io.github.bn4j.norm.internal.ModeSums;

/**
 * How far the first output of a network in training mode is from that in predictions, on the same batches and without
 * dropout: what is left is batch normalisation.
 *
 * @param difference root mean square of the differences, as a share of the root mean square of the predictions
 * @param disagreement share of the examples whose largest output is another one, 0 where an output has one element
 * @param trainingLoss mean softmax cross-entropy in training mode; NaN where the labels are no class numbers
 * @param predictionLoss the same of predictions
 */
public record ModeGap(double difference, double disagreement, double trainingLoss, double predictionLoss) {

    /**
     * That of a network on some data.
     *
     * @param model the gradients of its parameters are modified
     * @param batchSize number of examples per batch in training mode, at least 1; fewer left over do not count
     * @throws IllegalArgumentException if the data do not fit, or contain NaN or infinity
     */
    public static ModeGap of(Model model, Dataset data, int batchSize) {
        data.requireFinite();
        return of(new DataHere("ModeGap", data, batchSize).modes(model, batchSize));
    }

    static ModeGap of(ModeSums sums) {
        return new ModeGap(sums.difference(), sums.disagreement(), sums.trainingLoss(), sums.predictionLoss());
    }
}
