package io.github.bn4j.text;

import java.util.List;

/**
 * Something about a network that is worth saying, unasked: a report may have none. What a report measures in any case, such as the
 * checks of {@code sanityCheck} and the evidence of {@code proveBias}, is no finding, as it has numbers and a verdict also
 * where all is well.
 *
 * @param <K> the kinds that a report knows
 * @param kind what it is
 * @param layer path of the layer that it is about; empty if it is about the whole network
 * @param parameter name of the parameter that it is about, whether the network has it or not; empty if there is none
 * @param channels the channels that it is about; empty if it is about all
 * @param text what is the matter, where, and what to do, in a sentence without a full stop
 */
public record Finding<K extends Enum<K>>(K kind, String layer, String parameter, List<Integer> channels, String text) {

    public Finding {
        channels = List.copyOf(channels);
    }

    /** One about a parameter of a layer, with a text that says where. */
    public static <K extends Enum<K>> Finding<K> ofParameter(K kind, String layer, String parameter, String text) {
        return new Finding<>(kind, layer, parameter, List.of(), text);
    }

    /** One about some channels of a layer, all if none is named, with a clause that its text begins to say where. */
    public static <K extends Enum<K>> Finding<K> ofChannels(
            K kind, String layer, List<Integer> channels, String clause) {
        String where = layer + (channels.isEmpty() ? ": " : " channels " + channels + ": ");
        return new Finding<>(kind, layer, "", channels, where + clause);
    }

    /** Those of one kind. */
    public static <K extends Enum<K>> List<Finding<K>> of(List<Finding<K>> findings, K kind) {
        return findings.stream().filter(finding -> finding.kind() == kind).toList();
    }

    @Override
    public String toString() {
        return text;
    }
}
