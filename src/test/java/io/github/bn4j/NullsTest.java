package io.github.bn4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.data.ArrayExamples;
import io.github.bn4j.data.Augmentation;
import io.github.bn4j.data.Columns;
import io.github.bn4j.data.Csv;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.data.ExampleSource;
import io.github.bn4j.data.Folds;
import io.github.bn4j.data.Idx;
import io.github.bn4j.data.ImageFolder;
import io.github.bn4j.data.JdbcRows;
import io.github.bn4j.data.MissingValue;
import io.github.bn4j.data.Sampling;
import io.github.bn4j.data.Standardization;
import io.github.bn4j.data.TailBatch;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.engine.OneDnnOptions;
import io.github.bn4j.engine.Precision;
import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Statistics;
import io.github.bn4j.graph.UseBias;
import io.github.bn4j.graph.Value;
import io.github.bn4j.inside.Integration;
import io.github.bn4j.inside.Mode;
import io.github.bn4j.inside.Saliency;
import io.github.bn4j.layer.AvgPool2d;
import io.github.bn4j.layer.BatchNorm;
import io.github.bn4j.layer.BatchNorm1d;
import io.github.bn4j.layer.BatchNorm2d;
import io.github.bn4j.layer.BatchNormalized;
import io.github.bn4j.layer.Chain;
import io.github.bn4j.layer.Concat;
import io.github.bn4j.layer.Conv1d;
import io.github.bn4j.layer.Conv2d;
import io.github.bn4j.layer.ConvTranspose2d;
import io.github.bn4j.layer.Dense;
import io.github.bn4j.layer.DepthwiseConv2d;
import io.github.bn4j.layer.MaxPool2d;
import io.github.bn4j.layer.Padding;
import io.github.bn4j.layer.ReflectPad2d;
import io.github.bn4j.layer.Relu;
import io.github.bn4j.layer.Reshape;
import io.github.bn4j.layer.Residual;
import io.github.bn4j.layer.RunningAverage;
import io.github.bn4j.layer.RunningVariance;
import io.github.bn4j.layer.SeparableConv2d;
import io.github.bn4j.layer.Sequence;
import io.github.bn4j.layer.Size;
import io.github.bn4j.layer.Span;
import io.github.bn4j.layer.Spanned;
import io.github.bn4j.layer.Window;
import io.github.bn4j.layer.Windowed;
import io.github.bn4j.layer.ZeroPad2d;
import io.github.bn4j.model.CifarResNet;
import io.github.bn4j.model.DenseNet;
import io.github.bn4j.model.EfficientNet;
import io.github.bn4j.model.GoogLeNet;
import io.github.bn4j.model.ImageTask;
import io.github.bn4j.model.InceptionV3;
import io.github.bn4j.model.MobileNetV2;
import io.github.bn4j.model.MobileNetV3;
import io.github.bn4j.model.ReferenceNetwork;
import io.github.bn4j.model.ResNet;
import io.github.bn4j.model.ShuffleNetV2;
import io.github.bn4j.model.UNet;
import io.github.bn4j.model.Vgg;
import io.github.bn4j.onnx.OnnxImportOptions;
import io.github.bn4j.onnx.OnnxOptions;
import io.github.bn4j.op.Addition;
import io.github.bn4j.train.Adam;
import io.github.bn4j.train.AdamW;
import io.github.bn4j.train.Averaging;
import io.github.bn4j.train.Checkpoints;
import io.github.bn4j.train.CrossValidation;
import io.github.bn4j.train.EarlyStopping;
import io.github.bn4j.train.Evaluation;
import io.github.bn4j.train.GradientChange;
import io.github.bn4j.train.History;
import io.github.bn4j.train.KeepBest;
import io.github.bn4j.train.Loss;
import io.github.bn4j.train.Metric;
import io.github.bn4j.train.Muon;
import io.github.bn4j.train.Optimizer;
import io.github.bn4j.train.RateFinder;
import io.github.bn4j.train.ReduceOnPlateau;
import io.github.bn4j.train.Schedule;
import io.github.bn4j.train.Task;
import io.github.bn4j.train.Trainer;
import io.github.bn4j.train.TrainingListener;
import io.github.bn4j.train.TrainingProgress;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Null in the stead of each argument of what users call, one at a time. */
class NullsTest {

    private static final INDArray FEATURES = Nd4j.ones(DataType.FLOAT, 4, 2);
    private static final Network NET = Network.input(2).dense(2).batchNorm1d().build(1);
    private static final Dataset DATA = Dataset.of(FEATURES, FEATURES);
    private static final GraphBuilder BUILDER = new GraphBuilder();
    private static final Value VALUE = BUILDER.input("x", 2);

