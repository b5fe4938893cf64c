package io.github.bn4j.bench;

import io.github.bn4j.Network;
import io.github.bn4j.NetworkBuilder;
import io.github.bn4j.bench.peer.Work;
import io.github.bn4j.layer.Conv2d;
import io.github.bn4j.layer.DepthwiseConv2d;
import io.github.bn4j.layer.Windowed;
import io.github.bn4j.model.CifarResNet;
import io.github.bn4j.model.MobileNetV2;
import io.github.bn4j.model.ReferenceNetwork;
import io.github.bn4j.model.ResNet;

/** The networks of the benchmark. All end in ten logits. */
final class Nets {

    private static final long SEED = 42;

    private Nets() {}

    /** The network of that name. */
    static Network of(String net) {
        return switch (net) {
            case "cnn" -> cnn();
            case "mlp" -> mlp();
            case "mobilenet" -> mobileNet();
            case "norms" -> norms();
            case "resnet20" -> reference(CifarResNet.of(20));
            case "resnet18" -> reference(ResNet.of(18));
            case "mobilenetv2" -> reference(MobileNetV2.of().dropout(0));
            case "resnet18small" -> reference(ResNet.of(18).input(3, 64, 64));
            case "mobilenetv2small" -> reference(MobileNetV2.of().dropout(0).input(3, 64, 64));
            default -> tower(net.split("-"));
        };
    }

    private static Network reference(ReferenceNetwork<?> network) {
        return network.classes(Work.CLASSES).build(SEED);
    }

    private static Network cnn() {
        NetworkBuilder net = Network.input(1, 28, 28);
        for (int filters : new int[] {32, 64}) {
            net = normalised(normalised(net, conv(filters)), conv(filters)).maxPool2d(2);
        }
        return net.flatten().dense(128).batchNorm1d().relu().dense(Work.CLASSES).build(SEED);
    }

    private static Network mlp() {
        NetworkBuilder net = Network.input(64);
        for (int layer = 0; layer < 3; layer++) {
            net = net.dense(100).batchNorm1d().relu();
        }
        return net.dense(Work.CLASSES).build(SEED);
    }

    /** Blocks of a depthwise 3×3 and a pointwise convolution as in MobileNet (Howard et al. 2017). */
    private static Network mobileNet() {
        int[][] blocks = {{64, 1}, {128, 2}, {128, 1}, {256, 2}, {256, 1}};
        NetworkBuilder net = normalised(Network.input(3, 32, 32), conv(32));
        for (int[] block : blocks) {
            net = normalised(net, DepthwiseConv2d.of(3).stride(block[1]).padding(1));
            net = normalised(net, Conv2d.of(block[0], 1));
        }
        return net.globalAvgPool2d().dense(Work.CLASSES).build(SEED);
    }

    private static Network norms() {
        NetworkBuilder net = Network.input(64, 28, 28);
        for (int layer = 0; layer < 8; layer++) {
            net = net.batchNorm2d();
        }
        return net.globalAvgPool2d().dense(Work.CLASSES).build(SEED);
    }

    /** {@code tower-channels-depth}. */
    private static Network tower(String... words) {
        NetworkBuilder net = Network.input(3, 16, 16);
        for (int layer = 0; layer < Integer.parseInt(words[2]); layer++) {
            net = normalised(net, conv(Integer.parseInt(words[1])));
        }
        return net.globalAvgPool2d().dense(Work.CLASSES).build(SEED);
    }

    private static Conv2d conv(int filters) {
        return Conv2d.of(filters, 3).padding(1);
    }

    private static NetworkBuilder normalised(NetworkBuilder net, Windowed<?> convolution) {
        return net.then(convolution).batchNorm2d().relu();
    }
}
