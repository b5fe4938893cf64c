package io.github.bn4j.engine;

import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.networks.RealisticNetwork;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** Engines on many drawn networks, and how much that was: networks, and what ops ran on how many channels in what batches. */
final class Comparison {

    /** The system property that a single network is asked for by. */
    static final String NETWORK = "bn4j.network";

    private static final int MOST_FAILURES = 3;
    private static final int LINES = 10;

    /** One op, whatever its other numbers, on as many channels and examples. */
    private record Combination(String op, long channels, int batch) {}

    private final Accuracy accuracy;
    private final List<Engine> engines;
    private final List<String> failures = new ArrayList<>();
    private final Set<Combination> combinations = new HashSet<>();
    private final Set<Class<? extends Op>> ops = new HashSet<>();
    private int networks;

    Comparison(Accuracy accuracy, List<Engine> engines) {
        this.accuracy = accuracy;
        this.engines = engines;
    }

    /** Compares the networks of these numbers, up to the third that differs. */
    void run(LongStream seeds) {
        seeds.takeWhile(seed -> failures.size() < MOST_FAILURES).forEach(this::run);
    }

    private void run(long seed) {
        RealisticNetwork drawn = RealisticNetwork.draw(seed);
        Agreement agreement = new Agreement(accuracy, drawn);
        List<String> differences = engines.stream()
                .flatMap(engine -> agreement.differences(engine).stream())
                .toList();
        if (!differences.isEmpty()) {
            failures.add(String.format(
                    "network %d (again by -Dtest=AgreementTest#*AskedFor -D%s=%d) differs in %d tensors:%n%s",
                    seed,
                    NETWORK,
                    seed,
                    differences.size(),
                    differences.stream().limit(LINES).collect(Collectors.joining(System.lineSeparator()))));
        }
        networks++;
        for (Node node : drawn.withLoss().nodes()) {
            Shape shape = node.output().shape();
            ops.add(node.op().getClass());
            combinations.add(new Combination(node.op().label(), shape.rank() == 0 ? 0 : shape.dim(0), drawn.batch()));
        }
    }

    /** What differed, one for each network; empty if nothing did. */
    List<String> failures() {
        return failures;
    }

    /** The ops that ran. */
    Set<Class<? extends Op>> ops() {
        return ops;
    }

    /** How many distinct combinations of an op, a number of channels and a batch ran. */
    int combinations() {
        return combinations.size();
    }

    @Override
    public String toString() {
        long kinds = combinations.stream().map(Combination::op).distinct().count();
        return networks + " networks, " + combinations.size() + " combinations of " + kinds
                + " ops, channels and batch";
    }
}
