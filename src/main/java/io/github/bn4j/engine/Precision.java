package io.github.bn4j.engine;

import static io.github.bn4j.internal.Checks.checkEachGiven;
import static io.github.bn4j.internal.Checks.checkGiven;

import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Node;
import java.io.Serializable;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * What a network is computed in, which is another question than what its parameters are stored in: these stay as they are, and so do
 * their gradients, the running statistics and whatever an optimiser remembers.
 *
 * @param mixed whether convolutions and dense layers multiply in bfloat16
 * @param keepsFirst whether those that see an input of the network are left out of that
 * @param keepsLast whether those that make an output are left out
 * @param kept paths of layers that are left out, with all layers in them
 */
public record Precision(boolean mixed, boolean keepsFirst, boolean keepsLast, Set<String> kept)
        implements Serializable {

    /** Everything in the type of the parameters. */
    public static final Precision FULL = new Precision(false, false, false, Set.of());

    /**
     * Convolutions and large dense layers in bfloat16, which has the range of float32 with 8 instead of 24 bits for the digits, and what
     * lies between them as well: images, activations and their gradients. Products are added up in float32, and so are the sums of batch
     * normalisation. Parameters, their gradients, gamma, beta, statistics, losses and the optimiser are in float32, as in Micikevicius et
     * al. 2018, Mixed Precision Training, section 3.1. Losses need no scaling (their section 3.2): that keeps gradients in the range of
     * float16, and bfloat16 has the range of float32.
     */
    public static final Precision MIXED = new Precision(true, false, false, Set.of());

    public Precision {
        checkGiven(kept, "Precision", "the paths of layers");
        kept = Set.copyOf(kept);
    }

    /** {@link #MIXED} where that is faster than {@link #FULL} on this machine, else that. */
    public static Precision fastest() {
        return Engine.fastest(DataType.FLOAT).obstacle(MIXED).isEmpty() ? MIXED : FULL;
    }

    /** Leaves out the layers that see an input of the network; by default none. */
    public Precision exceptFirst() {
        return mixed ? new Precision(true, true, keepsLast, kept) : this;
    }

    /** Leaves out the layers that make an output, or what goes into a loss; by default none. */
    public Precision exceptLast() {
        return mixed ? new Precision(true, keepsFirst, true, kept) : this;
    }

    /**
     * Leaves out some layers, beside those that are left out already.
     *
     * @param layers their paths, such as {@code conv2d_1}; that of a block stands for all layers in it
     */
    public Precision except(String... layers) {
        checkEachGiven(layers, "Precision.except", "the path of a layer");
        Set<String> all = new TreeSet<>(kept);
        all.addAll(List.of(layers));
        return mixed ? new Precision(true, keepsFirst, keepsLast, all) : this;
    }

    /**
     * Refuses names that are nobody's.
     *
     * @throws IllegalArgumentException if a path is that of no layer with a weight to multiply by; the message lists those
     */
    public void requireLayers(Graph graph) {
        checkGiven(graph, "Precision.requireLayers", "a Graph");
        Set<String> layers = graph.nodes().stream()
                .filter(node -> node.linearMap().isPresent())
                .map(Node::layer)
                .collect(Collectors.toCollection(TreeSet::new));
        for (String name : kept) {
            if (layers.stream().noneMatch(layer -> isIn(layer, name))) {
                throw new IllegalArgumentException(
                        "Precision.except expects layers that multiply by a weight but got \"" + name
                                + "\"; name some of " + layers);
            }
        }
    }

    /**
     * Refuses an engine that does not gain from this.
     *
     * @throws IllegalStateException if there is an {@link Engine#obstacle}; the message says which
     */
    public void requireOn(Engine engine) {
        checkGiven(engine, "Precision.requireOn", "an Engine");
        engine.obstacle(this).ifPresent(reason -> {
            throw new IllegalStateException(
                    "Precision.MIXED expects an engine and a processor that gain from it but got: " + reason
                            + "; take Precision.fastest()");
        });
    }

    /** Whether a layer is among those that are left out by name. */
    public boolean keeps(String layer) {
        checkGiven(layer, "Precision.keeps", "the path of a layer");
        return kept.stream().anyMatch(name -> isIn(layer, name));
    }

    private static boolean isIn(String layer, String block) {
        return layer.equals(block) || layer.startsWith(block + ".");
    }

    @Override
    public String toString() {
        if (!mixed) {
            return "full precision";
        }
        Set<String> names = new TreeSet<>(kept);
        String first = keepsFirst ? "the first layer" : "";
        String last = keepsLast ? "the last layer" : "";
        List<String> all = Stream.concat(Stream.of(first, last).filter(text -> !text.isEmpty()), names.stream())
                .toList();
        return "mixed precision (bfloat16)" + (all.isEmpty() ? "" : " except " + String.join(", ", all));
    }
}
