package io.github.bn4j.onnx;

import static io.github.bn4j.onnx.OnnxGraph.attribute;

import io.github.bn4j.graph.AddBias;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.op.AdaptiveMaxPooling;
import io.github.bn4j.op.Addition;
import io.github.bn4j.op.AveragePooling;
import io.github.bn4j.op.BatchNormalization;
import io.github.bn4j.op.Concatenation;
import io.github.bn4j.op.Convolution;
import io.github.bn4j.op.Elementwise;
import io.github.bn4j.op.Gathering;
import io.github.bn4j.op.GlobalAveragePooling;
import io.github.bn4j.op.GroupNormalization;
import io.github.bn4j.op.LayerNormalization;
import io.github.bn4j.op.LogSoftmax;
import io.github.bn4j.op.Masking;
import io.github.bn4j.op.MatrixMultiply;
import io.github.bn4j.op.MatrixProduct;
import io.github.bn4j.op.MaxPooling;
import io.github.bn4j.op.Multiplication;
import io.github.bn4j.op.OneHot;
import io.github.bn4j.op.Reduction;
import io.github.bn4j.op.Reshaping;
import io.github.bn4j.op.Resizing;
import io.github.bn4j.op.Scaling;
import io.github.bn4j.op.Shifting;
import io.github.bn4j.op.Slicing;
import io.github.bn4j.op.Sliding;
import io.github.bn4j.op.Softmax;
import io.github.bn4j.op.SpatialPadding;
import io.github.bn4j.op.Subtraction;
import io.github.bn4j.op.TransposedConvolution;
import io.github.bn4j.op.Transposition;
import io.github.bn4j.op.Upsampling;
import io.github.bn4j.op.Weighting;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import onnx.Onnx.AttributeProto;
import onnx.Onnx.TensorProto;

/** What each op is in ONNX. */
final class OnnxOps {

    private static final Map<Class<? extends Op>, Consumer<OnnxNode>> TABLE = Map.ofEntries(
            Map.entry(AddBias.class, node -> node.as("Add", List.of(node.input(0), node.repeated(parameter(node))))),
            Map.entry(AdaptiveMaxPooling.class, OnnxOps::adaptiveMaxPooling),
            Map.entry(Addition.class, node -> node.as("Add")),
            Map.entry(AveragePooling.class, OnnxOps::averagePooling),
            Map.entry(BatchNormalization.class, OnnxNorms::batch),
            Map.entry(
                    Concatenation.class,
                    node -> node.as("Concat", attribute("axis", ((Concatenation) node.op()).axis() + 1))),
            Map.entry(Convolution.class, OnnxOps::convolution),
            Map.entry(Elementwise.class, OnnxFunctions::write),
            Map.entry(Gathering.class, OnnxOps::gathering),
            Map.entry(GlobalAveragePooling.class, OnnxOps::globalAveragePooling),
            Map.entry(GroupNormalization.class, OnnxNorms::group),
            Map.entry(LayerNormalization.class, OnnxNorms::layer),
            Map.entry(LogSoftmax.class, node -> node.as("LogSoftmax", attribute("axis", 1))),
            Map.entry(Masking.class, OnnxOps::masking),
            Map.entry(
                    MatrixMultiply.class,
                    node -> node.as("Gemm", node.withBias(node.input(0), node.weight(0)), attribute("transB", 1))),
            Map.entry(MatrixProduct.class, OnnxOps::matrixProduct),
            Map.entry(MaxPooling.class, OnnxOps::maxPooling),
            Map.entry(Multiplication.class, node -> node.as("Mul")),
            Map.entry(OneHot.class, OnnxOps::oneHot),
            Map.entry(Reduction.class, OnnxOps::reduction),
            Map.entry(Reshaping.class, OnnxOps::reshaping),
            Map.entry(Resizing.class, OnnxOps::resizing),
            Map.entry(Scaling.class, node -> node.as("Mul", List.of(node.input(0), node.repeated(parameter(node))))),
            Map.entry(Shifting.class, node -> node.as("Add", List.of(node.input(0), node.repeated(parameter(node))))),
            Map.entry(Slicing.class, OnnxOps::slicing),
            Map.entry(Softmax.class, node -> node.as("Softmax", attribute("axis", 1))),
            Map.entry(SpatialPadding.class, OnnxOps::padding),
            Map.entry(Subtraction.class, node -> node.as("Sub")),
            Map.entry(TransposedConvolution.class, OnnxOps::transposedConvolution),
            Map.entry(Transposition.class, OnnxOps::transposition),
            Map.entry(Upsampling.class, OnnxOps::upsampling),
            Map.entry(Weighting.class, OnnxOps::weighting));

