package io.github.bn4j.internal;

import io.github.bn4j.ChildProcess;

/** Started by {@link NativesFolderTest} in a JVM of its own: starts ND4J twice and tells what comes of it. */
final class StartNatives {

    private StartNatives() {}

    public static void main(String[] arguments) {
        for (int i = 0; i < 2; i++) {
            try {
                Tensors.start();
                ChildProcess.print("started");
            } catch (IllegalStateException e) {
                ChildProcess.print(e.getMessage());
            }
        }
    }
}
