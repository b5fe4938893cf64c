package io.github.bn4j.bench.peer;

/** The networks of the benchmark, each said once for all contenders. All end in ten logits. */
final class Nets {

    private static final int CLASSES = 10;

    private Nets() {}

    /** Two convolutions with 32 filters, pooling, two with 64, pooling, and two dense layers, on 1×28×28. */
    static <V> V cnn(Maker<V> m, V x) {
        V y = convNormRelu(m, x, 1, 32, 1, 1);
        y = m.maxPool(convNormRelu(m, y, 32, 32, 1, 1));
        y = convNormRelu(m, y, 32, 64, 1, 1);
        y = m.maxPool(convNormRelu(m, y, 64, 64, 1, 1));
        y = denseNormRelu(m, m.flatten(y, 64 * 7 * 7), 64 * 7 * 7, 128);
        return m.dense(y, 128, CLASSES, true);
    }

    /** Three dense layers of 100 units with batch normalisation, on 64 features. */
    static <V> V mlp(Maker<V> m, V x) {
        V y = denseNormRelu(m, x, 64, 100);
        y = denseNormRelu(m, y, 100, 100);
        y = denseNormRelu(m, y, 100, 100);
        return m.dense(y, 100, CLASSES, true);
    }

    /** ResNet-20 of He et al. 2016, section 4.2, on 3×32×32, with projections where the shape changes. */
    static <V> V resNet20(Maker<V> m, V x) {
        V y = convNormRelu(m, x, 3, 16, 1, 1);
        int in = 16;
        for (int out = 16; out <= 64; out *= 2) {
            for (int block = 0; block < 3; block++) {
                int stride = in == out ? 1 : 2;
                V branch = convNormRelu(m, y, in, out, stride, 1);
                branch = m.norm(m.conv(branch, out, out, 3, 1, 1), out, true);
                V shortcut = in == out ? y : m.norm(m.conv(y, in, out, 1, stride, 1), out, true);
                y = m.relu(m.add(branch, shortcut));
                in = out;
            }
        }
        return m.dense(m.globalPool(y), 64, CLASSES, true);
    }

    /** Blocks of a depthwise 3×3 and a pointwise convolution as in MobileNet (Howard et al. 2017), on 3×32×32. */
    static <V> V mobileNet(Maker<V> m, V x) {
        int[][] blocks = {{64, 1}, {128, 2}, {128, 1}, {256, 2}, {256, 1}};
        V y = convNormRelu(m, x, 3, 32, 1, 1);
        int in = 32;
        for (int[] block : blocks) {
            int out = block[0];
            y = convNormRelu(m, y, in, in, block[1], in);
            y = m.relu(m.norm(m.conv(y, in, out, 1, 1, 1), out, true));
            in = out;
        }
        return m.dense(m.globalPool(y), 256, CLASSES, true);
    }

    /** Eight batch normalisations one after another on 64×28×28, and as little as makes a loss of them. */
    static <V> V norms(Maker<V> m, V x) {
        V y = x;
        for (int i = 0; i < 8; i++) {
            y = m.norm(y, 64, true);
        }
        return m.dense(m.globalPool(y), 64, CLASSES, true);
    }

    /** A row of convolutions with batch normalisation, on 3×16×16. */
    static <V> V tower(Maker<V> m, V x, int channels, int depth) {
        V y = convNormRelu(m, x, 3, channels, 1, 1);
        for (int i = 1; i < depth; i++) {
            y = convNormRelu(m, y, channels, channels, 1, 1);
        }
        return m.dense(m.globalPool(y), channels, CLASSES, true);
    }

    private static <V> V convNormRelu(Maker<V> m, V x, int in, int out, int stride, int groups) {
        return m.relu(m.norm(m.conv(x, in, out, 3, stride, groups), out, true));
    }

    private static <V> V denseNormRelu(Maker<V> m, V x, int in, int out) {
        return m.relu(m.norm(m.dense(x, in, out, false), out, false));
    }
}
