package io.github.bn4j.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.bn4j.ChildProcess;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What GNU's OpenMP prints of the variables that it has read. */
@EnabledOnOs(OS.LINUX)
class SpinLimitTest {

    @TempDir
    Path folder;

    /** Starts ND4J; prints what Java hands on to programs that it starts. */
    static final class Start {

        private Start() {}

        public static void main(String[] args) {
            Tensors.start();
            ChildProcess.print("handed on: " + System.getenv(SpinLimit.VARIABLE));
        }
    }

    @Test
    void limitsHowLongThreadsSpin() throws Exception {
        assertThat(start("OMP_SCHEDULE", "static"))
                .contains("GOMP_SPINCOUNT = '" + SpinLimit.SPINS + "'", "OMP_SCHEDULE = 'STATIC'", "handed on: null");
    }

    @Test
    void leavesTheWishOfTheUser() throws Exception {
        assertThat(start("GOMP_SPINCOUNT", "77")).contains("GOMP_SPINCOUNT = '77'", "handed on: 77");
        assertThat(start("OMP_WAIT_POLICY", "passive")).contains("GOMP_SPINCOUNT = '0'");
    }

    private String start(String variable, String value) throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder(ChildProcess.program("java"), "-cp", ChildProcess.CLASS_PATH, Start.class.getName());
        builder.environment().remove(SpinLimit.VARIABLE);
        builder.environment().remove("OMP_WAIT_POLICY");
        builder.environment().put("OMP_DISPLAY_ENV", "VERBOSE");
        builder.environment().put(variable, value);
        String output = ChildProcess.run(0, folder, builder);
        assumeThat(output).as("ND4J comes with GNU's OpenMP").contains("GOMP_");
        return output;
    }
}
