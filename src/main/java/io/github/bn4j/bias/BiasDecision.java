package io.github.bn4j.bias;

import io.github.bn4j.graph.UseBias;

/**
 * What became of one bias.
 *
 * @param bias name of the parameter, such as {@code conv2d_1.bias}
 * @param layer path of the layer that asked for it
 * @param asked what the layer asked for
 * @param redundant whether no value of it can change any output in training
 * @param path the ops that a constant passes from the bias to where it ends or escapes
 * @param because why, in a sentence
 * @param size number of elements
 */
public record BiasDecision(
        String bias, String layer, UseBias asked, boolean redundant, String path, String because, long size) {

    /** Whether the network has this bias. */
    public boolean kept() {
        return asked == UseBias.ON || (asked == UseBias.AUTO && !redundant);
    }

    /** One word or two for a table. */
    public String word() {
        return switch (asked) {
            case OFF -> "off";
            case ON -> redundant ? "on (pointless)" : "on";
            case AUTO -> redundant ? "dropped" : "kept";
        };
    }

    /** The story in full sentences. */
    public String story() {
        String start =
                switch (asked) {
                    case OFF -> layer + " has no bias because it was switched off.";
                    case ON ->
                        layer + " has a bias because it was asked for."
                                + (redundant ? " It is pointless: no value of it changes an output in training." : "");
                    case AUTO ->
                        redundant
                                ? layer + " needs no bias; leaving it out saves " + size + " parameters."
                                : layer + " keeps its bias.";
                };
        String converse = asked == UseBias.OFF && !redundant ? " Nothing behind it makes up for the missing bias." : "";
        return start + converse + " A constant added there goes " + path + ": " + because + ".";
    }

    @Override
    public String toString() {
        return String.format("%-20s %-15s %s: %s", layer, word(), path, because);
    }
}
