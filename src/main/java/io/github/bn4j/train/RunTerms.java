package io.github.bn4j.train;

import io.github.bn4j.checkpoint.CheckpointException;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.engine.Model;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * All that a run follows from, as texts by names: with the same terms it takes the same steps. What a lambda does is not among
 * them, as nothing tells that.
 */
record RunTerms(Map<String, String> texts) {

    private static final String NETWORK = "network";
    private static final Pattern LAMBDA = Pattern.compile("[\\w.$]*\\$\\$Lambda[\\w.$/]*");
    private static final Pattern IDENTITY = Pattern.compile("@[0-9a-f]{1,8}\\b");

    RunTerms {
        texts = new LinkedHashMap<>(texts);
    }

    /** Those of a training but for its seed. */
    static RunTerms of(Model model, Settings settings, Dataset data, @Nullable Dataset validation) {
        return of(
                model,
                settings,
                DataFingerprint.of(data),
                validation == null ? "none" : DataFingerprint.of(validation));
    }

    /** Those of a training on data that the given texts tell apart from others. */
    static RunTerms of(Model model, Settings settings, String data, String validation) {
        Map<String, String> texts = new LinkedHashMap<>();
        texts.put(NETWORK, lines(model.graph()));
        texts.put("parameters", model.parameters().type().toString());
        settings.terms().forEach((name, value) -> texts.put(name, lasting(value)));
        texts.put("training data", data);
        texts.put("validation data", validation);
        return new RunTerms(texts);
    }

    /** With the seed of order, masks and augmentation. */
    RunTerms withSeed(long seed) {
        return with("seed", Long.toString(seed));
    }

    /** With one more. */
    RunTerms with(String name, String text) {
        Map<String, String> more = new LinkedHashMap<>(texts);
        more.put(name, text);
        return new RunTerms(more);
    }

    /** One line for each input, op and output. */
    private static String lines(Graph graph) {
        List<String> lines = new ArrayList<>();
        graph.inputs().forEach((name, value) -> lines.add("input " + name + " " + value.shape()));
        for (Node node : graph.nodes()) {
            lines.add(node.layer() + ": " + lasting(node.op()) + " of values "
                    + node.inputs().stream().map(Value::id).toList() + " with " + text(node.parameters()) + " to value "
                    + node.output().id() + " " + node.output().shape());
        }
        graph.outputs().forEach((name, value) -> lines.add("output " + name + " of value " + value.id()));
        return String.join("\n", lines);
    }

    private static List<String> text(List<Parameter> parameters) {
        return parameters.stream()
                .map(parameter -> parameter + (parameter.frozen() ? " frozen" : ""))
                .toList();
    }

    /** The text of a value without what is another one in each process. */
    static String lasting(Object value) {
        return IDENTITY.matcher(LAMBDA.matcher(value.toString()).replaceAll("a lambda"))
                .replaceAll("");
    }

    /**
     * Refuses to go on with other terms.
     *
     * @param given those of now
     * @param file what these are of, for the message
     */
    void requireSame(RunTerms given, Object file) {
        List<String> saved = new ArrayList<>();
        List<String> got = new ArrayList<>();
        Map<String, String> all = new LinkedHashMap<>(texts);
        given.texts.forEach(all::putIfAbsent);
        for (String name : all.keySet()) {
            String[] here = lines(texts.get(name));
            String[] there = lines(given.texts.get(name));
            int line = Arrays.mismatch(here, there);
            if (line >= 0) {
                saved.add(name + " " + (line < here.length ? here[line] : "without more"));
                got.add(name + " " + (line < there.length ? there[line] : "without more"));
            }
        }
        if (!saved.isEmpty()) {
            throw new CheckpointException(
                    "resume expects the run of \"" + file + "\", with " + String.join(" and ", saved)
                            + ", but got " + String.join(" and ", got)
                            + "; say what it was begun with, or begin another run in another folder");
        }
    }

    private static String[] lines(@Nullable String text) {
        return text == null ? new String[] {"none"} : text.split("\n", -1);
    }
}