    /** An argument of each type that any method accepts, or that it looks at after the others. */
    private static final Map<Class<?>, Object> ARGUMENTS = new HashMap<>(Map.ofEntries(
            Map.entry(int.class, 1),
            Map.entry(long.class, 1L),
            Map.entry(double.class, 0.5),
            Map.entry(boolean.class, true),
            Map.entry(String.class, "x"),
            Map.entry(long[].class, new long[] {2}),
            Map.entry(int[].class, new int[] {0}),
            Map.entry(double[].class, new double[] {0.5}),
            Map.entry(List.class, List.of()),
            Map.entry(Map.class, Map.of()),
            Map.entry(Set.class, Set.of()),
            Map.entry(Path.class, Path.of("x")),
            Map.entry(Optional.class, Optional.empty()),
            Map.entry(DataType.class, DataType.FLOAT),
            Map.entry(INDArray.class, FEATURES),
            Map.entry(ExampleSource.class, new ArrayExamples(FEATURES)),
            Map.entry(UnaryOperator.class, UnaryOperator.identity())));

    static {
        Stream.of(
                        NET,
                        DATA,
                        BUILDER,
                        VALUE,
                        NET.trainer(),
                        NET.parameters(),
                        NET.engine(),
                        NET.graph(),
                        NET.predictor(),
                        NET.saliency(),
                        Mode.PREDICTION,
                        Integration.midpoint(2),
                        Integration.Rule.MIDPOINT,
                        Network.input(2),
                        Sequence.of(),
                        Shape.of(2),
                        Statistics.batch(),
                        RunningAverage.keep(0.9),
                        Standardization.fit(DATA),
                        OneDnnOptions.defaults(),
                        Precision.FULL,
                        OnnxOptions.defaults(),
                        OnnxImportOptions.defaults(),
                        Dense.of(1),
                        Conv2d.of(1, 1),
                        DepthwiseConv2d.of(1),
                        SeparableConv2d.of(1, 1),
                        ConvTranspose2d.of(1, 1),
                        AvgPool2d.of(1),
                        MaxPool2d.of(1),
                        ZeroPad2d.of(1),
                        ReflectPad2d.of(1),
                        BatchNorm1d.of(),
                        BatchNorm2d.of(),
                        BatchNorm.DEFAULT,
                        BatchNorm.DEFAULT.running(),
                        BatchNorm.DEFAULT.affine(),
                        Residual.of(Relu.of()),
                        Concat.of(Relu.of()),
                        Reshape.of(2),
                        KeepBest.byLoss(),
                        new ImageTask(10, 3, 32, 32),
                        ResNet.of(18),
                        CifarResNet.of(20),
                        Vgg.of(11),
                        MobileNetV2.of(),
                        MobileNetV3.large(),
                        MobileNetV3.Variant.LARGE,
                        DenseNet.of(121),
                        EfficientNet.of(0),
                        GoogLeNet.of(),
                        InceptionV3.of(),
                        ShuffleNetV2.of(1),
                        UNet.of(),
                        Evaluation.of(FEATURES, FEATURES, Task.REGRESSION))
                .forEach(value -> ARGUMENTS.put(value.getClass(), value));
        ARGUMENTS.put(Layer.class, Relu.of());
        ARGUMENTS.put(Op.class, new Addition());
        ARGUMENTS.put(Engine.class, Engine.nd4j());
        ARGUMENTS.put(Statistics.class, Statistics.batch());
        ARGUMENTS.put(UseBias.class, UseBias.AUTO);
        ARGUMENTS.put(Padding.class, Padding.SAME);
        ARGUMENTS.put(Padding.Explicit.class, Padding.of(1));
        ARGUMENTS.put(Window.class, Window.of(1));
        ARGUMENTS.put(Size.class, Size.square(1));
        ARGUMENTS.put(BatchNormalized.class, BatchNorm1d.of());
        ARGUMENTS.put(Windowed.class, Conv2d.of(1, 1));
        ARGUMENTS.put(Span.class, Span.of(1));
        ARGUMENTS.put(Spanned.class, Conv1d.of(1, 1));
        ARGUMENTS.put(ReferenceNetwork.class, ResNet.of(18));
        ARGUMENTS.put(RunningVariance.class, RunningVariance.BIASED);
        ARGUMENTS.put(TailBatch.class, TailBatch.KEEP);
        ARGUMENTS.put(Sampling.class, Sampling.shuffled());
        ARGUMENTS.put(Folds.class, DATA.folds(2, 1));
        ARGUMENTS.put(CrossValidation.class, CrossValidation.on(DATA.folds(2, 1)));
        ARGUMENTS.put(LongFunction.class, (LongFunction<Trainer>) seed -> NET.trainer());
        ARGUMENTS.put(Function.class, (Function<Dataset, UnaryOperator<Dataset>>) any -> UnaryOperator.identity());
        ARGUMENTS.put(Metric.class, Metric.accuracy());
        ARGUMENTS.put(Metric[].class, new Metric[] {Metric.accuracy()});
        ARGUMENTS.put(Averaging.class, Averaging.swa());
        ARGUMENTS.put(Duration.class, Duration.ofSeconds(1));
        ARGUMENTS.put(EarlyStopping.class, EarlyStopping.on("loss"));
        ARGUMENTS.put(Checkpoints.class, Checkpoints.in(Path.of("run")));
        ARGUMENTS.put(History.class, new History(List.of()));
        ARGUMENTS.put(Task.class, Task.REGRESSION);
        ARGUMENTS.put(Loss.class, Loss.meanSquaredError());
        ARGUMENTS.put(Optimizer.class, Adam.of(1));
        ARGUMENTS.put(Schedule.class, Schedule.constant());
        ARGUMENTS.put(ReduceOnPlateau.class, Schedule.plateau());
        ARGUMENTS.put(GradientChange.class, GradientChange.clipNorm(1));
        ARGUMENTS.put(AdamW.class, AdamW.of(1));
        ARGUMENTS.put(Muon.class, Muon.of(1));
        ARGUMENTS.put(Augmentation.class, Augmentation.flip());
        ARGUMENTS.put(TrainingListener.class, new TrainingListener() {});
        ARGUMENTS.put(Csv.class, Csv.of(Path.of("x")));
        ARGUMENTS.put(JdbcRows.class, JdbcRows.of(noRows()));
        ARGUMENTS.put(ResultSet.class, noRows());
        ARGUMENTS.put(Object[].class, new float[][] {{1, 2}});
        ARGUMENTS.put(float[].class, new float[] {1, 2});
        ARGUMENTS.put(double[][].class, new double[][] {{1, 2}});
        ARGUMENTS.put(InputStream.class, InputStream.nullInputStream());
        ARGUMENTS.put(Columns.class, columns());
        ARGUMENTS.put(ImageFolder.class, ImageFolder.of(Path.of("x")));
        ARGUMENTS.put(MissingValue.class, MissingValue.MEAN);
        ARGUMENTS.put(Charset.class, StandardCharsets.UTF_8);
        ARGUMENTS.put(String[].class, new String[] {"x"});
        ARGUMENTS.put(char.class, ';');
        ARGUMENTS.put(Chain.class, Sequence.of());
    }

