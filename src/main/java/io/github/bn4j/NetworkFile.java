package io.github.bn4j;

import static io.github.bn4j.internal.Checks.checkPresent;

import io.github.bn4j.checkpoint.Checkpoint;
import io.github.bn4j.graph.AddBias;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.rewrite.DropBiases;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a network's file holds.
 *
 * @param traced the graph with all its biases
 * @param absent names of the biases that the network does without
 * @param parameters values of all others
 * @param seed the network's seed
 */
record NetworkFile(Graph traced, Set<String> absent, Parameters parameters, long seed) {

    private static final String SEED = "seed";
    private static final String DROPPED = "droppedBiases";

    /* A file must have a tensor for each parameter of its graph. Dropped biases have none, so the graph in the file holds
     * them as tensors of zeros: whoever reads the file with other software finds a bias that changes nothing. */

    static void save(Path path, Graph traced, Set<String> absent, Parameters parameters, long seed) {
        Map<String, INDArray> tensors = new LinkedHashMap<>();
        for (Parameter parameter : traced.parameters()) {
            String name = parameter.name();
            tensors.put(
                    name,
                    absent.contains(name)
                            ? Tensors.zeros(parameters.type(), parameter.shape().dims())
                            : parameters.get(name));
        }
        Map<String, String> sections = Map.of(SEED, Long.toString(seed), DROPPED, String.join(",", absent));
        new Checkpoint(traced, tensors, sections).write(path);
    }

    static NetworkFile load(Path path, Class<? extends Op>[] ownOps) {
        Checkpoint file = Checkpoint.read(path, ownOps);
        String seed = section(file, path, SEED);
        Set<String> dropped = Set.copyOf(List.of(section(file, path, DROPPED).split(",", -1)));
        Set<String> biases = new LinkedHashSet<>();
        for (Node node : file.graph().nodes()) {
            if (node.op() instanceof AddBias
                    && dropped.contains(node.parameters().get(0).name())) {
                biases.add(node.parameters().get(0).name());
            }
        }
        Graph graph = DropBiases.apply(file.graph(), biases);
        Collection<INDArray> tensors = file.tensors().values();
        Parameters parameters =
                new Parameters(graph.parameters(), tensors.iterator().next().dataType());
        for (String name : parameters.names()) {
            parameters.get(name).assign(file.tensors().get(name));
        }
        return new NetworkFile(file.graph(), biases, parameters, Long.parseLong(seed));
    }

    private static String section(Checkpoint file, Path path, String name) {
        return checkPresent(
                file.sections().get(name),
                "Network.load expects \"%s\" in the metadata of \"%s\" but got %s; save the network again",
                name,
                path,
                file.sections().keySet());
    }
}