    /** Those whose operator has an input for a bias. */
    private static final Set<Class<? extends Op>> WITH_BIAS =
            Set.of(Convolution.class, MatrixMultiply.class, TransposedConvolution.class);

    private OnnxOps() {}

    /** The ops that have a counterpart. */
    static Set<Class<? extends Op>> known() {
        return TABLE.keySet();
    }

    static boolean takesBias(Op op) {
        return WITH_BIAS.contains(op.getClass());
    }

    static void write(OnnxNode node) {
        Consumer<OnnxNode> writer = TABLE.get(node.op().getClass());
        if (writer == null) {
            throw node.refused(
                    "ops that ONNX has something for", "make the layer of other ops, or export a part of the network");
        }
        writer.accept(node);
        OnnxNotes.write(node);
    }

    private static Parameter parameter(OnnxNode node) {
        return node.node().parameters().get(0);
    }

    private static boolean isSequence(OnnxNode node) {
        return node.inputShape(0).rank() == 2;
    }

    /** A number for rows and one for columns; for sequences, the latter alone. */
    private static AttributeProto along(OnnxNode node, String name, long rows, long columns) {
        return attribute(name, isSequence(node) ? new long[] {columns} : new long[] {rows, columns});
    }

    private static List<AttributeProto> window(OnnxNode node, Sliding rows, Sliding columns, long height, long width) {
        return new ArrayList<>(List.of(
                along(node, "kernel_shape", height, width),
                along(node, "strides", rows.stride(), columns.stride()),
                isSequence(node)
                        ? attribute("pads", columns.before(), columns.after())
                        : attribute("pads", rows.before(), columns.before(), rows.after(), columns.after())));
    }

    private static AttributeProto dilations(OnnxNode node, Sliding rows, Sliding columns) {
        return along(node, "dilations", rows.dilation(), columns.dilation());
    }

    /** What the operator Pad takes for a border, with none around examples and channels. */
    private static String border(OnnxNode node, long top, long left, long bottom, long right) {
        OnnxGraph graph = node.graph();
        return isSequence(node)
                ? graph.whole("pads", 0, 0, left, 0, 0, right)
                : graph.whole("pads", 0, 0, top, left, 0, 0, bottom, right);
    }

    /** Columns of the kernel of a weight, and its rows, of which that for sequences has one. */
    private static List<AttributeProto> window(OnnxNode node, Sliding rows, Sliding columns) {
        Shape weight = parameter(node).shape();
        return window(node, rows, columns, isSequence(node) ? 1 : weight.dim(2), weight.dim(weight.rank() - 1));
    }

    private static AttributeProto[] array(List<AttributeProto> attributes) {
        return attributes.toArray(AttributeProto[]::new);
    }

    private static void convolution(OnnxNode node) {
        Convolution op = (Convolution) node.op();
        List<AttributeProto> attributes = window(node, op.rows(), op.columns());
        attributes.add(dilations(node, op.rows(), op.columns()));
        attributes.add(attribute("group", op.groups()));
        node.as("Conv", node.withBias(node.input(0), node.weight(0)), array(attributes));
    }

