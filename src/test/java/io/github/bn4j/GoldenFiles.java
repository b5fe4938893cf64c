package io.github.bn4j;

import io.github.bn4j.checkpoint.Checkpoint;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.graph.Initializer;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Role;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Tracer;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.layer.BatchNorm2d;
import io.github.bn4j.layer.Conv2d;
import io.github.bn4j.layer.Padding;
import io.github.bn4j.layer.RunningAverage;
import io.github.bn4j.networks.Noise;
import io.github.bn4j.op.RandomOps;
import io.github.bn4j.train.Loss;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Writes the files of a format version that {@link GoldenFilesTest} loads for ever: run it once, with the folder of that
 * version in the test resources, in the commit that brings the version. Beside the network, each file holds what the
 * network was given and what it predicted.
 */
final class GoldenFiles {

    static final String GIVEN = "golden.given.";
    static final String PREDICTED = "golden.predicted.";
    private static final int DRAWS = 6;

    private GoldenFiles() {}

    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        Files.createDirectories(folder);
        write(folder.resolve("every_op.safetensors"), everyOp());
        write(folder.resolve("trained.safetensors"), trained());
    }

    /** Several calls of each op, with random components, each of its own inputs; in float64. */
    private static Network everyOp() {
        Random random = new Random(7);
        Tracer tracer = new Tracer();
        List<Value> outputs = new ArrayList<>();
        for (Class<? extends Op> op : RandomOps.ofAnyNumbers().toList()) {
            for (int draw = 0; draw < DRAWS; draw++) {
                RandomOps.Problem problem = RandomOps.draw(RandomOps.GENERATORS.get(op), random);
                String name = op.getSimpleName() + draw;
                List<Value> inputs = new ArrayList<>();
                for (Shape shape : problem.inputs()) {
                    inputs.add(tracer.input(name + "." + inputs.size(), shape));
                }
                List<Parameter> parameters = new ArrayList<>();
                Initializer positive = generated -> 0.5 + generated.nextDouble();
                for (Shape shape : problem.weights()) {
                    String weight = name + ".weight" + parameters.size();
                    parameters.add(new Parameter(weight, shape, positive, Role.TRAINABLE, random.nextBoolean()));
                }
                for (Shape shape : problem.states()) {
                    parameters.add(
                            new Parameter(name + ".state" + parameters.size(), shape, positive, Role.STATE, false));
                }
                outputs.add(tracer.scope().apply(problem.op(), inputs, parameters));
            }
        }
        outputs.forEach(output -> tracer.output(output.name(), output));
        return Network.build(tracer.graph(), -9_223_372_036_854_775_807L, DataType.DOUBLE);
    }

    /** A network of layers with dropped, kept and asked biases, trained for a few steps. */
    private static Network trained() {
        Network net = Network.input(3, 9, 7)
                .conv2d(5, 3, Padding.SAME)
                .batchNorm2d()
                .relu()
                .residual(b -> b.conv2d(5, 1).then(BatchNorm2d.of().runningAverage(RunningAverage.cumulative())))
                .concat(
                        b -> b.maxPool2d(2),
                        b -> b.then(Conv2d.of(3, 2).stride(2).useBias(true)).batchNorm2d())
                .spatialDropout2d(0.1)
                .flatten()
                .dense(11)
                .batchNorm1d()
                .gelu()
                .dropout(0.2)
                .dense(4)
                .build(42);
        INDArray labels = Tensors.zeros(DataType.INT, 24);
        for (int i = 0; i < 24; i++) {
            labels.putScalar(i, i % 4);
        }
        net.trainer()
                .loss(Loss.softmaxCrossEntropy())
                .batchSize(8)
                .epochs(3)
                .fit(Dataset.of(Noise.uniform(DataType.FLOAT, 1, 24, 3, 9, 7), labels));
        return net;
    }

    private static void write(Path path, Network net) {
        Map<String, INDArray> given = new LinkedHashMap<>();
        net.graph()
                .inputs()
                .forEach((name, value) -> given.put(
                        name,
                        Noise.uniform(
                                net.parameters().type(),
                                given.size(),
                                value.shape().batched(2))));
        Map<String, INDArray> predicted = net.on(Engine.nd4j()).forward(given);
        net.save(path);
        Checkpoint saved = Checkpoint.read(path);
        Map<String, INDArray> tensors = new LinkedHashMap<>(saved.tensors());
        given.forEach((name, array) -> tensors.put(GIVEN + name, array));
        predicted.forEach((name, array) -> tensors.put(PREDICTED + name, array));
        new Checkpoint(saved.graph(), Collections.unmodifiableMap(tensors), saved.sections()).write(path);
    }
}
