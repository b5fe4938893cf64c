package io.github.bn4j.bias;

import io.github.bn4j.bias.Fates.Fate;
import io.github.bn4j.graph.AddBias;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Shift;
import io.github.bn4j.graph.UseBias;
import io.github.bn4j.text.Finding;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Finds the biases that no output depends on in training, by data flow over the whole graph.
 *
 * <p>A bias shifts its value by one constant per channel. Each op says what becomes of a shift at one of its inputs. Where
 * a value is used several times, every use must make the shift disappear. The claim is about training, where batch
 * normalisation subtracts the mean of what is there; a prediction agrees as soon as the running means have seen the same.
 */
public final class BiasAnalysis {

    private final Graph graph;
    private final Fates fates;
    private final Journeys journeys = new Journeys();

    private BiasAnalysis(Graph graph) {
        this.graph = graph;
        this.fates = new Fates(graph);
    }

    /**
     * The names of the biases that a network of this graph does without: those that are switched off, and of those left to
     * {@link UseBias#AUTO} the ones that cannot change an output. Takes time in proportion to the edges of the graph.
     *
     * @param graph any graph, with all its {@link AddBias} nodes
     */
    public static Set<String> absent(Graph graph) {
        return new BiasAnalysis(graph).absent();
    }

    /**
     * Decides about every bias of a graph as {@link #absent} does, and reports.
     *
     * @param graph any graph, with all its {@link AddBias} nodes
     */
    public static BiasReport of(Graph graph) {
        BiasAnalysis analysis = new BiasAnalysis(graph);
        return analysis.report(analysis.absent());
    }

    /**
     * Reports on a graph whose biases have been decided about before.
     *
     * @param graph the graph with all its {@link AddBias} nodes
     * @param absent names of the biases that the network does without
     */
    public static BiasReport of(Graph graph, Set<String> absent) {
        return new BiasAnalysis(graph).report(absent);
    }

    private Set<String> absent() {
        return sites().entrySet().stream()
                .filter(site -> switch (asked(site.getValue())) {
                    case ON -> false;
                    case OFF -> true;
                    case AUTO -> harmless(fates(site.getValue()));
                })
                .map(site -> site.getKey().name())
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private BiasReport report(Set<String> absent) {
        List<BiasDecision> decisions = sites().entrySet().stream()
                .map(site -> decide(site.getKey(), site.getValue(), absent))
                .toList();
        List<Finding<BiasFinding>> findings = new ArrayList<>();
        MissingShifts missing = new MissingShifts(graph, absent);
        for (BiasDecision decision : decisions) {
            if (decision.kept() && decision.redundant()) {
                findings.add(finding(
                        BiasFinding.POINTLESS_BIAS,
                        decision,
                        "has a bias that changes no output in training; absorbBias() takes it out exactly and saves "
                                + decision.size() + " parameters"));
            }
            if (decision.asked() == UseBias.AUTO && !decision.kept() && !decision.redundant()) {
                findings.add(
                        finding(
                                BiasFinding.NO_LONGER_CANCELLED,
                                decision,
                                "was built without bias because it was cancelled then, which it is not any more; predictions are what they were"));
            }
        }
        findings.addAll(missing.findings());
        findings.addAll(pointlessBetas());
        return new BiasReport(decisions, findings);
    }

    private static Finding<BiasFinding> finding(BiasFinding kind, BiasDecision decision, String text) {
        return Finding.ofParameter(kind, decision.layer(), decision.bias(), decision.layer() + " " + text);
    }

    private Map<Parameter, List<Node>> sites() {
        Map<Parameter, List<Node>> sites = new LinkedHashMap<>();
        for (Node node : graph.nodes()) {
            node.bias().ifPresent(bias -> sites.computeIfAbsent(bias, any -> new ArrayList<>())
                    .add(node));
        }
        return sites;
    }

    private static UseBias asked(List<Node> calls) {
        return ((AddBias) calls.get(0).op()).useBias();
    }

    private BiasDecision decide(Parameter bias, List<Node> calls, Set<String> absent) {
        Journey journey = journeys.of(fates(calls));
        return new BiasDecision(
                bias.name(),
                calls.get(0).layer(),
                asked(calls),
                !absent.contains(bias.name()),
                journey.rule(),
                journey.path(),
                journey.length(),
                journey.cancelledBy(),
                bias.shape().size());
    }

    private List<Fate> fates(List<Node> calls) {
        return calls.stream().map(call -> fates.of(call.output(), shift(call))).toList();
    }

    // A layer that is called several times needs its shift if one of the calls does.
    private static boolean harmless(List<Fate> calls) {
        return calls.stream().allMatch(Fate::harmless);
    }

    private static Shift shift(Node call) {
        Shape parameter = call.shift().orElseThrow().shape();
        Shape y = call.output().shape();
        return parameter.equals(Shape.of(y.dim(0))) ? Shift.PER_CHANNEL : Shift.PER_POSITION;
    }

    private List<Finding<BiasFinding>> pointlessBetas() {
        Map<Parameter, List<Node>> betas = new LinkedHashMap<>();
        for (Node node : graph.nodes()) {
            node.shift().filter(shift -> node.bias().isEmpty()).ifPresent(beta -> betas.computeIfAbsent(
                            beta, any -> new ArrayList<>())
                    .add(node));
        }
        List<Finding<BiasFinding>> findings = new ArrayList<>();
        betas.forEach((beta, calls) -> {
            if (!harmless(fates(calls))) {
                return;
            }
            Journey journey = journeys.of(fates(calls));
            if (journey.rule() == Rule.CANCELLED) {
                String layer = calls.get(0).layer();
                long size = beta.shape().size();
                String text =
                        layer + " has a " + beta.name().substring(beta.name().lastIndexOf('.') + 1) + " that "
                                + String.join(", ", journey.cancelledBy()) + " cancels; leaving it out saves " + size
                                + " parameters";
                findings.add(Finding.ofParameter(BiasFinding.POINTLESS_BETA, layer, beta.name(), text));
            }
        });
        return findings;
    }
}
