package io.github.bn4j.checkpoint;

import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Parameter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The version of the format that a file says it has. Files of older versions are brought up to date while they are read, so
 * that nothing behind this class knows of them.
 *
 * @param number 1 or more
 */
record FormatVersion(int number) {

    /** What files are written in. Version 2 holds lists as JSON; version 1 held one, separated by commas. */
    static final FormatVersion NEWEST = new FormatVersion(2);

    /** Where the version stands in the metadata. */
    static final String KEY = "format";

    private static final Pattern TEXT = Pattern.compile("bn4j-([1-9][0-9]{0,8})");
    private static final String DROPPED = "droppedBiases";

    static FormatVersion of(Map<String, String> metadata, FileSource source) {
        String text = metadata.get(KEY);
        Matcher matcher = TEXT.matcher(text == null ? "" : text);
        if (!matcher.matches()) {
            throw source.wrong(
                    "the metadata \"" + KEY + "\": \"" + NEWEST + "\"",
                    text == null ? "none" : "\"" + text + "\"",
                    "load files that Network.save wrote; weights without a network are for PyTorch.load",
                    null);
        }
        FormatVersion version = new FormatVersion(Integer.parseInt(matcher.group(1)));
        if (version.number > NEWEST.number) {
            throw source.wrong(
                    "format \"" + NEWEST + "\" or an older one", "\"" + text + "\"", "use a newer bn4j", null);
        }
        return version;
    }

    /** Brings the sections of a file of this version up to date. */
    void modernise(Map<String, String> sections, Graph graph, FileSource source) {
        if (number < 2) {
            sections.computeIfPresent(DROPPED, (name, text) -> Sections.text(listed(text, graph, source)));
        }
    }

    /* Names may hold commas, so the text cannot be split; but it holds names of biases in the order of the graph. */
    private static List<String> listed(String text, Graph graph, FileSource source) {
        List<String> names = new ArrayList<>();
        int at = 0;
        for (Node node : graph.nodes()) {
            String name = node.bias().map(Parameter::name).orElse("");
            if (!name.isEmpty()) {
                int end = at + name.length();
                if (text.startsWith(name, at) && (end == text.length() || text.charAt(end) == ',')) {
                    names.add(name);
                    at = end + 1;
                }
            }
        }
        if (at < text.length()) {
            throw source.damaged(
                    "names of biases in the order of the graph as \"" + DROPPED + "\"",
                    "\"" + Json.quote(text.substring(at)) + "\"");
        }
        return names;
    }

    @Override
    public String toString() {
        return "bn4j-" + number;
    }
}
