package io.github.bn4j.train;

import io.github.bn4j.ChildProcess;
import io.github.bn4j.Network;
import io.github.bn4j.engine.Collective;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.engine.OneDnnOptions;
import io.github.bn4j.engine.Precision;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/** Started by {@link MixedElsewhereTest} as on a processor that multiplies no bfloat16: what is said and done there. */
final class WithoutBfloat16 {

    static final String NETWORK = "net.safetensors";
    static final String PART = "part";
    static final String STATE = "state";

    private WithoutBfloat16() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        Network net = Network.load(folder.resolve(NETWORK));
        ChildProcess.print("loaded on " + net.engine() + ", " + net.engine().precision());
        ChildProcess.print("predicts "
                + Arrays.toString(
                        net.predict(Nd4j.ones(DataType.FLOAT, 1, 1, 8, 8)).toFloatVector()));
        ChildProcess.print("fastest is " + Precision.fastest());
        tell(() -> net.precision(Precision.MIXED));
        tell(() -> Engine.oneDnn(OneDnnOptions.defaults().precision(Precision.MIXED)));
        SharedPart part = SharedRuns.read(Files.readAllBytes(folder.resolve(PART)));
        byte[] state = Files.readAllBytes(folder.resolve(STATE));
        Collective alone = Collective.threads(1, Duration.ofSeconds(9)).get(0);
        tell(() -> part.run(alone, state, Collections.emptyIterator(), Collections.emptyIterator()));
    }

    private static void tell(Runnable refused) {
        try {
            refused.run();
            ChildProcess.print("nothing was refused");
        } catch (IllegalStateException expected) {
            ChildProcess.print(expected.getMessage());
        }
    }
}
