package io.github.bn4j.onnx.internal;

import io.github.bn4j.ChildProcess;
import io.github.bn4j.fuzz.FuzzProgram;

/** Started by {@link OnnxFileFuzzTest} in a JVM of its own. */
final class FuzzOnnxFiles {

    private FuzzOnnxFiles() {}

    public static void main(String[] arguments) throws Exception {
        OnnxFileFuzzer fuzzer = new OnnxFileFuzzer(FuzzProgram.folder(arguments));
        try {
            FuzzProgram.run(arguments, fuzzer);
        } finally {
            ChildProcess.print("refused by step: " + fuzzer.reached());
        }
    }
}
