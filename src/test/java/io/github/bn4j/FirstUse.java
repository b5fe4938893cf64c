package io.github.bn4j;

import io.github.bn4j.data.Digits;
import java.nio.charset.StandardCharsets;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Started by {@link FirstUseTest} in a JVM of its own: builds and predicts under an unhelpful context class loader. */
final class FirstUse {

    private FirstUse() {}

    public static void main(String[] arguments) {
        ClassLoader loader = arguments[0].equals("null") ? null : ClassLoader.getPlatformClassLoader();
        Thread.currentThread().setContextClassLoader(loader);
        Network net = Network.input(1, 8, 8)
                .conv2d(2, 3)
                .batchNorm2d()
                .relu()
                .flatten()
                .dense(10)
                .build(42);
        INDArray logits = net.predict(Digits.load().slice(0, 5).features());
        boolean same = Thread.currentThread().getContextClassLoader() == loader;
        String line =
                "predicted " + java.util.Arrays.toString(logits.shape()) + (same ? ", loader kept" : ", loader lost");
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        System.out.write(bytes, 0, bytes.length);
        System.out.flush();
    }
}
