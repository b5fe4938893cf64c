package io.github.bn4j.bench;

import io.github.bn4j.bias.BiasAnalysis;
import io.github.bn4j.bias.BiasReport;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Tracer;
import io.github.bn4j.graph.Value;
import io.github.bn4j.layer.Conv2d;
import io.github.bn4j.layer.Padding;
import io.github.bn4j.layer.Residual;
import io.github.bn4j.layer.Sequence;
import java.util.Set;
import java.util.concurrent.TimeUnit;
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
import org.openjdk.jmh.annotations.Warmup;

/** All biases of a deep network: the time for the decisions should grow like the depth. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"-Xms1g", "-Xmx1g", "-XX:+UseParallelGC"})
public class BiasAnalysisBenchmark {

    /** Convolutions. */
    @Param({"250", "500", "1000", "2000"})
    public int layers;

    /** Plain: convolution, norm, activation, again and again. Residual: blocks of two, whose sums only later blocks normalise. */
    @Param({"plain", "residual"})
    public String shape;

    private Graph graph;

    /** Traces the network; no parameters are made. */
    @Setup
    public void trace() {
        Conv2d conv = Conv2d.of(4, 3).padding(Padding.SAME);
        Sequence net = Sequence.of().then(conv);
        for (int i = 1; i < layers; i += 2) {
            Sequence block = Sequence.of()
                    .batchNorm2d()
                    .relu()
                    .then(conv)
                    .batchNorm2d()
                    .relu()
                    .then(conv);
            net = net.then(shape.equals("plain") ? block : Residual.of(block));
        }
        Tracer tracer = new Tracer();
        Value y = tracer.scope().call(net.batchNorm2d(), tracer.input("x", Shape.of(3, 8, 8)));
        tracer.output("y", y);
        graph = tracer.graph();
    }

    /** The decisions alone, as a build takes them. */
    @Benchmark
    public Set<String> decisions() {
        return BiasAnalysis.absent(graph);
    }

    /** The whole report: in a residual network the bias of each block is cancelled by all later ones, and all are listed. */
    @Benchmark
    public BiasReport report() {
        return BiasAnalysis.of(graph);
    }
}