    /** Runtimes add fewer rows and columns than a stride; of more, those that are cut off and added again are neither. */
    private static void transposedConvolution(OnnxNode node) {
        TransposedConvolution op = (TransposedConvolution) node.op();
        boolean fewer = op.outputPaddingHeight() < op.rows().stride()
                && op.outputPaddingWidth() < op.columns().stride();
        int height = fewer ? 0 : Math.min(op.rows().after(), op.outputPaddingHeight());
        int width = fewer ? 0 : Math.min(op.columns().after(), op.outputPaddingWidth());
        Sliding rows = op.rows().padded(op.rows().before(), op.rows().after() - height);
        Sliding columns =
                op.columns().padded(op.columns().before(), op.columns().after() - width);
        int below = op.outputPaddingHeight() - height;
        int right = op.outputPaddingWidth() - width;
        List<AttributeProto> attributes = window(node, rows, columns);
        attributes.add(dilations(node, rows, columns));
        attributes.add(attribute("group", op.groups()));
        if (below < rows.stride() && right < columns.stride()) {
            attributes.add(along(node, "output_padding", below, right));
            node.as("ConvTranspose", node.withBias(node.input(0), node.weight(0)), array(attributes));
            return;
        }
        OnnxGraph graph = node.graph();
        String y = graph.between("ConvTranspose", List.of(node.input(0), node.weight(0)), array(attributes));
        List<String> padded = List.of(y, border(node, 0, 0, below, right));
        if (node.bias() == null) {
            node.as("Pad", padded);
        } else {
            node.as(
                    "Add",
                    List.of(
                            graph.between("Pad", padded),
                            node.repeated(node.bias().parameters().get(0))));
        }
    }

    private static boolean reaches(Sliding sliding, int kernel) {
        return Math.max(sliding.before(), sliding.after()) >= kernel;
    }

    /** Padding before a pooling whose own is less than its kernel in ONNX. */
    private static String padded(OnnxNode node, Sliding rows, Sliding columns, double value) {
        OnnxGraph graph = node.graph();
        String pads = border(node, rows.before(), columns.before(), rows.after(), columns.after());
        return graph.between(
                "Pad", List.of(node.input(0), pads, graph.numbers("border", new double[] {value}, new long[0])));
    }

    private static void maxPooling(OnnxNode node) {
        MaxPooling op = (MaxPooling) node.op();
        boolean apart = reaches(op.rows(), op.kernelHeight()) || reaches(op.columns(), op.kernelWidth());
        Sliding rows = apart ? op.rows().padded(0) : op.rows();
        Sliding columns = apart ? op.columns().padded(0) : op.columns();
        String x = apart ? padded(node, op.rows(), op.columns(), Double.NEGATIVE_INFINITY) : node.input(0);
        List<AttributeProto> attributes = window(node, rows, columns, op.kernelHeight(), op.kernelWidth());
        attributes.add(dilations(node, rows, columns));
        node.as("MaxPool", List.of(x), array(attributes));
    }

    private static void averagePooling(OnnxNode node) {
        AveragePooling op = (AveragePooling) node.op();
        boolean apart = reaches(op.rows(), op.kernelHeight()) || reaches(op.columns(), op.kernelWidth());
        if (apart && !op.countPadding()) {
            throw node.refused(
                    "average pooling with padding of less than its kernel, or that counts it",
                    "use countPadding(true)");
        }
        Sliding rows = apart ? op.rows().padded(0) : op.rows();
        Sliding columns = apart ? op.columns().padded(0) : op.columns();
        String x = apart ? padded(node, op.rows(), op.columns(), 0) : node.input(0);
        List<AttributeProto> attributes = window(node, rows, columns, op.kernelHeight(), op.kernelWidth());
        attributes.add(attribute("count_include_pad", op.countPadding() ? 1 : 0));
        if (rows.dilation() > 1 || columns.dilation() > 1) {
            if (node.graph().opset() < 19) {
                throw node.refused(
                        "average pooling without dilation below opset 19", "use OnnxOptions.defaults().opset(19)");
            }
            attributes.add(dilations(node, rows, columns));
        }
        node.as("AveragePool", List.of(x), array(attributes));
    }

    private static void globalAveragePooling(OnnxNode node) {
        String pooled = node.graph().between("GlobalAveragePool", node.inputs());
        node.as("Flatten", List.of(pooled), attribute("axis", 1));
    }

    private static void gathering(OnnxNode node) {
        String rows = node.graph().between("Cast", node.inputs(), attribute("to", TensorProto.DataType.INT64_VALUE));
        node.as("Gather", List.of(node.weight(0), rows), attribute("axis", 0));
    }

    /** Numbers that are no class have no 1 in their row, which ONNX's own operator has for negative ones. */
    private static void oneHot(OnnxNode node) {
        int classes = ((OneHot) node.op()).classes();
        OnnxGraph graph = node.graph();
        int rank = node.inputShape(0).rank();
        String apart = graph.between("Unsqueeze", List.of(node.input(0), graph.whole("axes", 1)));
        double[] numbers = IntStream.range(0, classes).asDoubleStream().toArray();
        String all = graph.numbers("classes", numbers, OnnxNode.perChannel(classes, rank + 1));
        String equal = graph.between("Equal", List.of(apart, all));
        node.as("Cast", List.of(equal), attribute("to", graph.elementType()));
    }

