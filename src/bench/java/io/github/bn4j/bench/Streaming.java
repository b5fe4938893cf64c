package io.github.bn4j.bench;

import io.github.bn4j.Network;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.data.ImageFolder;
import io.github.bn4j.layer.Padding;
import io.github.bn4j.train.Adam;
import io.github.bn4j.train.Loss;
import io.github.bn4j.train.StepEvent;
import io.github.bn4j.train.TrainingListener;
import java.awt.image.BufferedImage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;

/**
 * The time of a training step on a folder of images that are read on demand, in a process of 512 MB, against the same images in memory.
 * Both have turns of some steps in alternation, so that a slow minute of the machine hits both alike.
 */
final class Streaming {

    private static final int SIDE = 64;
    private static final int BATCH = 64;
    private static final int CLASSES = 10;

    private Streaming() {}

    /** Takes the words of the property: {@code images=20000 steps=60 rounds=10 nets=small,medium,large readers=1}. */
    static void run(List<String> words) throws IOException {
        int images = Integer.parseInt(Serving.setting(words, "images", "20000"));
        int steps = Integer.parseInt(Serving.setting(words, "steps", "60"));
        int rounds = Integer.parseInt(Serving.setting(words, "rounds", "10"));
        String readers = Serving.setting(words, "readers", "0");
        Path folder = Path.of("target", "streaming-" + images);
        generate(folder, images);
        System.out.println(
                "| net | ms per step, in memory | on demand | ratio, median of rounds | images/s on demand |");
        System.out.println("|---|---|---|---|---|");
        try (Worker memory = new Worker(
                        folder,
                        readers,
                        "memory",
                        "-Dorg.bytedeco.javacpp.maxbytes=4g",
                        "-Dorg.bytedeco.javacpp.maxphysicalbytes=6g");
                Worker stream = new Worker(folder, readers, "stream")) {
            for (String net :
                    Serving.setting(words, "nets", "small,medium,large").split(",")) {
                compare(net, steps, rounds, memory, stream);
            }
            System.out.printf(
                    "%nReading alone: %,.0f images/s. Most memory of the process that reads on demand: %,.0f MB%n",
                    stream.ask("read " + Math.min(images, 5000)), stream.ask("resident"));
        }
    }

    private static void compare(String net, int steps, int rounds, Worker memory, Worker stream) throws IOException {
        double[] there = new double[rounds];
        double[] here = new double[rounds];
        double[] ratios = new double[rounds];
        for (int round = -1; round < rounds; round++) {
            double one = memory.ask("train " + net + " " + steps);
            double other = stream.ask("train " + net + " " + steps);
            if (round >= 0) {
                there[round] = one;
                here[round] = other;
                ratios[round] = other / one;
            }
        }
        Arrays.sort(there);
        Arrays.sort(here);
        Arrays.sort(ratios);
        System.out.printf(
                "| %s | %.2f | %.2f | %.2f (%.2f to %.2f) | %,.0f |%n",
                net,
                there[rounds / 2],
                here[rounds / 2],
                ratios[rounds / 2],
                ratios[0],
                ratios[rounds - 1],
                BATCH / here[rounds / 2] * 1e3);
    }

    /** Waves of a direction and length for each class, with noise: the same files each time. */
    private static void generate(Path folder, int images) throws IOException {
        Path done = folder.resolveSibling(folder.getFileName() + ".done");
        if (Files.exists(done)) {
            return;
        }
        for (int number = 0; number < images; number++) {
            int kind = number % CLASSES;
            Path file = Files.createDirectories(folder.resolve("class" + kind)).resolve(number + ".jpg");
            Random random = new Random(number);
            BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
            double phase = 6 * random.nextDouble();
            for (int i = 0; i < SIDE * SIDE; i++) {
                double wave = Math.sin(
                        phase + 0.15 * (1 + kind / 5) * (i % SIDE * Math.cos(kind) + i / SIDE * Math.sin(kind)));
                int red = (int) (127 + 90 * wave + 30 * random.nextDouble());
                image.setRGB(i % SIDE, i / SIDE, red << 16 | (255 - red) << 8 | (kind * 20 + 20));
            }
            if (!ImageIO.write(image, "jpg", file.toFile())) {
                throw new IOException("no writer of JPEG");
            }
        }
        Files.createFile(done);
    }

