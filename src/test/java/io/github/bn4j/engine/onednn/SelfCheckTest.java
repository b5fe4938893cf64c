package io.github.bn4j.engine.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.bn4j.engine.InferenceProgram;
import io.github.bn4j.engine.NeedsBfloat16;
import io.github.bn4j.engine.NeedsOneDnn;
import io.github.bn4j.engine.OneDnnOptions;
import io.github.bn4j.engine.Precision;
import io.github.bn4j.engine.Shard;
import io.github.bn4j.engine.TrainingProgram;
import io.github.bn4j.engine.nd4j.Nd4jEngine;
import io.github.bn4j.engine.onednn.internal.choice.ProgramSettings;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.op.RandomOps;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What is asked where the tests do not run. */
class SelfCheckTest {

    private static final ReferenceComparison.Compilation<TrainingProgram> TRAINING = (graph, parameters) ->
            Nd4jEngine.INSTANCE.training(graph, parameters, CheckedNetwork.BATCH, CheckedNetwork.SEED);

    private static final ReferenceComparison.Compilation<InferenceProgram> INFERENCE =
            (graph, parameters) -> Nd4jEngine.INSTANCE.inference(graph, parameters, CheckedNetwork.BATCH);

    @TempDir
    Path folder;

    @Test
    @NeedsOneDnn
    void findsNothingHere() {
        assertThat(ReferenceComparison.difference(Precision.FULL)).isEmpty();
    }

    /** Where the network is changed, the results have to follow: this leaves them in the folder target. */
    @Test
    void knowsWhatReferenceArithmeticGives() throws Exception {
        Map<String, double[]> computed = ReferenceComparison.results(DataType.DOUBLE, TRAINING, INFERENCE);
        Path fresh = Path.of("target", ReferenceResults.RESOURCE);
        write(computed, fresh);
        String advice =
                "if the network was changed on purpose, put " + fresh + " among the resources of ReferenceResults";
        Map<String, float[]> kept = ReferenceResults.read();
        assertThat(kept.keySet()).as(advice).containsExactlyElementsOf(computed.keySet());
        computed.forEach((name, numbers) -> {
            float[] same = kept.get(name);
            assertThat(same).as("%s; %s", name, advice).hasSameSizeAs(numbers);
            for (int i = 0; i < same.length; i++) {
                assertThat((double) same[i])
                        .as("%s; %s", name, advice)
                        .isCloseTo(numbers[i], within(1e-6 * Math.max(1, Math.abs(numbers[i]))));
            }
        });
    }

    private static void write(Map<String, double[]> results, Path file) throws IOException {
        try (DataOutputStream out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
            out.writeInt(results.size());
            for (Map.Entry<String, double[]> result : results.entrySet()) {
                out.writeUTF(result.getKey());
                out.writeInt(result.getValue().length);
                for (double number : result.getValue()) {
                    out.writeFloat((float) number);
                }
            }
        }
    }

    /** So that an error in any part of a tensor shows: {@code 1e-2} is what errors are taken relative to at least. */
    @Test
    void computesNumbersThatAreNotNearZero() {
        ReferenceResults.read().forEach((name, numbers) -> {
            double largest = 0;
            for (float number : numbers) {
                largest = Math.max(largest, Math.abs(number));
            }
            assertThat(largest).as(name).isBetween(0.05, 1000.0);
        });
    }

    @Test
    @NeedsOneDnn
    void usesEveryLowering() {
        Graph graph = CheckedNetwork.graph();
        Parameters parameters = CheckedNetwork.parameters(graph, DataType.FLOAT);
        ProgramSettings settings = ProgramSettings.of(OneDnnOptions.defaults());
        Shard batch = Shard.whole(CheckedNetwork.BATCH);
        try (OneDnnTraining training = new OneDnnTraining(graph, parameters, batch, 1, settings)) {
            Map<Class<?>, Set<String>> used = training.program().used();
            Stream<Class<? extends Op>> lowered =
                    RandomOps.ofAnyNumbers().filter(op -> !EveryOpTest.BY_REFERENCE.contains(op));
            assertThat(used.keySet()).containsAll(lowered.toList());
            assertThat(used.values()).allMatch(by -> by.contains("oneDNN") && !by.contains("reference"));
        }
    }