    private static void matrixProduct(OnnxNode node) {
        MatrixProduct op = (MatrixProduct) node.op();
        node.as(
                "MatMul",
                List.of(
                        op.transposeFirst() ? lastAxesSwapped(node, 0) : node.input(0),
                        op.transposeSecond() ? lastAxesSwapped(node, 1) : node.input(1)));
    }

    private static String lastAxesSwapped(OnnxNode node, int input) {
        int rank = node.inputShape(input).rank() + 1;
        long[] order = LongStream.range(0, rank).toArray();
        order[rank - 1] = rank - 2L;
        order[rank - 2] = rank - 1L;
        return node.graph().between("Transpose", List.of(node.input(input)), attribute("perm", order));
    }

    private static void transposition(OnnxNode node) {
        int[] order = ((Transposition) node.op()).order();
        node.as(
                "Transpose",
                attribute("perm", IntStream.of(order).asLongStream().toArray()));
    }

    private static void reduction(OnnxNode node) {
        Reduction op = (Reduction) node.op();
        String kind = op.kind().name();
        String onnx = "Reduce" + kind.charAt(0) + kind.substring(1).toLowerCase(Locale.ROOT);
        long[] axes = op.axes().stream().mapToLong(axis -> axis + 1L).toArray();
        AttributeProto keep = attribute("keepdims", op.keepAxes() ? 1 : 0);
        if (op.kind() == Reduction.Kind.SUM || node.graph().opset() >= 18) {
            node.as(onnx, List.of(node.input(0), node.graph().whole("axes", axes)), keep);
        } else {
            node.as(onnx, keep, attribute("axes", axes));
        }
    }

    private static void reshaping(OnnxNode node) {
        long[] dims = node.outputShape().dims();
        if (dims.length == 1 && node.inputShape(0).rank() > 0) {
            node.as("Flatten", attribute("axis", 1));
            return;
        }
        // 0 is the batch, as it is.
        long[] shape = LongStream.concat(LongStream.of(0), LongStream.of(dims)).toArray();
        node.as("Reshape", List.of(node.input(0), node.graph().whole("shape", shape)));
    }

    private static void slicing(OnnxNode node) {
        Slicing op = (Slicing) node.op();
        OnnxGraph graph = node.graph();
        node.as(
                "Slice",
                List.of(
                        node.input(0),
                        graph.whole("starts", op.from()),
                        graph.whole("ends", op.to()),
                        graph.whole("axes", op.axis() + 1L)));
    }

    /** A slice for each window, first of the rows, then of the columns. */
    private static void adaptiveMaxPooling(OnnxNode node) {
        AdaptiveMaxPooling op = (AdaptiveMaxPooling) node.op();
        int rank = node.inputShape(0).rank();
        String rows = rank == 2
                ? node.input(0)
                : node.graph().between("Concat", maxima(node, node.input(0), 1, op.height()), attribute("axis", 2));
        node.as("Concat", maxima(node, rows, rank - 1, op.width()), attribute("axis", rank));
    }

    /** The maxima of windows that share out an axis of the example. */
    private static List<String> maxima(OnnxNode node, String x, int axis, int windows) {
        OnnxGraph graph = node.graph();
        long elements = node.inputShape(0).dim(axis);
        long[] kernel = LongStream.generate(() -> 1)
                .limit(node.inputShape(0).rank() - 1)
                .toArray();
        List<String> maxima = new ArrayList<>();
        for (int i = 0; i < windows; i++) {
            long from = AdaptiveMaxPooling.windowStart(i, elements, windows);
            long to = AdaptiveMaxPooling.windowEnd(i, elements, windows);
            String window = graph.between(
                    "Slice",
                    List.of(x, graph.whole("starts", from), graph.whole("ends", to), graph.whole("axes", axis + 1L)));
            kernel[axis - 1] = to - from;
            maxima.add(graph.between("MaxPool", List.of(window), attribute("kernel_shape", kernel)));
        }
        return maxima;
    }

