package io.github.bn4j.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.graph.Call;
import io.github.bn4j.graph.Gradients;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Initializer;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Role;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Tracer;
import io.github.bn4j.graph.UseBias;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.AtomicFile;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.layer.BatchNorm2d;
import io.github.bn4j.layer.Conv2d;
import io.github.bn4j.layer.MaxPool2d;
import io.github.bn4j.layer.Sequence;
import io.github.bn4j.op.Elementwise;
import io.github.bn4j.op.MatrixMultiply;
import io.github.bn4j.op.function.StandardFunction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class CheckpointTest {

    @TempDir
    Path directory;

    /** A stranger's op with a component of every kind that can be stored. */
    record EveryKind(
            byte tiny,
            short small,
            int whole,
            long large,
            float single,
            double real,
            boolean flag,
            String text,
            StandardFunction function,
            Shape shape,
            List<Integer> numbers,
            List<List<Shape>> shapes,
            Double infinite)
            implements Op {

        static EveryKind example() {
            return new EveryKind(
                    Byte.MIN_VALUE,
                    Short.MAX_VALUE,
                    Integer.MIN_VALUE,
                    Long.MAX_VALUE,
                    0.1f,
                    Double.MIN_VALUE,
                    true,
                    "\"quoted\" <µ> \n \\",
                    StandardFunction.GELU,
                    Shape.of(),
                    List.of(1, -2),
                    List.of(List.of(Shape.of(1, 2), Shape.of(3)), List.of()),
                    Double.NEGATIVE_INFINITY);
        }

        @Override
        public Shape outputShape(List<Shape> inputs, List<Shape> parameters) {
            return inputs.get(0);
        }

        @Override
        public INDArray forward(Call call) {
            return call.input(0);
        }

        @Override
        public Gradients backward(Call call, INDArray dy) {
            return Gradients.of(dy);
        }
    }

    /** An op that is no record. */
    static final class NoRecord implements Op {

        @Override
        public Shape outputShape(List<Shape> inputs, List<Shape> parameters) {
            return inputs.get(0);
        }

        @Override
        public INDArray forward(Call call) {
            return call.input(0);
        }

        @Override
        public Gradients backward(Call call, INDArray dy) {
            return Gradients.of(dy);
        }
    }

    /** An op with a component that has no place in a file. */
    record Holder(Object content) implements Op {

        @Override
        public Shape outputShape(List<Shape> inputs, List<Shape> parameters) {
            return inputs.get(0);
        }

        @Override
        public INDArray forward(Call call) {
            return call.input(0);
        }

        @Override
        public Gradients backward(Call call, INDArray dy) {
            return Gradients.of(dy);
        }
    }

    private static Graph image() {
        Tracer tracer = new Tracer();
        Value x = tracer.input("x", Shape.of(2, 6, 6));
        Value y = tracer.scope().call(Conv2d.of(3, 3).useBias(true), x);
        y = tracer.scope().call(BatchNorm2d.of(), y);
        y = tracer.scope().call(MaxPool2d.of(2), y);
        Value features = tracer.scope().call(Sequence.of().flatten().dense(4), y);
        tracer.output("y", tracer.scope().apply(EveryKind.example(), features));
        tracer.output("map", y);
        return tracer.graph();
    }

    private static Graph with(Op op) {
        Tracer tracer = new Tracer();
        tracer.output("y", tracer.scope().apply(op, tracer.input("x", Shape.of(2))));
        return tracer.graph();
    }

    private static Map<String, INDArray> tensors(Graph graph, DataType type) {
        Map<String, INDArray> tensors = new LinkedHashMap<>();
        int seed = 0;
        for (Parameter parameter : graph.parameters()) {
            double[] values = new double[(int) parameter.shape().size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = Math.sin(++seed);
            }
            tensors.put(
                    parameter.name(), Tensors.of(type, values, parameter.shape().dims()));
        }
        return tensors;
    }

    private static Checkpoint plain(int size) {
        return new Checkpoint(with(new Elementwise(StandardFunction.RELU)), large(size), Map.of());
    }

    private static Map<String, INDArray> large(int size) {
        return Map.of("more", Tensors.zeros(DataType.FLOAT, size).addi(size));
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void readsBackWhatItWrote() {
        for (DataType type : List.of(DataType.FLOAT, DataType.DOUBLE)) {
            Graph graph = image();
            Map<String, INDArray> tensors = tensors(graph, type);
            tensors.put("optimizer.scalar", Tensors.of(DataType.DOUBLE, new double[] {3}));
            Map<String, String> sections = new LinkedHashMap<>();
            sections.put("seed", "42");
            sections.put("bias", "{\"a\": \"µ \u2028 😀\"}");
            Path path = directory.resolve("net.safetensors");

            new Checkpoint(graph, tensors, sections).write(path);
            Checkpoint again = Checkpoint.read(path, EveryKind.class);

            assertThat(again.tensors()).isEqualTo(tensors);
            assertThat(again.tensors().keySet()).containsExactlyElementsOf(tensors.keySet());
            assertThat(again.tensors().get(graph.parameters().get(0).name()).dataType())
                    .isEqualTo(type);
            assertThat(again.sections()).isEqualTo(sections);
            assertThat(again.sections().keySet()).containsExactly("seed", "bias");
            assertSame(again.graph(), graph);
        }
    }

    private static void assertSame(Graph actual, Graph expected) {
        assertThat(List.copyOf(actual.inputs().entrySet()))
                .isEqualTo(List.copyOf(expected.inputs().entrySet()));
        assertThat(List.copyOf(actual.outputs().entrySet()))
                .isEqualTo(List.copyOf(expected.outputs().entrySet()));
        assertThat(List.copyOf(actual.layers().entrySet()))
                .isEqualTo(List.copyOf(expected.layers().entrySet()));
        assertThat(actual.parameters().stream().map(CheckpointTest::known).toList())
                .isEqualTo(expected.parameters().stream()
                        .map(CheckpointTest::known)
                        .toList());
        assertThat(actual.nodes().stream().map(CheckpointTest::known).toList())
                .isEqualTo(expected.nodes().stream().map(CheckpointTest::known).toList());
    }

    private static List<Object> known(Parameter parameter) {
        return List.of(parameter.name(), parameter.shape(), parameter.role(), parameter.decays());
    }

    private static List<Object> known(Node node) {
        return List.of(
                node.op(),
                node.layer(),
                node.inputs(),
                node.parameters().stream().map(CheckpointTest::known).toList(),
                node.output());
    }

    @Test
    void keepsEveryBit() {
        float[] floats = {0f, -0f, Float.MIN_VALUE, -Float.MAX_VALUE, Float.NaN, Float.POSITIVE_INFINITY, 0.1f};
        double[] doubles = {0, -0.0, Double.MIN_VALUE, Double.MAX_VALUE, Double.NaN, Double.NEGATIVE_INFINITY, 0.1};
        Tensors.start();
        Map<String, INDArray> tensors = Map.of("f", Nd4j.createFromArray(floats), "d", Nd4j.createFromArray(doubles));
        Path path = directory.resolve("bits.safetensors");

        new Checkpoint(with(new Elementwise(StandardFunction.RELU)), tensors, Map.of()).write(path);
        Map<String, INDArray> again = Checkpoint.read(path).tensors();

        for (int i = 0; i < floats.length; i++) {
            assertThat(Float.floatToRawIntBits(again.get("f").getFloat(i)))
                    .isEqualTo(Float.floatToRawIntBits(floats[i]));
            assertThat(Double.doubleToRawLongBits(again.get("d").getDouble(i)))
                    .isEqualTo(Double.doubleToRawLongBits(doubles[i]));
        }
    }

    @Test
    void writesViewsInRowMajorOrder() {
        INDArray matrix = Tensors.of(DataType.FLOAT, new double[] {1, 2, 3, 4, 5, 6}, 2, 3);
        Map<String, INDArray> tensors = new LinkedHashMap<>();
        tensors.put("transposed", matrix.transpose());
        tensors.put("column", matrix.getColumn(1));
        tensors.put("row", matrix.getRow(1));
        tensors.put("fortran", matrix.dup('f'));
        Path path = directory.resolve("views.safetensors");

        new Checkpoint(with(new Elementwise(StandardFunction.RELU)), tensors, Map.of()).write(path);

        assertThat(Checkpoint.read(path).tensors()).isEqualTo(tensors);
    }

    @Test
    void readsTensorsOfSeveralChunks() {
        Map<String, INDArray> tensors = new LinkedHashMap<>();
        Tensors.start();
        tensors.put("f", Nd4j.linspace(DataType.FLOAT, 0, 1, 40_001));
        tensors.put("d", Nd4j.linspace(DataType.DOUBLE, 0, 1, 20_001));
        Path path = directory.resolve("long.safetensors");

        new Checkpoint(with(new Elementwise(StandardFunction.RELU)), tensors, Map.of()).write(path);

        assertThat(Checkpoint.read(path).tensors()).isEqualTo(tensors);
    }

    @Test
    void refusesStrangersOpWithoutItsClass() {
        Path path = directory.resolve("net.safetensors");
        Graph graph = image();
        new Checkpoint(graph, tensors(graph, DataType.FLOAT), Map.of()).write(path);

        assertThatExceptionOfType(CheckpointException.class)
                .isThrownBy(() -> Checkpoint.read(path))
                .withMessage("Network.load expects the class \"" + EveryKind.class.getName()
                        + "\" but got none; pass it: Network.load(path, EveryKind.class)");
        assertThatExceptionOfType(CheckpointException.class)
                .isThrownBy(() -> Checkpoint.read(path, NoRecord.class))
                .withMessage("Network.load expects classes of records and enums but got " + NoRecord.class.getName()
                        + "; turn it into a record");
    }

    @Test
    void refusesToWriteOpsThatCannotBeStored() throws IOException {
        Path path = directory.resolve("net.safetensors");

        assertThatThrownBy(() -> new Checkpoint(with(new NoRecord()), Map.of(), Map.of()).write(path))
                .hasMessage(
                        "Network.save expects ops that are records but got " + NoRecord.class.getName()
                                + "; turn it into a record of numbers, booleans, strings, enums, shapes, records and lists of these");
        assertThatThrownBy(() -> new Checkpoint(with(new Holder(new Object())), Map.of(), Map.of()).write(path))
                .hasMessage(
                        "Network.save expects numbers, booleans, strings, enums, shapes, records and lists of these in op "
                                + Holder.class.getName()
                                + " but got java.lang.Object as content, declared as java.lang.Object; save ops of such components"
                                + " only");
        assertThatThrownBy(() -> new Checkpoint(with(new Holder(null)), Map.of(), Map.of()).write(path))
                .hasMessage("Network.save expects a value of content of op " + Holder.class.getName()
                        + " but got null; save ops without nulls");
        assertThat(names()).isEmpty();
    }

    @Test
    void refusesToWriteTensorsThatCannotBeStored() throws IOException {
        Path path = directory.resolve("net.safetensors");
        Graph graph = with(new Elementwise(StandardFunction.RELU));
        INDArray one = Tensors.zeros(DataType.FLOAT, 1);

        assertThatThrownBy(
                        () -> new Checkpoint(graph, Map.of("a", one.castTo(DataType.BFLOAT16)), Map.of()).write(path))
                .hasMessage("Network.save expects tensors of FLOAT or DOUBLE but got BFLOAT16 as \"a\"; cast it first");
        assertThatThrownBy(() -> new Checkpoint(graph, Map.of("a", Nd4j.empty(DataType.FLOAT)), Map.of()).write(path))
                .hasMessage("Network.save expects tensors of 1 to 2147483639 elements but got [] as \"a\";"
                        + " leave it out or split it");
        assertThatThrownBy(() -> new Checkpoint(graph, Map.of("__metadata__", one), Map.of()).write(path))
                .hasMessage("Network.save expects another tensor name but got \"__metadata__\","
                        + " which the file format reserves; rename the tensor");
        assertThat(names()).isEmpty();
    }

    @Test
    void refusesPartsThatDoNotFit() {
        Graph graph = with(new Elementwise(StandardFunction.RELU));
        assertThatThrownBy(() -> new Checkpoint(graph, Map.of(), Map.of("graph", "x")))
                .hasMessage("Checkpoint expects other section names but got \"graph\","
                        + " which the file format uses itself; rename the section");

        Tracer tracer = new Tracer();
        Parameter weight = new Parameter("w", Shape.of(3, 2), Initializer.constant(0), Role.TRAINABLE, true);
        Value y = tracer.scope().apply(new MatrixMultiply(), tracer.input("x", Shape.of(2)), weight);
        tracer.output("y", tracer.scope().addBias(y, UseBias.ON));
        INDArray wrong = Tensors.zeros(DataType.FLOAT, 2, 3);
        assertThatThrownBy(() -> new Checkpoint(tracer.graph(), Map.of("w", wrong), Map.of()))
                .hasMessage("Checkpoint expects a tensor w [3, 2] but got [2, 3]; add all parameters");
        assertThatThrownBy(() -> new Checkpoint(tracer.graph(), Map.of("v", wrong), Map.of()))
                .hasMessage("Checkpoint expects a tensor w [3, 2] but got only [v]; add all parameters");
    }

    @Test
    void refusesToWriteWhereNoFileCanBe() {
        Path nowhere = directory.resolve("missing").resolve("net.safetensors");
        assertThatExceptionOfType(CheckpointException.class)
                .isThrownBy(() -> plain(1).write(nowhere))
                .withMessage("Network.save expects an existing directory for \"" + nowhere + "\" but got \""
                        + nowhere.getParent() + "\"; create it first");
        assertThatExceptionOfType(CheckpointException.class)
                .isThrownBy(() -> plain(1).write(directory))
                .withMessage("Network.save expects the path of a file but got the directory \"" + directory
                        + "\"; add a file name");
    }

    @Test
    void leavesTheOldFileWhenWritingFails() throws IOException {
        Path path = directory.resolve("net.safetensors");
        plain(1).write(path);
        byte[] before = Files.readAllBytes(path);

        AtomicFile.Content fullDisk = out -> {
            out.write(new byte[100]);
            throw new IOException("No space left on device");
        };
        assertThatThrownBy(() -> NetworkFileWriter.write(path, fullDisk))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage("Network.save expects to write \"" + path
                        + "\" but got java.io.IOException: No space left on device; what was there before is unchanged,"
                        + " save again when the cause is gone");
        AtomicFile.Content broken = out -> {
            out.write(new byte[100]);
            throw new OutOfMemoryError("simulated");
        };
        assertThatThrownBy(() -> NetworkFileWriter.write(path, broken)).isInstanceOf(OutOfMemoryError.class);

        assertThat(Files.readAllBytes(path)).isEqualTo(before);
        assertThat(names()).containsExactly("net.safetensors");
    }

    @Test
    void writesAndReadsInAnInterruptedThread() throws IOException {
        Path path = directory.resolve("net.safetensors");
        plain(1).write(path);
        Checkpoint next = plain(100_000);

        Checkpoint again;
        Thread.currentThread().interrupt();
        try {
            next.write(path);
            again = Checkpoint.read(path);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }

        assertThat(again.tensors()).isEqualTo(next.tensors());
        assertThat(names()).containsExactly("net.safetensors");
    }

    @Test
    void showsReadersTheOldFileOrTheNewOne() throws InterruptedException {
        Path path = directory.resolve("net.safetensors");
        plain(1).write(path);
        Thread writer = new Thread(() -> {
            for (int i = 2; i < 60; i++) {
                plain(i * 100).write(path);
            }
        });
        writer.start();
        while (writer.isAlive()) {
            INDArray tensor = Checkpoint.read(path).tensors().get("more");
            assertThat(tensor.getFloat(tensor.length() - 1)).isEqualTo((float) tensor.length());
        }
        writer.join();
    }

    @Test
    void writesUnderARelativePath() throws IOException {
        Path path = Path.of("target", "checkpoint-" + System.nanoTime() + ".safetensors");
        try {
            plain(3).write(path);
            assertThat(Checkpoint.read(path).tensors()).isEqualTo(large(3));
        } finally {
            Files.deleteIfExists(path);
        }
    }
}