    @Test
    @NeedsBfloat16
    void findsNothingInMixedPrecisionHere() {
        assertThat(ReferenceComparison.difference(Precision.MIXED)).isEmpty();
    }

    /** The first number of a prediction is wrong by a hundredth. */
    @Test
    void findsAWrongNumber() {
        Optional<String> difference = ReferenceComparison.difference(1e-3, TRAINING, (graph, parameters) -> {
            InferenceProgram right = INFERENCE.of(graph, parameters);
            return new InferenceProgram() {
                @Override
                public List<INDArray> run(INDArray... inputs) {
                    List<INDArray> outputs = right.run(inputs);
                    INDArray y = outputs.get(1);
                    y.putScalar(0, 0, y.getDouble(0, 0) + 0.01 * y.amaxNumber().doubleValue());
                    return outputs;
                }

                @Override
                public void refresh() {
                    right.refresh();
                }

                @Override
                public void close() {
                    right.close();
                }
            };
        });
        assertThat(difference)
                .hasValue(
                        "its results differ from those of ND4J, the output of a prediction by 0.01 of the largest number");
    }

    @Test
    void remembersAVerdict() throws Exception {
        Path file = folder.resolve("cache").resolve("verdict.txt");
        assertThat(SelfCheck.verdict(file, Optional::empty)).isEmpty();
        assertThat(file).hasContent("passed");
        assertThat(SelfCheck.verdict(file, () -> Optional.of("asked again"))).isEmpty();

        Files.delete(file);
        assertThat(SelfCheck.verdict(file, () -> Optional.of("wrong"))).hasValue("wrong");
        assertThat(SelfCheck.verdict(file, Optional::empty)).hasValue("wrong");
    }

    @Test
    void doesWithoutWhereACheckEndedTheProcess() throws Exception {
        Path file = folder.resolve("verdict.txt");
        Files.writeString(file, "begun by process 999999999999");
        assertThat(SelfCheck.verdict(file, Optional::empty))
                .hasValue("a process that checked its results did not end well; delete " + file + " to check again");

        Files.writeString(file, "begun by process " + ProcessHandle.current().pid());
        assertThat(SelfCheck.verdict(file, Optional::empty)).isEmpty();
        assertThat(SelfCheck.verdict(file, () -> Optional.of("wrong"))).hasValue("wrong");
    }

    @Test
    void checksWhereItCannotRemember() throws Exception {
        Path file = Files.createFile(folder.resolve("file")).resolve("verdict.txt");
        assertThat(SelfCheck.verdict(file, Optional::empty)).isEmpty();
        assertThat(SelfCheck.verdict(file, () -> Optional.of("wrong"))).hasValue("wrong");
    }

    @Test
    void takesAFailureForAVerdict() {
        Path file = folder.resolve("verdict.txt");
        assertThat(SelfCheck.verdict(file, () -> {
                    throw new IllegalStateException("no kernel");
                }))
                .hasValue("a check of its results failed: java.lang.IllegalStateException: no kernel");
        assertThat(file).exists();
    }

    @Test
    void isAskedWhereTestsDoNotRun() {
        assertThat(SelfCheck.isTested("Linux", "amd64")).isTrue();
        assertThat(SelfCheck.isTested("Linux", "aarch64")).isFalse();
        assertThat(SelfCheck.isTested("Mac OS X", "x86_64")).isFalse();
        assertThat(SelfCheck.isTested("Windows 11", "amd64")).isFalse();
        assertThat(SelfCheck.note("Linux", "amd64")).isEmpty();
        assertThat(SelfCheck.note("Windows 11", "amd64")).isEqualTo(", by its self-check the same as ND4J");
    }
}
