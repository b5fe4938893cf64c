import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.BatchNorm1dImpl;
import org.bytedeco.pytorch.BatchNorm2dImpl;
import org.bytedeco.pytorch.BatchNormOptions;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Writes batch_norm.safetensors: what the modules BatchNorm1d and BatchNorm2d of PyTorch give in every mode, in float64, for two
 * steps one after another. One argument: the file.
 */
public final class BatchNormFixtures {

    private final Map<String, double[]> values = new LinkedHashMap<>();
    private final Map<String, long[]> shapes = new LinkedHashMap<>();

    /** The part of both modules that is used here. */
    private record Module(
            java.util.function.UnaryOperator<Tensor> forward,
            java.util.function.Consumer<Boolean> train,
            java.util.function.Supplier<Tensor> weight,
            java.util.function.Supplier<Tensor> bias,
            java.util.function.Supplier<Tensor> mean,
            java.util.function.Supplier<Tensor> variance) {

        static Module of(int rank, BatchNormOptions options) {
            if (rank == 4) {
                BatchNorm2dImpl norm = new BatchNorm2dImpl(options);
                norm.to(torch.ScalarType.Double, false);
                return new Module(
                        norm::forward, norm::train, norm::weight, norm::bias, norm::running_mean, norm::running_var);
            }
            BatchNorm1dImpl norm = new BatchNorm1dImpl(options);
            norm.to(torch.ScalarType.Double, false);
            return new Module(
                    norm::forward, norm::train, norm::weight, norm::bias, norm::running_mean, norm::running_var);
        }
    }

    public static void main(String[] arguments) throws IOException {
        BatchNormFixtures fixtures = new BatchNormFixtures();
        long[][] inputs = {{6, 3}, {4, 3, 5}, {4, 3, 2, 3}};
        for (long[] shape : inputs) {
            for (boolean affine : new boolean[] {true, false}) {
                for (boolean track : new boolean[] {true, false}) {
                    for (String momentum : track ? List.of("0.1", "0.37", "None") : List.of("0.1")) {
                        for (String mode : List.of("train", "eval")) {
                            fixtures.add(shape, affine, track, momentum, mode);
                        }
                    }
                }
            }
        }
        fixtures.write(Path.of(arguments[0]));
    }

    private void add(long[] shape, boolean affine, boolean track, String momentum, String mode) {
        int channels = (int) shape[1];
        BatchNormOptions options = new BatchNormOptions(channels);
        options.eps().put(1e-5);
        options.affine().put(affine);
        options.track_running_stats().put(track);
        if (momentum.equals("None")) {
            options.momentum().put(new DoubleOptional());
        } else {
            options.momentum().put(Double.parseDouble(momentum));
        }
        Module module = Module.of(shape.length, options);
        if (affine) {
            module.weight.get().detach().copy_(tensor(new double[] {1.5, -0.7, 0.2}, channels));
            module.bias.get().detach().copy_(tensor(new double[] {0.3, -1.1, 2}, channels));
        }
        if (track) {
            // An evaluation of fresh averages would show little.
            boolean fresh = mode.equals("train");
            module.mean.get().copy_(tensor(fresh ? new double[3] : new double[] {0.5, -1, 2}, channels));
            module.variance.get().copy_(tensor(fresh ? new double[] {1, 1, 1} : new double[] {2, 0.5, 3}, channels));
        }
        module.train.accept(mode.equals("train"));
        String name = "x" + shape.length + "_" + (affine ? "affine" : "plain") + "_" + (track ? "track" : "notrack")
                + "_" + momentum + "_" + mode;
        for (int step = 1; step <= 2; step++) {
            String prefix = name + "." + step + ".";
            Tensor x = tensor(noise(17L * step + shape.length, shape), shape);
            Tensor dy = tensor(noise(31L * step + shape.length, shape), shape);
            x.set_requires_grad(true);
            if (affine && step == 2) {
                module.weight.get().mutable_grad().zero_();
                module.bias.get().mutable_grad().zero_();
            }
            Tensor y = module.forward.apply(x);
            y.mul(dy).sum().backward();
            put(prefix + "x", x);
            put(prefix + "dy", dy);
            put(prefix + "y", y);
            put(prefix + "dx", x.grad());
            if (affine) {
                put(prefix + "dgamma", module.weight.get().grad());
                put(prefix + "dbeta", module.bias.get().grad());
            }
            if (track) {
                put(prefix + "runningMean", module.mean.get());
                put(prefix + "runningVariance", module.variance.get());
            }
        }
    }

    /** Numbers with another mean and spread in each channel, from the generator of java.util.Random. */
    private static double[] noise(long seed, long... shape) {
        java.util.Random random = new java.util.Random(seed);
        int size = 1;
        for (long dim : shape) {
            size *= (int) dim;
        }
        int positions = size / (int) (shape[0] * shape[1]);
        double[] noise = new double[size];
        for (int i = 0; i < size; i++) {
            int channel = i / positions % (int) shape[1];
            noise[i] = (channel + 1) * random.nextGaussian() + 2 * channel - 1;
        }
        return noise;
    }

    private static Tensor tensor(double[] values, long... shape) {
        return Tensor.create(values, shape);
    }

    private void put(String name, Tensor tensor) {
        Tensor dense = tensor.detach().contiguous();
        double[] copy = new double[(int) dense.numel()];
        dense.data_ptr_double().get(copy);
        long[] shape = new long[(int) dense.dim()];
        for (int axis = 0; axis < shape.length; axis++) {
            shape[axis] = dense.size(axis);
        }
        values.put(name, copy);
        shapes.put(name, shape);
    }

    private void write(Path path) throws IOException {
        List<String> entries = new ArrayList<>();
        entries.add("\"__metadata__\":{\"made_by\":\"PyTorch 2.10.0\"}");
        long offset = 0;
        for (Map.Entry<String, double[]> entry : values.entrySet()) {
            long end = offset + 8L * entry.getValue().length;
            entries.add("\"" + entry.getKey() + "\":{\"dtype\":\"F64\",\"shape\":"
                    + java.util.Arrays.toString(shapes.get(entry.getKey())) + ",\"data_offsets\":[" + offset + "," + end
                    + "]}");
            offset = end;
        }
        byte[] header = ("{" + String.join(",", entries) + "}").getBytes(StandardCharsets.UTF_8);
        int padding = (8 - header.length % 8) % 8;
        ByteBuffer file =
                ByteBuffer.allocate((int) (8 + header.length + padding + offset)).order(ByteOrder.LITTLE_ENDIAN);
        file.putLong(header.length + padding).put(header).put(" ".repeat(padding).getBytes(StandardCharsets.UTF_8));
        values.values().forEach(array -> {
            for (double value : array) {
                file.putDouble(value);
            }
        });
        Files.write(path, file.array());
    }
}
