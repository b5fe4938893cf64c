package io.github.bn4j.spark.example;

import io.github.bn4j.Network;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.engine.Collective;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.engine.InferenceProgram;
import io.github.bn4j.engine.OneDnnOptions;
import io.github.bn4j.engine.Shard;
import io.github.bn4j.engine.TrainingProgram;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.layer.Padding;
import io.github.bn4j.spark.internal.mesh.Patience;
import io.github.bn4j.spark.internal.mesh.Rendezvous;
import io.github.bn4j.train.Loop;
import io.github.bn4j.train.Loss;
import io.github.bn4j.train.Sgd;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A process that takes steps, alone or with others, and prints a line about them. Says where it is before, and is told where all are. */
final class TimedSteps {

    private static final int WARM_UP = 10;
    private static final int CLASSES = 10;
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final double MILLI = 1e-6;

    private TimedSteps() {}

    /** Starts one on the class path of this process. */
    static Process start(int rank, int ranks, int threads, boolean sums, int batch, int steps) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                TimedSteps.class.getName()));
        for (Object argument : List.of(rank, ranks, threads, sums, batch, steps)) {
            command.add(argument.toString());
        }
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(Redirect.INHERIT);
        builder.environment().put("OMP_NUM_THREADS", Integer.toString(threads));
        return builder.start();
    }

    /** Takes what {@link #start} has. */
    public static void main(String[] arguments) throws IOException {
        int rank = Integer.parseInt(arguments[0]);
        int ranks = Integer.parseInt(arguments[1]);
        Engine engine = Engine.oneDnn(OneDnnOptions.defaults().threads(Integer.parseInt(arguments[2])));
        int batch = Integer.parseInt(arguments[4]);
        int steps = Integer.parseInt(arguments[5]);
        if (!Boolean.parseBoolean(arguments[3])) {
            System.out.println(times(steps(engine, batch, steps)));
            return;
        }
        try (Collective all =
                Rendezvous.join(rank, ranks, "127.0.0.1", words -> told(words, ranks), Patience.of(TIMEOUT), 0)) {
            Counting counting = new Counting(all);
            double[] millis = steps(new Sharded(engine, counting), batch / ranks, steps);
            System.out.println(times(millis)
                    + String.format(
                            Locale.ROOT,
                            ", %d sums and %d bytes a step",
                            counting.calls / (WARM_UP + steps),
                            counting.bytes / (WARM_UP + steps)));
        }
    }

    private static String[] told(String own, int ranks) {
        System.out.println(own);
        String[] all = new String[ranks];
        try {
            BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (int rank = 0; rank < ranks; rank++) {
                all[rank] = lines.readLine();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return all;
    }

    private static double[] steps(Engine engine, int examples, int steps) {
        INDArray labels = Nd4j.createFromArray(new float[examples]);
        for (int i = 0; i < examples; i++) {
            labels.putScalar(i, i % CLASSES);
        }
        Dataset batch = Dataset.of(Nd4j.rand(examples, 1, 28, 28), labels);
        double[] millis = new double[steps];
        Network network = network().on(engine);
        try (Loop loop = network.trainer()
                .optimizer(Sgd.of(0.01).momentum(0.9))
                .loss(Loss.softmaxCrossEntropy())
                .loop(examples)) {
            for (int i = -WARM_UP; i < steps; i++) {
                long before = System.nanoTime();
                loop.step(batch);
                if (i >= 0) {
                    millis[i] = MILLI * (System.nanoTime() - before);
                }
            }
        }
        Arrays.sort(millis);
        return millis;
    }

    private static String times(double... sorted) {
        return String.format(Locale.ROOT, "median %.2f ms, least %.2f ms", sorted[sorted.length / 2], sorted[0]);
    }

    private static Network network() {
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
                .dense(CLASSES)
                .build(42);
    }

    /** Has as many examples of each batch as all others. */
    private record Sharded(Engine of, Collective all) implements Engine {

        @Override
        public TrainingProgram training(Graph graph, Parameters parameters, int batch, long seed) {
            return of.training(graph, parameters, Shard.even(all, batch * all.size()), seed);
        }

        @Override
        public InferenceProgram inference(Graph graph, Parameters parameters, int batch) {
            return of.inference(graph, parameters, batch);
        }

        @Override
        public String name() {
            return of.name();
        }
    }

    /** Counts what is added up. */
    private static final class Counting implements Collective {

        private final Collective of;
        private long calls;
        private long bytes;

        Counting(Collective of) {
            this.of = of;
        }

        @Override
        public int rank() {
            return of.rank();
        }

        @Override
        public int size() {
            return of.size();
        }

        @Override
        public void allReduce(FloatBuffer values) {
            calls++;
            bytes += (long) Float.BYTES * values.remaining();
            of.allReduce(values);
        }

        @Override
        public void allReduce(DoubleBuffer values) {
            calls++;
            bytes += (long) Double.BYTES * values.remaining();
            of.allReduce(values);
        }

        @Override
        public Collective group(int members) {
            return of.group(members);
        }

        @Override
        public void close() {
            of.close();
        }

        @Override
        public void fail(Throwable cause) {
            of.fail(cause);
        }
    }
}
