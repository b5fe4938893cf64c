package io.github.bn4j.data;

import io.github.bn4j.ChildProcess;
import io.github.bn4j.Network;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.internal.HostMemory;
import io.github.bn4j.layer.Padding;
import io.github.bn4j.train.Adam;
import io.github.bn4j.train.Loss;
import io.github.bn4j.train.Optimizer;
import io.github.bn4j.train.RmsProp;
import io.github.bn4j.train.Sgd;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Started by {@link OnDeviceTest} in a JVM of its own: everything that reads or writes elements of arrays, with results in a
 * file and a line of print each. Arguments are the folder of the inputs and the file.
 */
final class OnDevice {

    private static final Map<String, INDArray> RESULTS = new TreeMap<>();

    private OnDevice() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        ChildProcess.print("arrays here: " + HostMemory.holdsArrays());
        ChildProcess.print("engine: " + Engine.fastest(DataType.FLOAT));
        ChildProcess.print("oneDNN: " + message(Engine::oneDnn));
        read(folder);
        train("adam", DataType.FLOAT, Adam.of(1e-2).weightDecay(1e-3), folder);
        train("momentum", DataType.FLOAT, Sgd.of(0.05).momentum(0.9).weightDecay(1e-3), folder);
        train("sgd", DataType.FLOAT, Sgd.of(0.05), folder);
        train("rmsprop", DataType.FLOAT, RmsProp.of(1e-3), folder);
        train("double", DataType.DOUBLE, Sgd.of(0.05), folder);
        refuse();
        for (Map.Entry<String, INDArray> result : RESULTS.entrySet()) {
            Nd4j.writeAsNumpy(
                    result.getValue().castTo(DataType.DOUBLE).dup('c'),
                    Path.of(arguments[1]).resolve(result.getKey() + ".npy").toFile());
        }
    }

    private static void read(Path folder) {
        for (String name : new String[] {"bytes", "signed", "shorts", "ints", "floats", "doubles"}) {
            RESULTS.put("idx." + name, Idx.read(folder.resolve(name)));
        }
        RESULTS.put(
                "table", Csv.of(folder.resolve("table.csv")).oneHot("b").read().features());
        RESULTS.put(
                "cifar",
                Cifar10.readUnpacked(folder.resolve("cifar"), 2).train().features());
        Dataset images = ImageFolder.of(folder.resolve("images")).read();
        RESULTS.put("images", images.features());
        Standardization standardization = Standardization.fit(images);
        RESULTS.put("standardized", standardization.apply(images).features());
        RESULTS.put("rows", Digits.load().select(new int[] {5, 0, 1796}).features());
        RESULTS.put("labels", Digits.load().shuffle(3).labels());
    }

    private static void train(String name, DataType type, Optimizer optimizer, Path folder) throws Exception {
        Dataset digits = Digits.load().slice(0, 96);
        Network net = Network.input(1, 8, 8)
                .conv2d(6, 3, Padding.SAME)
                .batchNorm2d()
                .relu()
                .flatten()
                .dropout(0.2)
                .dense(10)
                .build(42, type)
                .on(Engine.nd4j());
        var trainer = net.trainer()
                .optimizer(optimizer)
                .loss(Loss.softmaxCrossEntropy())
                .epochs(2)
                .batchSize(16);
        var history = (type == DataType.FLOAT ? trainer.augment(Augmentation.shift(1)) : trainer).fit(digits, digits);
        ChildProcess.print(name + " " + "%.4f".formatted(history.last().trainLoss()) + " "
                + net.evaluate(digits).accuracy());
        Path file = folder.resolve(name + ".safetensors");
        net.save(file);
        Network again = Network.load(file).on(Engine.nd4j());
        for (String parameter : again.parameters().names()) {
            RESULTS.put(name + "." + parameter, again.parameters().get(parameter));
        }
        INDArray before = again.predict(digits.features());
        again.parameters().get("dense_1.bias").addi(1);
        RESULTS.put(name + ".before", before);
        RESULTS.put(name + ".after", again.predict(digits.features()));
        again.recalibrate(digits);
        RESULTS.put(name + ".recalibrated", again.parameters().state().dup());
        RESULTS.put(name + ".folded", again.fold().network().predict(digits.features()));
        ChildProcess.print(again.batchNormReport(digits).findings().toString());
        ChildProcess.print("" + net.proveBias().agrees());
    }

    private static void refuse() {
        Network net = Network.input(3).dense(4).batchNorm1d().dense(2).build(1).on(Engine.nd4j());
        INDArray x = Nd4j.ones(DataType.FLOAT, 5, 3);
        ChildProcess.print(message(() -> net.predict(x.dup().putScalar(7, Double.NaN))));
        net.parameters().get("batchnorm1d_1.runningVariance").putScalar(2, Float.POSITIVE_INFINITY);
        ChildProcess.print(message(() -> net.predict(x)));
    }

    private static String message(Supplier<?> action) {
        try {
            return "" + action.get();
        } catch (IllegalArgumentException | IllegalStateException e) {
            return "" + e.getMessage();
        }
    }
}
