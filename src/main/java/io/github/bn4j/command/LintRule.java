package io.github.bn4j.command;

import io.github.bn4j.bias.BiasFinding;
import java.util.Locale;

/** What lint looks for. */
enum LintRule {
    REDUNDANT_BIAS(
            Level.WARNING,
            "A bias that batch normalisation cancels",
            "On every path to an output something subtracts the bias again, so no value of it changes an output in training, and the"
                    + " beta behind it does its work. Write the model without it by --fix, and switch it off where the model is"
                    + " defined, such as by bias=False in PyTorch."),
    POINTLESS_BETA(
            Level.WARNING,
            "A beta that a later normalisation cancels",
            "No value of this beta changes an output in training. Switch it off where the model is defined, or look whether one of"
                    + " the two normalisations is there by mistake."),
    MISSING_SHIFT(
            Level.WARNING,
            "A layer without bias, and no beta behind it",
            "Nothing learns a shift between this layer and the next activation or output, so every function that it can learn passes"
                    + " through the origin there. Switch on its bias, unless that is meant."),
    NO_LONGER_CANCELLED(
            Level.NOTE,
            "A bias that was left out when something cancelled it",
            "Batch normalisations have been frozen or switched since, so that a bias would show now. Predictions are what they were."),
    POINTLESS_GAMMA(
            Level.NOTE,
            "A gamma that the weights behind it can take over",
            "The scale of each channel goes on to a weight that can scale as well, or to a normalisation that divides it away. Leaving"
                    + " gamma out loses no function, though training goes another way."),
    FOLDABLE_BATCH_NORM(
            Level.NOTE,
            "A batch normalisation that can be folded for predictions",
            "In predictions it is a scale and a shift per channel, which the layer before or behind it can take over. Write a model"
                    + " for predictions by the command fold; keep the one with batch normalisation to train on."),
    FOLDED_BATCH_NORM(
            Level.NOTE,
            "Batch normalisations that an exporter has folded away",
            "Biases stand where exporters leave one when they fold a batch normalisation into the layer before it. Whether that layer had"
                    + " a bias of its own cannot be seen any more. Export the model with its batch normalisations, in PyTorch by"
                    + " torch.onnx.export(..., training=torch.onnx.TrainingMode.PRESERVE, do_constant_folding=False, dynamo=False).");

    /** How much a finding counts: warnings make the exit status 1, notes do not. The names are those of SARIF. */
    enum Level {
        WARNING,
        NOTE;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Level level;
    private final String title;
    private final String help;

    LintRule(Level level, String title, String help) {
        this.level = level;
        this.title = title;
        this.help = help;
    }

    static LintRule of(BiasFinding kind) {
        return switch (kind) {
            case POINTLESS_BIAS -> REDUNDANT_BIAS;
            case POINTLESS_BETA -> POINTLESS_BETA;
            case MISSING_SHIFT -> MISSING_SHIFT;
            case NO_LONGER_CANCELLED -> NO_LONGER_CANCELLED;
        };
    }

    Level level() {
        return level;
    }

    /** What it looks for, in a few words. */
    String title() {
        return title;
    }

    /** What that means and what to do, in full sentences. */
    String help() {
        return help;
    }

    /** Its name in reports. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
