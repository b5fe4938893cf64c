package io.github.bn4j.networks;

import io.github.bn4j.Network;
import io.github.bn4j.NetworkBuilder;
import io.github.bn4j.layer.Padding;

/** The first network of the README, for the digits. */
public final class ReadmeNetwork {

    private ReadmeNetwork() {}

    public static NetworkBuilder builder() {
        return withHidden(64);
    }

    /** With another number of units in front of the last layer. */
    public static NetworkBuilder withHidden(int units) {
        return Network.input(1, 8, 8)
                .conv2d(16, 3, Padding.SAME)
                .batchNorm2d()
                .relu()
                .conv2d(32, 3, Padding.SAME)
                .batchNorm2d()
                .relu()
                .maxPool2d(2)
                .flatten()
                .dense(units)
                .batchNorm1d()
                .relu()
                .dense(10);
    }
}
