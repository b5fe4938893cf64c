package io.github.bn4j.onnx;

import io.github.bn4j.internal.Listing;
import io.github.bn4j.text.Text;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What became of an ONNX file that was read as a network. Prints the operators with their numbers, what was assumed and what is
 * worth knowing; {@link #table()} lists every node.
 *
 * @param source what wrote the file, its version of the format and of the operators
 * @param nodes what became of each node, in the order of the file
 * @param parameters for each parameter of the network the name that it has in the file
 * @param assumptions what the file does not say and was assumed
 * @param hints what is worth knowing of the network: norms that an exporter folded, biases that change nothing
 */
public record OnnxReport(
        String source,
        List<NodeFate> nodes,
        Map<String, String> parameters,
        List<String> assumptions,
        List<String> hints) {

    /**
     * What became of a node.
     *
     * @param name of the node, or of its first result if it has none
     * @param operator such as {@code Conv}
     * @param became path and description of the layer, or in words what else
     */
    public record NodeFate(String name, String operator, String became) {}

    public OnnxReport {
        nodes = List.copyOf(nodes);
        parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
        assumptions = List.copyOf(assumptions);
        hints = List.copyOf(hints);
    }

    /** Says something more of the network. */
    public OnnxReport hint(String hint) {
        List<String> more = new ArrayList<>(hints);
        more.add(hint);
        return new OnnxReport(source, nodes, parameters, assumptions, more);
    }

    /**
     * Tells of biases that change nothing.
     *
     * @param biases names of the parameters; none leave the report as it is
     */
    public OnnxReport pointless(List<String> biases) {
        if (biases.isEmpty()) {
            return this;
        }
        boolean isOne = biases.size() == 1;
        return hint((isOne
                        ? "1 bias changes nothing, as a batch norm behind it cancels it: "
                        : biases.size() + " biases change nothing, as a batch norm behind them cancels them: ")
                + Listing.of(biases) + "; absorbBias() takes " + (isOne ? "it" : "them") + " out exactly");
    }

    /** A line for each node: its name, its operator, and what became of it. */
    public Text table() {
        return new Text(nodes.stream()
                .map(node -> node.operator() + " \"" + node.name() + "\" → " + node.became())
                .collect(Collectors.joining(System.lineSeparator())));
    }

    @Override
    public String toString() {
        Map<String, Long> operators = nodes.stream()
                .collect(Collectors.groupingBy(NodeFate::operator, LinkedHashMap::new, Collectors.counting()));
        List<String> counted = operators.entrySet().stream()
                .map(operator -> operator.getValue() + " " + operator.getKey())
                .toList();
        List<String> lines = new ArrayList<>();
        lines.add("from " + source + ": " + nodes.size() + " nodes " + Listing.of(counted) + ", " + parameters.size()
                + " parameters");
        assumptions.forEach(assumption -> lines.add("assumed: " + assumption));
        hints.forEach(hint -> lines.add("note: " + hint));
        return String.join(System.lineSeparator(), lines);
    }
}