    private static ResultSet noRows() {
        return (ResultSet) Proxy.newProxyInstance(
                NullsTest.class.getClassLoader(), new Class<?>[] {ResultSet.class}, (proxy, method, arguments) -> null);
    }

    private static Columns columns() {
        try {
            Path table = Files.createTempFile("table", ".csv");
            Columns columns = Csv.of(Files.writeString(table, "a\n1\n")).fit();
            Files.delete(table);
            return columns;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final List<Class<?>> FACE = List.of(
            Network.class,
            NetworkBuilder.class,
            GraphBuilder.class,
            Predictor.class,
            Dataset.class,
            Standardization.class,
            Sampling.class,
            CrossValidation.class,
            Csv.class,
            JdbcRows.class,
            Columns.class,
            ImageFolder.class,
            MissingValue.class,
            Idx.class,
            Augmentation.class,
            Trainer.class,
            KeepBest.class,
            EarlyStopping.class,
            Metric.class,
            Schedule.class,
            ReduceOnPlateau.class,
            GradientChange.class,
            Muon.class,
            RateFinder.class,
            TrainingProgress.class,
            Evaluation.class,
            Engine.class,
            OneDnnOptions.class,
            Precision.class,
            Shape.class,
            Chain.class,
            Sequence.class,
            Dense.class,
            Conv2d.class,
            DepthwiseConv2d.class,
            SeparableConv2d.class,
            ConvTranspose2d.class,
            Windowed.class,
            Spanned.class,
            MaxPool2d.class,
            AvgPool2d.class,
            ZeroPad2d.class,
            ReflectPad2d.class,
            BatchNorm.class,
            BatchNorm.Running.class,
            BatchNormalized.class,
            BatchNorm1d.class,
            BatchNorm2d.class,
            Reshape.class,
            Residual.class,
            Concat.class,
            ReferenceNetwork.class,
            ResNet.class,
            CifarResNet.class,
            Vgg.class,
            MobileNetV2.class,
            MobileNetV3.class,
            DenseNet.class,
            EfficientNet.class,
            GoogLeNet.class,
            InceptionV3.class,
            ShuffleNetV2.class,
            UNet.class,
            Saliency.class,
            Integration.class);

    /** Engines are called by the library, which has graphs and parameters; a trainer is made by a network. */
    private static final Set<String> PLUMBING = Set.of(
            "equals",
            "trace",
            "training",
            "inference",
            "Trainer.of",
            "Saliency.of",
            "apply(Example",
            "requireShape",
            "KeepBest.of",
            "factor",
            "GradientChange.apply",
            "step",
            "Sampling.rows",
            "check");

    @Test
    void refusesNullInASentence() throws Exception {
        List<String> others = new ArrayList<>();
        int tried = 0;
        for (Class<?> type : FACE) {
            for (Executable call : calls(type)) {
                for (int i = 0; i < call.getParameterCount(); i++) {
                    if (!call.getParameterTypes()[i].isPrimitive()) {
                        tried++;
                        String answer = answer(type, call, i);
                        if (!answer.matches("IllegalArgumentException: .+ expects .+ but got (null|\"null\"; .+)")) {
                            others.add(call + ", " + (i + 1) + ": " + answer);
                        }
                    }
                }
            }
        }
        assertThat(others).isEmpty();
        assertThat(tried).isGreaterThan(120);
    }

    private static List<Executable> calls(Class<?> type) {
        return Stream.concat(Stream.of(type.getDeclaredMethods()), Stream.of(type.getDeclaredConstructors()))
                .filter(call -> Modifier.isPublic(call.getModifiers()) && !call.isSynthetic())
                .filter(call -> !PLUMBING.contains(call.getName())
                        && !PLUMBING.contains(type.getSimpleName() + "." + call.getName()))
                .filter(call -> Stream.of(call.getParameterTypes())
                        .noneMatch(parameter -> parameter.getSimpleName().matches("Example|Others")))
                .toList();
    }

    private static String answer(Class<?> type, Executable call, int index) throws Exception {
        Object[] arguments =
                Stream.of(call.getParameterTypes()).map(NullsTest::argument).toArray();
        arguments[index] = null;
        try {
            Object result = call instanceof Method method
                    ? method.invoke(Modifier.isStatic(method.getModifiers()) ? null : argument(type), arguments)
                    : ((Constructor<?>) call).newInstance(arguments);
            return "no exception but " + result;
        } catch (InvocationTargetException thrown) {
            return thrown.getCause().getClass().getSimpleName() + ": "
                    + thrown.getCause().getMessage();
        }
    }

    private static Object argument(Class<?> type) {
        if (ARGUMENTS.containsKey(type)) {
            return ARGUMENTS.get(type);
        }
        if (type.isArray()) {
            return Array.newInstance(type.getComponentType(), 0);
        }
        throw new AssertionError("an argument of " + type + " to try null beside");
    }

    @Test
    void namesTheArrayThatIsNull() {
        Map<String, INDArray> inputs = new HashMap<>();
        inputs.put("features", null);

        assertThatThrownBy(() -> NET.predict((INDArray) null))
                .hasMessage("network expects an array of features but got null");
        assertThatThrownBy(() -> NET.predict(inputs))
                .hasMessage("input \"features\" expects an array of examples of shape [2] but got null");
        assertThatThrownBy(() -> Dataset.of(inputs, Map.of()))
                .hasMessage("Dataset expects an array for \"features\" but got null");
        assertThatThrownBy(() -> NET.freezeBatchNorm("batchnorm1d_1", null))
                .hasMessage("freezeBatchNorm expects names of batch normalisations but got null");
        assertThatThrownBy(() -> NET.freeze("dense_1", null))
                .hasMessage("freeze expects names of layers with parameters, or patterns of them, but got null");
        assertThatThrownBy(() -> NET.trainer().fit(null)).hasMessage("fit expects a Dataset but got null");
        assertThatThrownBy(() -> NET.evaluate(null)).hasMessage("evaluate expects a Dataset but got null");
        assertThatThrownBy(() -> BUILDER.build(VALUE, null)).hasMessage("build expects values as outputs but got null");
        assertThatThrownBy(() -> Conv2d.of(4, 3).padding(null))
                .hasMessage("Conv2d expects a Padding such as VALID, SAME or Padding.of(1) but got null");
    }
}
