package io.github.bn4j.engine.onednn.internal.choice;

import io.github.bn4j.engine.onednn.internal.binding.ConvolutionPass;
import io.github.bn4j.engine.onednn.internal.binding.ConvolutionPass.Geometry;
import io.github.bn4j.engine.onednn.internal.binding.ElementType;

/**
 * When Winograd's algorithm takes less time than a direct convolution of 3×3 (Lavin and Gray 2016, Fast Algorithms for
 * Convolutional Neural Networks). A tile of 4×4 outputs takes 36 products for each pair of channels instead of 144, whether the
 * image fills the tile or not; a direct convolution passes over what lies in the padding. So small images, of few examples, are
 * left to it. The numbers here are fitted to times of 8 to 64 examples of 1×1 to 32×32 with 8 to 512 channels.
 */
final class Winograd {

    private static final long KERNEL = 3;
    private static final long TILE = 4;

    /** What a tile takes, in products of a direct convolution: 36 products, with what transforms take. */
    private static final double OF_A_TILE = 54;

    /** The tiles in whose time the weights are transformed. */
    private static final long OF_THE_WEIGHTS = 25;

    /** What a product takes in a direct gradient by the weights. */
    private static final double OF_A_PRODUCT_BY_WEIGHTS = 1.3;

    /** Sums over no more channels leave vectors and caches unused, while transforms take the same time. */
    static final long FEW_CHANNELS = 16;

    /** A vector of fewer channels is half empty. */
    private static final long VERY_FEW_CHANNELS = 8;

    /** A gradient by the weights of few channels has few sums to share out among threads; from so many tiles on it pays. */
    private static final long MANY_TILES = 512;

    /** A single example with fewer products is too small for several threads. */
    private static final long SMALL = 1 << 24;

    private Winograd() {}

    static boolean pays(ConvolutionPass pass, Geometry geometry) {
        if (!applies(geometry) || isSmall(geometry)) {
            return false;
        }
        long[] made = pass == ConvolutionPass.DATA_GRADIENT ? geometry.in() : geometry.out();
        long tiles = made[0] * tiles(made[2]) * tiles(made[3]);
        double products = (double) made[0] * geometry.tapsInside(0) * geometry.tapsInside(1);
        double weightsToo = pass == ConvolutionPass.WEIGHTS_GRADIENT ? OF_A_PRODUCT_BY_WEIGHTS : 1;
        return hasEnoughChannels(pass, geometry, tiles) && products * weightsToo > OF_A_TILE * (tiles + OF_THE_WEIGHTS);
    }

    static boolean isSmall(Geometry geometry) {
        return geometry.in()[0] == 1 && geometry.products() < SMALL;
    }

    private static boolean applies(Geometry geometry) {
        if (geometry.transposed() || geometry.groups() > 1) {
            return false;
        }
        boolean applies = geometry.type() == ElementType.FLOAT32;
        for (int axis = 0; axis < 2; axis++) {
            applies &= geometry.weights()[axis + 2] == KERNEL
                    && geometry.strides()[axis] == 1
                    && geometry.dilations()[axis] == 0;
        }
        return applies;
    }

    private static boolean hasEnoughChannels(ConvolutionPass pass, Geometry geometry, long tiles) {
        long in = geometry.in()[1];
        long out = geometry.out()[1];
        return switch (pass) {
            case TRAINING, PREDICTION -> in > FEW_CHANNELS;
            case DATA_GRADIENT -> out > FEW_CHANNELS;
            case WEIGHTS_GRADIENT ->
                Math.min(in, out) > FEW_CHANNELS || (Math.min(in, out) > VERY_FEW_CHANNELS && tiles >= MANY_TILES);
        };
    }

    private static long tiles(long length) {
        return (length + TILE - 1) / TILE;
    }
}
