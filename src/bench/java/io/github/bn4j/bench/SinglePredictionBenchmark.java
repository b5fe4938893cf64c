package io.github.bn4j.bench;

import io.github.bn4j.Network;
import io.github.bn4j.Predictor;
import io.github.bn4j.engine.InferenceProgram;
import io.github.bn4j.graph.Shape;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** One example at a time, by each way in: what is beside the kernels should not be seen. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class SinglePredictionBenchmark {

    /** A network of the comparison with other libraries. */
    @Param({"mlp", "cnn"})
    public String net;

    private Network network;
    private Predictor predictor;
    private InferenceProgram program;
    private float[] example;
    private long[] shape;
    private INDArray array;

    /** Builds the network; programs are made by the first calls. */
    @Setup
    public void build() {
        network = Nets.of(net);
        predictor = network.predictor();
        program = network.engine().inference(network.graph(), network.parameters(), 1);
        Shape input = network.graph().inputs().values().iterator().next().shape();
        shape = input.batched(1);
        example = new float[Math.toIntExact(input.size())];
        Random random = new Random(1);
        for (int i = 0; i < example.length; i++) {
            example[i] = random.nextFloat();
        }
        array = Nd4j.createFromArray(example).reshape('c', shape);
    }

    /** Gives back memory. */
    @TearDown
    public void close() {
        predictor.close();
        program.close();
    }

    @Benchmark
    public float[] predict() {
        return network.predict(example);
    }

    @Benchmark
    public INDArray predictNd4j() {
        return network.predict(array);
    }

    @Benchmark
    public float[] predictor() {
        return predictor.predict(example);
    }

    @Benchmark
    public List<float[]> program() {
        return program.run(example, shape);
    }
}
