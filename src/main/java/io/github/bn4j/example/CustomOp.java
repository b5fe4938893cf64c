package io.github.bn4j.example;

import io.github.bn4j.Network;
import io.github.bn4j.check.LayerCheck;
import io.github.bn4j.data.Digits;
import io.github.bn4j.data.Split;
import io.github.bn4j.graph.Call;
import io.github.bn4j.graph.Gradients;
import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.train.Adam;
import io.github.bn4j.train.Loss;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/** An op of your own: its shape, its arithmetic and its gradient. It is checked, trained, saved and loaded like any other. */
public final class CustomOp {

    private CustomOp() {}

    /** {@code x / (1 + |x|)}, element by element. It says nothing about shifts, so a bias in front of it is kept. */
    public record Softsign() implements Op {

        @Override
        public Shape outputShape(List<Shape> inputs, List<Shape> parameters) {
            return inputs.get(0);
        }

        @Override
        public INDArray forward(Call call) {
            INDArray x = call.input(0);
            return x.div(Transforms.abs(x).addi(1));
        }

        @Override
        public Gradients backward(Call call, INDArray dy) {
            INDArray root = Transforms.abs(call.input(0)).addi(1);
            return Gradients.of(dy.div(root.mul(root)));
        }
    }

    /** Takes no arguments. */
    public static void main(String[] arguments) throws IOException {
        Layer softsign = (scope, x) -> scope.apply(new Softsign(), x);
        System.out.println("violations: " + LayerCheck.violations(softsign, Shape.of(5)));
        Split digits = Digits.load().split(0.8, 42);
        Network net = Network.input(1, 8, 8)
                .flatten()
                .dense(64)
                .then("softsign", softsign)
                .dense(32)
                .batchNorm1d()
                .relu()
                .dense(10)
                .build(42);
        System.out.println(net.explainBias());
        net.trainer()
                .optimizer(Adam.of(3e-3))
                .loss(Loss.softmaxCrossEntropy())
                .epochs(8)
                .fit(digits.train());
        Path file = Files.createTempFile("digits", ".safetensors");
        net.save(file);
        Network again = Network.load(file, Softsign.class);
        Files.delete(file);
        System.out.printf(
                Locale.ROOT,
                "test accuracy: %.2f%n",
                again.evaluate(digits.test()).accuracy());
    }
}
