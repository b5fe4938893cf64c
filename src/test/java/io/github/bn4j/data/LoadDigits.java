package io.github.bn4j.data;

import io.github.bn4j.ChildProcess;

/** Started by {@link DigitsTest} in a JVM of its own: loads the digits under an unhelpful context class loader. */
final class LoadDigits {

    private LoadDigits() {}

    public static void main(String[] arguments) {
        ClassLoader loader = arguments[0].equals("null") ? null : ClassLoader.getPlatformClassLoader();
        Thread.currentThread().setContextClassLoader(loader);
        int size = Digits.load().split(0.5, 1).train().size()
                + Digits.load().split(0.5, 1).test().size();
        ChildProcess.print("loaded " + size);
    }
}
