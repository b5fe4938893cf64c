package io.github.bn4j.engine.onednn;

import io.github.bn4j.Network;
import io.github.bn4j.ResidentMemory;
import io.github.bn4j.engine.OneDnnOptions;
import io.github.bn4j.engine.Shard;
import io.github.bn4j.engine.onednn.internal.choice.ProgramSettings;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Value;
import io.github.bn4j.networks.RandomNetwork;
import java.util.Collection;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Started by {@code MemoryTest} in a JVM of its own: compiles random graphs for training and for prediction over and over, runs
 * each program once, closes it, and prints the memory after each thousand. Arguments: graphs, programs.
 */
public final class CompileGraphs {

    private CompileGraphs() {}

    /** Takes the number of graphs and of programs. */
    public static void main(String[] arguments) throws Exception {
        int graphs = Integer.parseInt(arguments[0]);
        int programs = Integer.parseInt(arguments[1]);
        Network[] networks = new Network[graphs];
        for (int seed = 0; seed < graphs; seed++) {
            networks[seed] = RandomNetwork.draw(seed);
        }
        ProgramSettings settings = ProgramSettings.of(OneDnnOptions.defaults());
        for (int i = 0; i < programs; i += 2) {
            Network net = networks[i / 2 % graphs];
            int batch = 2 + i % 3;
            Graph graph = EngineComparison.withLoss(net.graph());
            try (OneDnnTraining program =
                    new OneDnnTraining(graph, net.parameters(), Shard.whole(batch), i, settings)) {
                run(graph, batch, arrays -> program.step(1, arrays));
            }
            try (OneDnnInference program = new OneDnnInference(net.graph(), net.parameters(), batch, settings)) {
                run(net.graph(), batch, arrays -> program.run(arrays).forEach(INDArray::close));
            }
            if ((i + 2) % 1000 == 0) {
                ResidentMemory.print();
            }
        }
    }

    private interface Run {
        void on(INDArray... arrays);
    }

    private static void run(Graph graph, int batch, Run program) {
        Collection<Value> inputs = graph.inputs().values();
        INDArray[] arrays = inputs.stream()
                .map(value -> Nd4j.ones(DataType.FLOAT, value.shape().batched(batch)))
                .toArray(INDArray[]::new);
        program.on(arrays);
        for (INDArray array : arrays) {
            array.close();
        }
    }
}
