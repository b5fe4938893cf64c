package io.github.bn4j.bench.peer;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Something to time: a training step or a prediction of one network with one batch size.
 *
 * @param name such as {@code cnn-64}; a prediction's begins with {@code infer}, its last number is the batch size
 * @param net name of the network, whose {@linkplain Recipe#file recipe} all contenders read
 * @param training whether a step trains
 * @param batch number of examples
 * @param example shape of one example
 */
public record Work(String name, String net, boolean training, int batch, List<Integer> example) {

    /** Width of the last layer. */
    public static final int CLASSES = 10;

    /** What all contenders are compared by. */
    public static List<Work> compared() {
        List<Integer> digit = List.of(1, 28, 28);
        List<Integer> photo = List.of(3, 32, 32);
        return List.of(
                new Work("cnn-64", "cnn", true, 64, digit),
                new Work("cnn-256", "cnn", true, 256, digit),
                new Work("mlp-32", "mlp", true, 32, List.of(64)),
                new Work("resnet20-64", "resnet20", true, 64, photo),
                new Work("mobilenet-64", "mobilenet", true, 64, photo),
                new Work("resnet18-8", "resnet18", true, 8, List.of(3, 224, 224)),
                new Work("mobilenetv2-8", "mobilenetv2", true, 8, List.of(3, 224, 224)),
                new Work("resnet18small-32", "resnet18small", true, 32, List.of(3, 64, 64)),
                new Work("mobilenetv2small-32", "mobilenetv2small", true, 32, List.of(3, 64, 64)),
                new Work("infer-cnn-64", "cnn", false, 64, digit),
                new Work("infer-cnn-1", "cnn", false, 1, digit),
                new Work("infer-mlp-1", "mlp", false, 1, List.of(64)),
                new Work("norms-64", "norms", true, 64, List.of(64, 28, 28)));
    }

    /** How bn4j's step grows: {@code tower-channels-depth-batch}, one number changing at a time. */
    public static List<Work> scaling() {
        List<Work> works = new ArrayList<>();
        for (int batch : new int[] {16, 32, 64, 128}) {
            works.add(tower(32, 4, batch));
        }
        for (int channels : new int[] {16, 64, 128}) {
            works.add(tower(channels, 4, 32));
        }
        for (int depth : new int[] {2, 8, 16}) {
            works.add(tower(32, depth, 32));
        }
        return works;
    }

    private static Work tower(int channels, int depth, int batch) {
        String net = "tower-" + channels + "-" + depth;
        return new Work(net + "-" + batch, net, true, batch, List.of(3, 16, 16));
    }

    /** The work of that name. */
    public static Work of(String name) {
        List<Work> all = new ArrayList<>(compared());
        all.addAll(scaling());
        return all.stream()
                .filter(work -> work.name.equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no work named " + name));
    }

    /** What the network is made of. */
    public Recipe recipe() throws IOException {
        return Recipe.read(net);
    }

    /** Shape of a batch. */
    public long[] shape() {
        long[] shape = new long[example.size() + 1];
        shape[0] = batch;
        for (int i = 1; i < shape.length; i++) {
            shape[i] = example.get(i - 1);
        }
        return shape;
    }

    /** A batch of normal random numbers, the same for all contenders. */
    public float[] features() {
        int size = batch;
        for (int length : example) {
            size *= length;
        }
        Random random = new Random(42);
        float[] features = new float[size];
        for (int i = 0; i < size; i++) {
            features[i] = (float) random.nextGaussian();
        }
        return features;
    }

    /** A class number for each example, the same for all contenders. */
    public int[] labels() {
        return new Random(43).ints(batch, 0, CLASSES).toArray();
    }
}
