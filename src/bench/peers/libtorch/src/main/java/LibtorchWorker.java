import io.github.bn4j.bench.peer.Contender;
import io.github.bn4j.bench.peer.Maker;
import io.github.bn4j.bench.peer.Recipe;
import io.github.bn4j.bench.peer.Work;
import io.github.bn4j.bench.peer.Worker;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.SGD;
import org.bytedeco.pytorch.SGDOptions;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** libtorch, eager, in its default layout: the C++ functions that torch.nn's modules call. */
final class LibtorchWorker implements Maker<Tensor> {

    private static final int THREADS = Integer.parseInt(System.getenv("OMP_NUM_THREADS"));

    private final boolean training;
    private final Recipe recipe;
    private final List<Tensor> trained = new ArrayList<>();
    private final List<Tensor> all = new ArrayList<>();
    private final List<TensorOptional> options = new ArrayList<>();
    private int next;

    private LibtorchWorker(boolean training, Recipe recipe) {
        this.training = training;
        this.recipe = recipe;
    }

    public static void main(String[] args) throws Exception {
        Worker.serve(LibtorchWorker::open);
    }

    private static Contender.Task open(Work work) throws Exception {
        torch.set_num_threads(THREADS);
        torch.set_num_interop_threads(1);
        LibtorchWorker net = new LibtorchWorker(work.training(), work.recipe());
        Tensor x = Tensor.create(work.features(), work.shape());
        if (!work.training()) {
            float[] logits = new float[work.batch() * Work.CLASSES];
            return Contender.Task.of(() -> {
                try (PointerScope scope = new PointerScope();
                        InferenceMode mode = new InferenceMode()) {
                    Tensor y = net.forward(x);
                    y.data_ptr_float().get(logits);
                }
            });
        }
        long[] labels = new long[work.batch()];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = work.labels()[i];
        }
        Tensor target = Tensor.create(labels, labels.length);
        try (PointerScope scope = new PointerScope()) {
            net.forward(x);
        }
        SGDOptions settings = new SGDOptions(0.01);
        settings.momentum().put(0.9);
        SGD optimizer = new SGD(new TensorVector(net.trained.toArray(new Tensor[0])), settings);
        return Contender.Task.of(() -> {
            try (PointerScope scope = new PointerScope()) {
                optimizer.zero_grad();
                Tensor loss = torch.cross_entropy_loss(net.forward(x), target);
                loss.backward();
                optimizer.step();
                loss.item_float();
            }
        });
    }

    private Tensor forward(Tensor x) {
        next = 0;
        return recipe.make(this, x);
    }

    /** The next parameter in the order of the layers; the first pass makes them. */
    private int parameter(boolean train, Supplier<Tensor> maker) {
        if (next == all.size()) {
            Tensor made = maker.get();
            if (train && training) {
                made.set_requires_grad(true);
                trained.add(made);
            }
            made.retainReference();
            TensorOptional option = new TensorOptional(made);
            option.retainReference();
            all.add(made);
            options.add(option);
        }
        return next++;
    }

    private static Tensor normal(double deviation, long... shape) {
        return torch.randn(shape).mul(new Scalar(deviation));
    }

    @Override
    public Tensor conv(Tensor x, int in, int out, int kernel, int stride, int padding, int groups) {
        int fanIn = in / groups * kernel * kernel;
        int w = parameter(true, () -> normal(Math.sqrt(2.0 / fanIn), out, in / groups, kernel, kernel));
        return torch.conv2d(
                x,
                all.get(w),
                new TensorOptional(),
                new long[] {stride, stride},
                new long[] {padding, padding},
                new long[] {1, 1},
                groups);
    }

    @Override
    public Tensor norm(Tensor x, int channels, boolean image) {
        int gamma = parameter(true, () -> torch.ones(channels));
        int beta = parameter(true, () -> torch.zeros(channels));
        int mean = parameter(false, () -> torch.zeros(channels));
        int variance = parameter(false, () -> torch.ones(channels));
        return torch.batch_norm(
                x,
                options.get(gamma),
                options.get(beta),
                options.get(mean),
                options.get(variance),
                training,
                0.1,
                1e-5,
                false);
    }

    @Override
    public Tensor relu(Tensor x) {
        return torch.relu(x);
    }

    @Override
    public Tensor relu6(Tensor x) {
        return torch.relu6(x);
    }

    @Override
    public Tensor maxPool(Tensor x, int kernel, int stride, int padding) {
        return torch.max_pool2d(
                x,
                new long[] {kernel, kernel},
                new long[] {stride, stride},
                new long[] {padding, padding},
                new long[] {1, 1},
                false);
    }

    @Override
    public Tensor globalPool(Tensor x) {
        return torch.adaptive_avg_pool2d(x, 1, 1).flatten(1, -1);
    }

    @Override
    public Tensor flatten(Tensor x) {
        return x.flatten(1, -1);
    }

    @Override
    public Tensor dense(Tensor x, int in, int out, boolean bias) {
        int w = parameter(true, () -> normal(Math.sqrt(2.0 / in), out, in));
        if (!bias) {
            return torch.linear(x, all.get(w));
        }
        int b = parameter(true, () -> torch.zeros(out));
        return torch.linear(x, all.get(w), options.get(b));
    }

    @Override
    public Tensor add(Tensor x, Tensor y) {
        return x.add(y);
    }
}
