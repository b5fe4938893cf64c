package io.github.bn4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A program that is told to end amid a training, with what the documentation says that it should do then. */
class EndedProgramTest {

    private static final String PROGRAM =
            """
            import io.github.bn4j.Network;
            import io.github.bn4j.data.*;
            import io.github.bn4j.train.*;

            class Program {
                static %s

                public static void main(String[] arguments) {
                    Network net = Network.input(1, 8, 8).flatten().dense(10).build(42);
                    Trainer trainer = net.trainer().loss(Loss.softmaxCrossEntropy()).epochs(1_000_000)
                        .listener(new TrainingListener() {
                            @Override
                            public void onStep(StepEvent step) {
                                if (step.number() == 1) {
                                    System.out.println("trains");
                                }
                            }
                        });
                    endOnCtrlC(trainer);
                    History history = trainer.fit(Digits.load().split(0.8, 42).train());
                    System.out.println(history.endedEarly().orElseThrow().replaceAll(".*: ", "ended by "));
                    System.out.println(trainer.stop("again"));
                }
            }
            """;

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void letsFitReturnAndTheProgramGoOn(@TempDir Path folder) throws Exception {
        String hook = DocumentationTest.blocks("java", "docs/training.md").stream()
                .filter(block -> block.contains("void endOnCtrlC("))
                .findFirst()
                .orElseThrow();
        Path source = Files.writeString(folder.resolve("Program.java"), PROGRAM.formatted(hook.strip()));
        Path output = folder.resolve("output.txt");
        Path errors = folder.resolve("errors.txt");
        Process process = new ProcessBuilder(
                        ChildProcess.program("java"), "-Xmx256m", "-cp", ChildProcess.CLASS_PATH, source.toString())
                .redirectError(errors.toFile())
                .redirectOutput(output.toFile())
                .start();
        try {
            assumeTrue(process.supportsNormalTermination(), "the system has no way to ask a process to end");
            while (process.isAlive() && !Files.readString(output).contains("trains")) {
                Thread.sleep(5);
            }
            process.toHandle().destroy();
            process.waitFor();
        } finally {
            process.destroyForcibly();
        }
        assertThat(Files.readString(output).lines())
                .as(Files.readString(errors))
                .containsExactly("trains", "ended by Ctrl-C", "false");
    }
}
