package io.github.bn4j.bench.peer;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Something to time: a training step or a prediction of one network with one batch size.
 *
 * @param name such as {@code cnn-64}; a prediction's begins with {@code infer}, its last number is the batch size
 * @param net the network
 * @param training whether a step trains
 * @param batch number of examples
 * @param example shape of one example
 */
public record Work(String name, Net net, boolean training, int batch, List<Integer> example) {

    /** A network in the words of any contender. */
    @FunctionalInterface
    public interface Net {

        /** Puts the network's layers on {@code x} and returns the logits. */
        <V> V make(Maker<V> maker, V x);
    }

    /** Width of the last layer. */
    public static final int CLASSES = 10;

    /** What all contenders are compared by. */
    public static List<Work> compared() {
        List<Integer> digit = List.of(1, 28, 28);
        List<Integer> photo = List.of(3, 32, 32);
        return List.of(
                new Work("cnn-64", new Cnn(), true, 64, digit),
                new Work("cnn-256", new Cnn(), true, 256, digit),
                new Work("mlp-32", new Mlp(), true, 32, List.of(64)),
                new Work("resnet20-64", new ResNet20(), true, 64, photo),
                new Work("mobilenet-64", new MobileNet(), true, 64, photo),
                new Work("infer-cnn-64", new Cnn(), false, 64, digit),
                new Work("infer-cnn-1", new Cnn(), false, 1, digit),
                new Work("norms-64", new Norms(), true, 64, List.of(64, 28, 28)));
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
        String name = "tower-" + channels + "-" + depth + "-" + batch;
        return new Work(name, new Tower(channels, depth), true, batch, List.of(3, 16, 16));
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

    private record Cnn() implements Net {
        @Override
        public <V> V make(Maker<V> maker, V x) {
            return Nets.cnn(maker, x);
        }
    }

    private record Mlp() implements Net {
        @Override
        public <V> V make(Maker<V> maker, V x) {
            return Nets.mlp(maker, x);
        }
    }

    private record ResNet20() implements Net {
        @Override
        public <V> V make(Maker<V> maker, V x) {
            return Nets.resNet20(maker, x);
        }
    }

    private record MobileNet() implements Net {
        @Override
        public <V> V make(Maker<V> maker, V x) {
            return Nets.mobileNet(maker, x);
        }
    }

    private record Norms() implements Net {
        @Override
        public <V> V make(Maker<V> maker, V x) {
            return Nets.norms(maker, x);
        }
    }

    private record Tower(int channels, int depth) implements Net {
        @Override
        public <V> V make(Maker<V> maker, V x) {
            return Nets.tower(maker, x, channels, depth);
        }
    }
}
