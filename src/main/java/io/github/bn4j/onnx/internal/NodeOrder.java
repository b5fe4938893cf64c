package io.github.bn4j.onnx.internal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import onnx.Onnx.NodeProto;
import org.jspecify.annotations.Nullable;

/** The order in which nodes can be read: most files have them so, and others are sorted. */
final class NodeOrder {

    private NodeOrder() {}

    /** The nodes, each behind those that it needs. */
    static List<NodeProto> of(OnnxFile file, OnnxNames names) {
        Map<String, Integer> makers = new HashMap<>();
        List<NodeProto> nodes = file.model().getGraph().getNodeList();
        for (int i = 0; i < nodes.size(); i++) {
            for (String output : nodes.get(i).getOutputList()) {
                if (!output.isEmpty() && (makers.put(output, i) != null || names.isKnown(output))) {
                    throw file.damaged("distinct names of results", "\"" + output + "\" twice");
                }
            }
        }
        int[] missing = new int[nodes.size()];
        Map<Integer, List<Integer>> waiting = new HashMap<>();
        Deque<Integer> ready = new ArrayDeque<>();
        for (int i = 0; i < nodes.size(); i++) {
            for (String input : new LinkedHashSet<>(nodes.get(i).getInputList())) {
                @Nullable Integer maker = makers.get(input);
                if (maker != null) {
                    missing[i]++;
                    waiting.computeIfAbsent(maker, any -> new ArrayList<>()).add(i);
                }
            }
            if (missing[i] == 0) {
                ready.add(i);
            }
        }
        boolean isSorted = IntStream.range(0, nodes.size()).allMatch(i -> nodes.get(i).getInputList().stream()
                .allMatch(input -> makers.getOrDefault(input, -1) < i));
        if (isSorted) {
            return nodes;
        }
        List<NodeProto> sorted = new ArrayList<>();
        while (!ready.isEmpty()) {
            int next = ready.remove();
            sorted.add(nodes.get(next));
            for (int after : waiting.getOrDefault(next, List.of())) {
                if (--missing[after] == 0) {
                    ready.add(after);
                }
            }
        }
        if (sorted.size() < nodes.size()) {
            throw file.damaged("nodes that need only what others made before", "nodes that need each other");
        }
        return sorted;
    }
}
