package io.github.bn4j.train;

import java.util.Locale;

/**
 * What one pass over the training data brought.
 *
 * @param number from 1 in each training, and on through all its fits
 * @param trainLoss mean loss of the training batches, as measured while they were trained on
 * @param validationLoss mean loss of the validation set after the pass; NaN without one
 * @param validationAccuracy share of validation examples classified rightly; NaN without class labels
 * @param seconds how long it took, validation included
 */
public record Epoch(int number, double trainLoss, double validationLoss, double validationAccuracy, double seconds) {

    @Override
    public String toString() {
        String text = String.format(Locale.ROOT, "epoch %d: loss %.4f", number, trainLoss);
        if (!Double.isNaN(validationLoss)) {
            text += String.format(Locale.ROOT, ", validation loss %.4f", validationLoss);
        }
        if (!Double.isNaN(validationAccuracy)) {
            text += String.format(Locale.ROOT, ", validation accuracy %.4f", validationAccuracy);
        }
        return text;
    }
}
