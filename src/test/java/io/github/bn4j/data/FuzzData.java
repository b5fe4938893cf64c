package io.github.bn4j.data;

import io.github.bn4j.fuzz.FuzzProgram;
import java.nio.file.Path;

/** Started by {@link DataFuzzTest} in a JVM of its own: reads files of all kinds in turn. */
final class FuzzData {

    private FuzzData() {}

    public static void main(String[] arguments) throws Exception {
        DataFuzzer[] kinds = DataFuzzer.values();
        Path folder = FuzzProgram.folder(arguments);
        FuzzProgram.run(arguments, seed -> kinds[(int) (seed % kinds.length)].run(seed, folder));
    }
}