    private static void padding(OnnxNode node) {
        SpatialPadding op = (SpatialPadding) node.op();
        OnnxGraph graph = node.graph();
        List<String> inputs =
                new ArrayList<>(List.of(node.input(0), border(node, op.top(), op.left(), op.bottom(), op.right())));
        if (op.value() != 0) {
            inputs.add(graph.numbers("value", new double[] {op.value()}, new long[0]));
        }
        node.as("Pad", inputs, attribute("mode", op.mode().name().toLowerCase(Locale.ROOT)));
    }

    private static void upsampling(OnnxNode node) {
        double factor = ((Upsampling) node.op()).factor();
        resize(node, factor, factor, "nearest", "asymmetric");
    }

    private static void resize(OnnxNode node, double rows, double columns, String mode, String coordinates) {
        OnnxGraph graph = node.graph();
        String scales = graph.fresh(node.node().layer() + ".scales");
        graph.graph()
                .addInitializer(TensorProto.newBuilder()
                        .setName(scales)
                        .setDataType(TensorProto.DataType.FLOAT_VALUE)
                        .addDims(4)
                        .addAllFloatData(List.of(1f, 1f, (float) rows, (float) columns)));
        node.as(
                "Resize",
                List.of(node.input(0), "", scales),
                attribute("mode", mode),
                attribute("coordinate_transformation_mode", coordinates),
                attribute("nearest_mode", "floor"));
    }

    /** Weights of rows and columns, where scales in float32 could miss an element. */
    private static void resizing(OnnxNode node) {
        Resizing op = (Resizing) node.op();
        OnnxGraph graph = node.graph();
        int height = (int) node.inputShape(0).dim(1);
        int width = (int) node.inputShape(0).dim(2);
        String columns = graph.numbers(
                "columns", transposed(op.mode().weights(op.width(), width), op.width(), width), width, op.width());
        String rows = graph.numbers("rows", op.mode().weights(op.height(), height), op.height(), height);
        String wide = graph.between("MatMul", List.of(node.input(0), columns));
        node.as("MatMul", List.of(rows, wide));
    }

    private static double[] transposed(double[] matrix, int rows, int columns) {
        double[] transposed = new double[matrix.length];
        for (int i = 0; i < matrix.length; i++) {
            transposed[(i % columns) * rows + i / columns] = matrix[i];
        }
        return transposed;
    }

    private static void weighting(OnnxNode node) {
        double[] weights = ((Weighting) node.op())
                .weights().stream().mapToDouble(Double::doubleValue).toArray();
        String factors = node.graph()
                .numbers(
                        "weights",
                        weights,
                        OnnxNode.perChannel(weights.length, node.inputShape(0).rank()));
        node.as("Mul", List.of(node.input(0), factors));
    }

    /** Nothing in predictions. In training ONNX drops single elements; of channels and examples it drops ones, which are multiplied. */
    private static void masking(OnnxNode node) {
        Masking op = (Masking) node.op();
        OnnxGraph graph = node.graph();
        if (!graph.training() || op.rate() == 0) {
            node.as("Identity");
            return;
        }
        String rate = graph.numbers("rate", new double[] {op.rate()}, new long[0]);
        String mode = graph.fresh(node.node().layer() + ".training");
        graph.graph()
                .addInitializer(TensorProto.newBuilder()
                        .setName(mode)
                        .setDataType(TensorProto.DataType.BOOL_VALUE)
                        .addInt32Data(1));
        if (op.unit() == Masking.Unit.ELEMENT) {
            node.as("Dropout", List.of(node.input(0), rate, mode));
            return;
        }
        int rank = node.inputShape(0).rank() + 1;
        int kept = op.unit() == Masking.Unit.CHANNEL ? 2 : 1;
        String shape = graph.between("Shape", node.inputs());
        String leading = graph.between("Slice", List.of(shape, graph.whole("starts", 0), graph.whole("ends", kept)));
        long[] ones = LongStream.generate(() -> 1).limit(rank - kept).toArray();
        String drawn = rank == kept
                ? leading
                : graph.between("Concat", List.of(leading, graph.whole("ones", ones)), attribute("axis", 0));
        String of = graph.between("Expand", List.of(graph.numbers("one", new double[] {1}, new long[0]), drawn));
        String mask = graph.between("Dropout", List.of(of, rate, mode));
        node.as("Mul", List.of(node.input(0), mask));
    }
}