    /** A process that trains when it is asked to. */
    private static final class Worker implements AutoCloseable {

        private final Process process;
        private final BufferedReader answers;

        Worker(Path folder, String readers, String how, String... options) throws IOException {
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx512m"));
            command.addAll(List.of(options));
            command.addAll(List.of(
                    "-cp",
                    System.getProperty("java.class.path"),
                    Streaming.class.getName(),
                    folder.toString(),
                    how,
                    readers));
            process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            answers = process.inputReader(StandardCharsets.UTF_8);
        }

        double ask(String order) throws IOException {
            process.outputWriter(StandardCharsets.UTF_8)
                    .append(order)
                    .append('\n')
                    .flush();
            for (String line = answers.readLine(); line != null; line = answers.readLine()) {
                if (line.startsWith("answer ")) {
                    return Double.parseDouble(line.substring("answer ".length()));
                }
            }
            throw new IOException("the process has ended");
        }

        @Override
        public void close() {
            process.destroy();
        }
    }

    /** The worker. */
    public static void main(String[] args) throws IOException {
        ImageFolder folder = ImageFolder.of(Path.of(args[0])).resize(SIDE, SIDE);
        Dataset data = args[1].equals("memory") ? folder.read() : folder.stream();
        int readers = Integer.parseInt(args[2]);
        if (readers > 0 && data.source().isPresent()) {
            data = data.readers(readers);
        }
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = orders.readLine(); line != null; line = orders.readLine()) {
            String[] words = line.split(" ");
            double answer =
                    switch (words[0]) {
                        case "train" -> train(data, words[1], Integer.parseInt(words[2]));
                        case "read" -> read(data.shuffle(1).slice(0, Integer.parseInt(words[1])));
                        default -> resident();
                    };
            System.out.println("answer " + answer);
        }
    }

    /** Images per second. */
    private static double read(Dataset data) {
        long before = System.nanoTime();
        for (int[] rows : data.batches(1000)) {
            data.select(rows).load().features().close();
        }
        return data.size() / ((System.nanoTime() - before) / 1e9);
    }

    /** Megabytes; NaN where the system does not say. */
    private static double resident() throws IOException {
        Path status = Path.of("/proc/self/status");
        return Files.exists(status)
                ? Files.readAllLines(status).stream()
                        .filter(line -> line.startsWith("VmHWM:"))
                        .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) / 1024)
                        .findFirst()
                        .orElse(Double.NaN)
                : Double.NaN;
    }

    /** Milliseconds per step, from the end of the fifth one to that of the last one. */
    private static double train(Dataset data, String net, int steps) {
        long[] ends = new long[steps];
        net(net).trainer()
                .loss(Loss.softmaxCrossEntropy())
                .optimizer(Adam.of(1e-3))
                .batchSize(BATCH)
                .epochs(1 + steps * BATCH / data.size())
                .maxSteps(steps)
                .listener(new TrainingListener() {
                    @Override
                    public void onStep(StepEvent event) {
                        ends[(int) event.number() - 1] = System.nanoTime();
                    }
                })
                .fit(data);
        return (ends[steps - 1] - ends[4]) / 1e6 / (steps - 5);
    }

    private static Network net(String name) {
        int width = name.equals("small") ? 8 : name.equals("medium") ? 16 : 32;
        return Network.input(3, SIDE, SIDE)
                .conv2d(width, 3, Padding.SAME)
                .batchNorm2d()
                .relu()
                .maxPool2d(2)
                .conv2d(2 * width, 3, Padding.SAME)
                .batchNorm2d()
                .relu()
                .maxPool2d(2)
                .conv2d(2 * width, 3, Padding.SAME)
                .batchNorm2d()
                .relu()
                .globalAvgPool2d()
                .dense(CLASSES)
                .build(42);
    }
}
