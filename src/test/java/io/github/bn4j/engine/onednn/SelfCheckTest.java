package io.github.bn4j.engine.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bn4j.engine.InferenceProgram;
import io.github.bn4j.engine.NeedsBfloat16;
import io.github.bn4j.engine.NeedsOneDnn;
import io.github.bn4j.engine.Precision;
import io.github.bn4j.engine.nd4j.Nd4jEngine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What is asked where the tests do not run. */
class SelfCheckTest {

    @TempDir
    Path folder;

    @Test
    @NeedsOneDnn
    void findsNothingHere() {
        assertThat(ReferenceComparison.difference(Precision.FULL)).isEmpty();
    }

    @Test
    @NeedsBfloat16
    void findsNothingInMixedPrecisionHere() {
        assertThat(ReferenceComparison.difference(Precision.MIXED)).isEmpty();
    }

    /** The first number of a prediction is wrong by a hundredth. */
    @Test
    void findsAWrongNumber() {
        Optional<String> difference = ReferenceComparison.difference(
                1e-3,
                (graph, parameters) -> Nd4jEngine.INSTANCE.training(graph, parameters, 4, 1),
                (graph, parameters) -> {
                    InferenceProgram right = Nd4jEngine.INSTANCE.inference(graph, parameters, 4);
                    return new InferenceProgram() {
                        @Override
                        public List<INDArray> run(INDArray... inputs) {
                            List<INDArray> outputs = right.run(inputs);
                            INDArray y = outputs.get(1);
                            y.putScalar(
                                    0,
                                    0,
                                    y.getDouble(0, 0) + 0.01 * y.amaxNumber().doubleValue());
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
