package io.github.bn4j.onnx;

import static io.github.bn4j.TensorAssert.assertTensor;
import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtException;
import io.github.bn4j.Network;
import io.github.bn4j.engine.BatchStatistics;
import io.github.bn4j.engine.internal.TrainingPass;
import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Measured;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Statistics;
import io.github.bn4j.layer.*;
import io.github.bn4j.op.BatchNormalization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import onnx.Onnx.GraphProto;
import onnx.Onnx.ModelProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.ValueInfoProto;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** One step of training here and in ONNX Runtime: outputs, and running averages behind it. */
class OnnxTrainingTest {

    private static final int BATCH = 7;

    @TempDir
    Path folder;

    /** Each is followed by another, whose input is normalised by the batch. */
    static Stream<Arguments> norms() {
        Shape image = Shape.of(3, 6, 5);
        return Stream.of(
                Arguments.of(BatchNorm2d.of(), image),
                Arguments.of(BatchNorm2d.of().runningAverage(RunningAverage.keep(0.3)), image),
                Arguments.of(BatchNorm2d.of().epsilon(1e-3).gamma(false), image),
                Arguments.of(BatchNorm2d.of().beta(false).updateRunning(false), image),
                Arguments.of(BatchNorm2d.of().gamma(false).beta(false), image),
                Arguments.of(BatchNorm2d.of().statistics(Statistics.running()).updateRunning(false), image),
                Arguments.of(BatchNorm1d.of(), Shape.of(11)),
                Arguments.of(BatchNorm1d.of().runningAverage(RunningAverage.keep(0.99)), Shape.of(5, 9)),
                Arguments.of(
                        Sequence.of()
                                .conv2d(13, 3, Padding.SAME)
                                .then(BatchNorm2d.of().runningVariance(RunningVariance.BIASED))
                                .relu()
                                .flatten()
                                .dense(9)
                                .batchNorm1d()
                                .dense(4),
                        image));
    }

    @ParameterizedTest(name = "{0} on {1}")
    @MethodSource("norms")
    void computesOneStepAlike(Layer layer, Shape shape) throws OrtException, IOException {
        for (DataType type : List.of(DataType.FLOAT, DataType.DOUBLE)) {
            for (int opset : new int[] {13, 14, 15, 17, 21}) {
                if (type == DataType.DOUBLE && layer instanceof Sequence) {
                    continue; // the runtime has no convolution of float64
                }
                Network net = OnnxComparison.livedIn(
                        Network.input(shape.dims()).then(layer).build(1).to(type), 2);
                assertStepAlike(net, OnnxOptions.defaults().opset(opset).training(true), type);
            }
        }
    }

    private void assertStepAlike(Network net, OnnxOptions options, DataType type) throws OrtException, IOException {
        // Epsilon and momentum are of float32 in the file.
        double tolerance = type == DataType.DOUBLE ? 1e-7 : 1e-5;
        Path file = folder.resolve("training.onnx");
        net.exportOnnx(file, options);
        withStatisticsAsOutputs(file);
        INDArray x = OnnxComparison.inputs(net, BATCH, 3).values().iterator().next();

        Map<String, INDArray> actual = Runtime.run(file, Map.of("features", x));

        try (TrainingPass pass = TrainingPass.of(net.model(), BATCH)) {
            TrainingPass.Result step = pass.run(1, x);
            step.outputs().forEach((name, y) -> assertTensor(actual.get(name))
                    .as("%s, %s", name, options)
                    .isRelativelyCloseTo(y, tolerance));
            Map<String, INDArray> expected = moved(net, step.statistics());
            assertThat(actual).hasSize(step.outputs().size() + expected.size());
            expected.forEach((name, statistic) -> assertTensor(actual.get(name + ".next"))
                    .as("%s, %s", name, options)
                    .isRelativelyCloseTo(statistic, tolerance));
        }
    }

    /** The running averages after the step, where the variances that it measured stay biased. */
    private static Map<String, INDArray> moved(Network net, List<BatchStatistics> statistics) {
        Map<String, INDArray> moved = new LinkedHashMap<>();
        for (BatchStatistics measured : statistics) {
            double count = measured.count();
            BatchNormalization op = (BatchNormalization) measured.node().op();
            INDArray variance =
                    op.averages().unbiased() ? measured.variance().mul((count - 1) / count) : measured.variance();
            op.update(
                    new Measured(measured.mean(), variance, count),
                    measured.node().values(net.parameters()));
            for (String statistic : List.of("runningMean", "runningVariance")) {
                String name = measured.node().parameter(statistic).name();
                moved.put(name, net.parameters().get(name));
            }
        }
        return moved;
    }

    /** What a node computes but the file does not yield, as it is state, is yielded. */
    private static void withStatisticsAsOutputs(Path file) throws IOException {
        ModelProto model = ModelProto.parseFrom(Files.readAllBytes(file));
        GraphProto.Builder graph = model.getGraph().toBuilder();
        for (NodeProto node : model.getGraph().getNodeList()) {
            for (int i = 1; i < Math.min(3, node.getOutputCount()); i++) {
                graph.addOutput(ValueInfoProto.newBuilder().setName(node.getOutput(i)));
            }
        }
        Files.write(file, model.toBuilder().setGraph(graph).build().toByteArray());
    }

    @Test
    void notesWhichRunningVariancesAreUnbiased() throws IOException {
        Network net = Network.input(4)
                .dense(3)
                .batchNorm1d()
                .relu()
                .then("biased", BatchNorm1d.of().runningVariance(RunningVariance.BIASED))
                .then("last", BatchNorm1d.of())
                .build(1);
        Path file = folder.resolve("unbiased.onnx");

        net.exportOnnx(file);

        assertThat(ModelProto.parseFrom(Files.readAllBytes(file)).getMetadataPropsList())
                .filteredOn(entry -> entry.getKey().equals("runningVariance.unbiased"))
                .map(entry -> entry.getValue())
                .containsExactly("[\"batchnorm1d_1.runningVariance\",\"last.runningVariance\"]");
    }
}
