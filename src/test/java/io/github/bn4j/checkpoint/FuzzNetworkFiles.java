package io.github.bn4j.checkpoint;

import io.github.bn4j.ChildProcess;
import io.github.bn4j.fuzz.FuzzProgram;

/** Started by {@link NetworkFileFuzzTest} in a JVM of its own. */
final class FuzzNetworkFiles {

    private FuzzNetworkFiles() {}

    public static void main(String[] arguments) throws Exception {
        NetworkFileFuzzer fuzzer = new NetworkFileFuzzer(FuzzProgram.folder(arguments));
        try {
            FuzzProgram.run(arguments, fuzzer);
        } finally {
            ChildProcess.print("refused by step: " + fuzzer.reached());
        }
    }
}
