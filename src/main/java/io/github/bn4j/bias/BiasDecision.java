package io.github.bn4j.bias;

import io.github.bn4j.graph.UseBias;
import io.github.bn4j.text.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What became of one bias.
 *
 * @param bias name of the parameter, such as {@code conv2d_1.bias}
 * @param layer path of the layer that asked for it
 * @param asked what the layer asked for
 * @param kept whether the network has it
 * @param rule why a constant added there can or cannot change an output
 * @param path the operations that the constant passes, up to the one that cancels it or lets it show; of more than 16 the first
 *     and the last 8
 * @param passed how many operations that are
 * @param cancelledBy the layers that cancel it, on this path or another; there may be some although it shows elsewhere
 * @param size number of elements
 */
public record BiasDecision(
        String bias,
        String layer,
        UseBias asked,
        boolean kept,
        Rule rule,
        List<Stop> path,
        int passed,
        List<String> cancelledBy,
        long size) {

    private static final int LISTED = 4;

    public BiasDecision {
        path = List.copyOf(path);
        cancelledBy = List.copyOf(cancelledBy);
    }

    /** Whether no value of the bias can change any output in training. */
    public boolean redundant() {
        return rule.redundant();
    }

    /** One word or a few for a table. */
    public String word() {
        return switch (asked) {
            case OFF -> "off";
            case ON -> redundant() ? "on (pointless)" : "on";
            case AUTO ->
                kept ? (redundant() ? "kept (pointless)" : "kept") : (redundant() ? "dropped" : "dropped before");
        };
    }

    /** The path and its end, in a clause: {@code → relu_1: relu_1 is not linear …}. */
    public String reason() {
        String stops = stops();
        return switch (rule) {
            case UNUSED -> (stops.isEmpty() ? "" : stops + ": ") + "nothing that leads to an output uses it";
            case SHOWN -> (stops.isEmpty() ? "" : stops + " ") + "→ output: an output of the network shows it";
            case CANCELLED, BLOCKED -> stops + ": " + path.get(path.size() - 1);
        };
    }

    private String stops() {
        List<String> stops = new ArrayList<>();
        path.forEach(stop -> stops.add("→ " + stop.layer()));
        if (passed > path.size()) {
            stops.add(path.size() / 2, "→ " + (passed - path.size()) + " more");
        }
        return String.join(" ", stops);
    }

    /** The story in full sentences. */
    public Text story() {
        String story = start() + " A constant added there goes " + reason() + ".";
        if (!redundant() && !cancelledBy.isEmpty()) {
            story += " On another path " + names(cancelledBy) + " would cancel it.";
        }
        if (redundant() && cancelledBy.size() > 1) {
            story += " On its paths it is cancelled by " + names(cancelledBy) + ".";
        }
        return new Text(story);
    }

    private String start() {
        return switch (asked) {
            case OFF -> layer + " has no bias because it was switched off.";
            case ON ->
                layer + " has a bias because it was asked for."
                        + (redundant() ? " It is pointless: no value of it changes an output in training." : "");
            case AUTO -> automatic();
        };
    }

    private String automatic() {
        if (kept) {
            return layer + " keeps its bias" + (redundant() ? ", which changes no output in training." : ".");
        }
        return redundant()
                ? layer + " needs no bias; leaving it out saves " + size + " parameters."
                : layer + " has no bias.";
    }

    private static String names(List<String> layers) {
        String listed = layers.stream().limit(LISTED).collect(Collectors.joining(", "));
        return layers.size() > LISTED ? listed + " and " + (layers.size() - LISTED) + " more" : listed;
    }

    @Override
    public String toString() {
        return layer + " " + word() + " " + reason();
    }
}
