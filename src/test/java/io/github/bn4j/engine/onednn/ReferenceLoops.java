package io.github.bn4j.engine.onednn;

import io.github.bn4j.ChildProcess;
import io.github.bn4j.GraphBuilder;
import io.github.bn4j.Network;
import io.github.bn4j.engine.OneDnnOptions;
import io.github.bn4j.engine.Shard;
import io.github.bn4j.engine.onednn.internal.choice.ProgramSettings;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Value;
import io.github.bn4j.layer.BatchNorm2d;
import io.github.bn4j.layer.Conv2d;
import io.github.bn4j.layer.Dense;
import io.github.bn4j.layer.GlobalAvgPool2d;
import io.github.bn4j.layer.Padding;
import io.github.bn4j.layer.Relu;
import io.github.bn4j.model.CifarResNet;
import java.util.Map;
import java.util.Set;

/**
 * Started in a JVM of its own, with the instructions of another processor: compiles the networks of the benchmarks and prints a
 * line for each op that runs on one of oneDNN's reference loops, which are hundreds of times slower, and how many it looked at.
 */
public final class ReferenceLoops {

    private static final ProgramSettings SETTINGS =
            ProgramSettings.of(OneDnnOptions.defaults().threads(2));

    private static int looked;

    private ReferenceLoops() {}

    /** Takes no arguments. */
    public static void main(String[] arguments) {
        Map<String, Network> networks = Map.of(
                "CNN", cnn(), "MLP", mlp(), "ResNet-20", CifarResNet.of(20).build(42), "MobileNet", mobileNet());
        networks.forEach((name, net) -> {
            lookAtPrediction(name, net, 1);
            for (int batch : new int[] {2, 64}) {
                lookAtTraining(name, net, batch);
                lookAtPrediction(name, net, batch);
            }
        });
        ChildProcess.print(looked + " kinds of op");
    }

    private static void lookAtTraining(String name, Network net, int batch) {
        Graph graph = EngineComparison.withLoss(net.graph());
        try (OneDnnTraining training = new OneDnnTraining(graph, net.parameters(), Shard.whole(batch), 1, SETTINGS)) {
            look(name + " in training", training.program().used());
        }
    }

    private static void lookAtPrediction(String name, Network net, int batch) {
        try (OneDnnInference inference = new OneDnnInference(net.graph(), net.parameters(), batch, SETTINGS)) {
            look(name + " in prediction", inference.program().used());
        }
    }

    private static void look(String where, Map<Class<?>, Set<String>> used) {
        used.forEach((op, implementations) -> {
            looked++;
            if (implementations.stream().anyMatch(implementation -> implementation.contains("ref"))) {
                ChildProcess.print(where + ": " + op.getSimpleName() + " by " + implementations);
            }
        });
    }

    private static Network cnn() {
        return Network.input(1, 28, 28)
                .conv2d(32, 3, Padding.SAME)
                .batchNorm2d()
                .relu()
                .conv2d(32, 3, Padding.SAME)
                .batchNorm2d()
                .relu()
                .maxPool2d(2)
                .conv2d(64, 3, Padding.SAME)
                .batchNorm2d()
                .relu()
                .conv2d(64, 3, Padding.SAME)
                .batchNorm2d()
                .relu()
                .maxPool2d(2)
                .flatten()
                .dense(128)
                .batchNorm1d()
                .relu()
                .dense(10)
                .build(42);
    }

    private static Network mlp() {
        return Network.input(64)
                .dense(100)
                .batchNorm1d()
                .relu()
                .dense(100)
                .batchNorm1d()
                .relu()
                .dense(100)
                .batchNorm1d()
                .relu()
                .dense(10)
                .build(42);
    }

    /** Depthwise and pointwise convolutions as in Howard et al. 2017. */
    private static Network mobileNet() {
        GraphBuilder g = new GraphBuilder();
        Value y = convolved(g, g.input("x", 3, 32, 32), Conv2d.of(32, 3));
        int in = 32;
        for (int[] block : new int[][] {{64, 1}, {128, 2}, {128, 1}, {256, 2}, {256, 1}}) {
            y = convolved(g, y, Conv2d.of(in, 3).groups(in).stride(block[1]));
            y = convolved(g, y, Conv2d.of(block[0], 1));
            in = block[0];
        }
        return g.build(g.call(Dense.of(10), g.call(new GlobalAvgPool2d(), y)));
    }

    private static Value convolved(GraphBuilder g, Value x, Conv2d layer) {
        return g.call(new Relu(), g.call(BatchNorm2d.of(), g.call(layer.padding(Padding.SAME), x)));
    }
}
