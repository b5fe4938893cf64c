package io.github.bn4j;

import io.github.bn4j.data.Dataset;
import io.github.bn4j.data.Digits;
import io.github.bn4j.data.Split;
import io.github.bn4j.layer.Padding;
import io.github.bn4j.train.Loss;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Started by {@link MemoryTest} in a JVM of its own: trains networks one after another and prints the resident memory and
 * its peak so far, in kB, after each. Arguments: networks, epochs, examples.
 */
final class TrainNetworks {

    private TrainNetworks() {}

    public static void main(String[] arguments) throws Exception {
        Dataset digits = Digits.load().slice(0, Integer.parseInt(arguments[2]));
        for (int seed = 0; seed < Integer.parseInt(arguments[0]); seed++) {
            train(digits.split(0.8, seed), seed, Integer.parseInt(arguments[1]));
            byte[] line = (settledMemory() + " " + status("VmHWM:") + "\n").getBytes(StandardCharsets.UTF_8);
            System.out.write(line, 0, line.length);
            System.out.flush();
        }
    }

    private static void train(Split split, int seed, int epochs) {
        Network net = Network.input(1, 8, 8)
                .conv2d(16, 3, Padding.SAME)
                .batchNorm2d()
                .relu()
                .conv2d(32, 3, Padding.SAME)
                .batchNorm2d()
                .relu()
                .maxPool2d(2)
                .flatten()
                .dense(1024)
                .batchNorm1d()
                .relu()
                .dense(10)
                .build(seed);
        net.trainer().loss(Loss.softmaxCrossEntropy()).epochs(epochs).fit(split.train(), split.test());
        net.predict(split.test().features());
    }

    // Arrays that the collector found are freed by a thread of ND4J's, so the reading is awaited that stops falling.
    private static long settledMemory() throws IOException, InterruptedException {
        long lowest = Long.MAX_VALUE;
        for (int unchanged = 0; unchanged < 3; ) {
            System.gc();
            Thread.sleep(100);
            long now = status("VmRSS:");
            unchanged = now < lowest - 100 ? 0 : unchanged + 1;
            lowest = Math.min(lowest, now);
        }
        return lowest;
    }

    private static long status(String name) throws IOException {
        String line = Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(any -> any.startsWith(name))
                .findFirst()
                .orElseThrow();
        return Long.parseLong(line.replaceAll("[^0-9]", ""));
    }
}
