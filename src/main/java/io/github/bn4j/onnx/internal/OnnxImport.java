package io.github.bn4j.onnx.internal;

import static io.github.bn4j.internal.Checks.checkGiven;
import static java.util.Objects.requireNonNull;

import io.github.bn4j.checkpoint.CheckpointException;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.RunningAverages;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.ShapeException;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.Listing;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.onnx.OnnxImportOptions;
import io.github.bn4j.onnx.OnnxReport;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import onnx.Onnx.GraphProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.TensorProto;
import onnx.Onnx.TensorShapeProto.Dimension;
import onnx.Onnx.TypeProto;
import onnx.Onnx.ValueInfoProto;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Reads ONNX files as graphs. */
public final class OnnxImport {

    /**
     * What was read.
     *
     * @param graph with all biases that the file has
     * @param values of all parameters
     * @param type of all values
     * @param report what became of the file
     * @param metadata the texts by name, if this library wrote the file
     */
    public record Read(
            Graph graph,
            Map<String, INDArray> values,
            DataType type,
            OnnxReport report,
            Map<String, String> metadata) {}

    private static final Set<String> WITH_STATISTICS = Set.of("BatchNormalization", "LayerNormalization");

    private final OnnxFile file;
    private final OnnxImportOptions options;
    private final GraphProto proto;
    private final OnnxNames names;
    private final ImportedGraph graph;
    private final ElementTypes elements = new ElementTypes();
    private final List<Supplier<OnnxReport.NodeFate>> fates = new ArrayList<>();
    private final List<String> refusals = new ArrayList<>();

    private OnnxImport(OnnxFile file, OnnxImportOptions options) {
        this.file = file;
        this.options = options;
        this.proto = file.model().getGraph();
        this.names = new OnnxNames(file);
        this.graph = new ImportedGraph(type());
    }

    /**
     * Reads a file.
     *
     * @throws CheckpointException if there is no such file, it is damaged, or it asks for what no network has; the message lists all of
     *     that
     */
    public static Read read(Path path, OnnxImportOptions options) {
        checkGiven(path, OnnxFile.WHO, "the path of a file");
        checkGiven(options, OnnxFile.WHO, "OnnxImportOptions");
        return new OnnxImport(OnnxFile.read(path), options).read();
    }

    private Read read() {
        tensors();
        List<NodeProto> nodes = NodeOrder.of(file, names);
        inputs();
        nodes.forEach(this::read);
        if (!refusals.isEmpty()) {
            throw new CheckpointException(
                    OnnxFile.WHO + " expects what networks of this library can do in \"" + file.path()
                            + "\" but got " + refusals.size() + (refusals.size() == 1 ? " node" : " nodes")
                            + " of other kinds: "
                            + String.join("; ", refusals.size() <= 20 ? refusals : refusals.subList(0, 20))
                            + (refusals.size() <= 20 ? "" : "; and " + (refusals.size() - 20) + " more"));
        }
        Graph finished = finished();
        requireSound();
        OnnxReport report = new OnnxReport(
                file.source(),
                fates.stream().map(Supplier::get).toList(),
                graph.sources(),
                graph.assumptions(),
                List.of());
        for (String hint : hints(finished)) {
            report = report.hint(hint);
        }
        return new Read(
                finished, graph.values(), graph.type(), report, names.notes().texts());
    }

    private Graph finished() {
        try {
            return graph.finished(outputs());
        } catch (IllegalArgumentException | ArithmeticException e) {
            if (e instanceof CheckpointException) {
                throw e;
            }
            throw file.damaged("a network", String.valueOf(e.getMessage()));
        }
    }

    /* Double where any number of the file is. */
    private DataType type() {
        boolean isDouble = proto.getInitializerList().stream().anyMatch(tensor -> isDouble(tensor.getDataType()))
                || proto.getInputList().stream()
                        .anyMatch(input ->
                                isDouble(input.getType().getTensorType().getElemType()));
        return isDouble ? DataType.DOUBLE : DataType.FLOAT;
    }

    private static boolean isDouble(int type) {
        return type == TensorProto.DataType.DOUBLE_VALUE;
    }

    private void tensors() {
        if (proto.getSparseInitializerCount() > 0) {
            throw new CheckpointException(OnnxFile.WHO + " expects dense tensors in \"" + file.path() + "\" but got "
                    + proto.getSparseInitializerCount() + " sparse ones; export them dense");
        }
        for (TensorProto tensor : proto.getInitializerList()) {
            names.put(tensor.getName(), () -> names.reader().read(tensor, tensor.getName()));
        }
    }

    private void inputs() {
        long batch = -1;
        Set<String> left = new LinkedHashSet<>(options.shapes().keySet());
        for (ValueInfoProto input : proto.getInputList()) {
            String name = input.getName();
            if (names.isKnown(name)) {
                continue;
            }
            List<Dimension> dims = dims(input);
            long own = dims.get(0).getDimValue();
            if (batch > 0 && own > 0 && own != batch) {
                throw new CheckpointException(
                        OnnxFile.WHO + " expects inputs of as many examples in \"" + file.path() + "\" but got "
                                + batch + " and " + own + " for \"" + name
                                + "\"; the first axis of each input has to be that of the batch");
            }
            batch = Math.max(batch, own);
            left.remove(name);
            elements.input(name, input.getType().getTensorType().getElemType());
            Shape told = options.shapes().get(name);
            names.put(name, Signal.of(graph.tracer().input(name, told == null ? shape(name, dims) : told)));
        }
        if (!left.isEmpty()) {
            throw new CheckpointException(
                    OnnxFile.WHO + " expects names of inputs of \"" + file.path() + "\" but got " + left + "; it has "
                            + proto.getInputList().stream()
                                    .map(ValueInfoProto::getName)
                                    .filter(name -> names.isKnown(name))
                                    .toList());
        }
        names.batch(Math.max(0, batch));
    }

    private List<Dimension> dims(ValueInfoProto input) {
        TypeProto.Tensor type = input.getType().getTensorType();
        boolean isNumber = TensorReader.isFloating(type.getElemType()) || TensorReader.isWhole(type.getElemType());
        if (!input.getType().hasTensorType() || !isNumber || type.getShape().getDimCount() < 1) {
            throw new CheckpointException(
                    OnnxFile.WHO + " expects input \"" + input.getName() + "\" of \"" + file.path()
                            + "\" to be a tensor of numbers with the batch as its first axis but got "
                            + (input.getType().hasTensorType()
                                    ? TensorReader.word(type.getElemType()) + " with "
                                            + type.getShape().getDimCount() + " axes"
                                    : "another type")
                            + "; export it with such an input");
        }
        return type.getShape().getDimList();
    }

    private Shape shape(String name, List<Dimension> dims) {
        long[] shape = new long[dims.size() - 1];
        for (int i = 0; i < shape.length; i++) {
            shape[i] = dims.get(i + 1).getDimValue();
            if (shape[i] < 1) {
                throw new CheckpointException(OnnxFile.WHO + " expects to know all axes of input \"" + name
                        + "\" but the batch but got "
                        + described(dims) + " in \"" + file.path()
                        + "\"; say its shape, by OnnxImportOptions.defaults().input(\"" + name
                        + "\", 3, 224, 224), or by --input " + name + "=3,224,224 on the command line");
            }
        }
        try {
            return Shape.of(shape);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw file.damaged("a shape of input \"" + name + "\"", described(dims));
        }
    }

    private static String described(List<Dimension> dims) {
        return dims.stream()
                .map(dim -> dim.getDimParam().isEmpty() ? Long.toString(dim.getDimValue()) : dim.getDimParam())
                .toList()
                .toString();
    }

    private void read(NodeProto node) {
        String name = Stream.concat(Stream.of(node.getName()), node.getOutputList().stream())
                .filter(candidate -> !candidate.isEmpty())
                .findFirst()
                .orElse("");
        OnnxCall call = new OnnxCall(node, names, graph);
        try {
            List<Operand> results = results(node, call);
            for (int i = 0; i < results.size() && i < node.getOutputCount(); i++) {
                put(node.getOutput(i), results.get(i));
            }
            for (int i = results.size(); i < node.getOutputCount(); i++) {
                leaveOut(node, i);
            }
            fates.add(() -> new OnnxReport.NodeFate(name, node.getOpType(), fate(call, results)));
        } catch (NodeRefusal | ShapeException | ArithmeticException e) {
            refuse(node, name, requireNonNull(e.getMessage()));
        } catch (CheckpointException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            refuse(node, name, requireNonNull(e.getMessage()));
        }
    }

    private static String fate(OnnxCall call, List<Operand> results) {
        if (!call.became().isEmpty()) {
            return call.became();
        }
        return results.stream().allMatch(Constant.class::isInstance) ? "constant" : "nothing, as it changes nothing";
    }

    private void put(String name, Operand operand) {
        if (!name.isEmpty()) {
            names.put(name, operand);
        }
    }

    private void refuse(NodeProto node, String name, String reason) {
        refusals.add(node.getOpType() + " \"" + name + "\" " + reason);
        node.getOutputList().forEach(output -> put(output, new Operand.Unread()));
    }

    /* Statistics that a normalisation yields beside its result are state of the network, or of no use behind it. */
    private void leaveOut(NodeProto node, int output) {
        String name = node.getOutput(output);
        if (name.isEmpty()) {
            return;
        }
        names.leaveOut(name);
        boolean areStatistics = WITH_STATISTICS.contains(node.getOpType());
        if (areStatistics ? !names.consumers(name).isEmpty() : names.uses(name) > 0) {
            throw new NodeRefusal("expects one result but got a use of its result " + output);
        }
    }

    private List<Operand> results(NodeProto node, OnnxCall call) {
        String operator = node.getOpType();
        if (!OnnxFile.isOnnx(node.getDomain())) {
            throw new NodeRefusal("expects operators of ONNX itself but got one of \"" + node.getDomain()
                    + "\"; export without optimisations of a runtime");
        }
        if (node.getOutputCount() == 0) {
            throw new NodeRefusal("expects a name for its result but got none");
        }
        if (operator.equals("Constant")) {
            return List.of(constant(node, call));
        }
        elements.check(node);
        boolean isFoldable = ConstantFolding.knows(node);
        @Nullable NodeReader reader = NodeReaders.of(operator);
        if (!isFoldable && reader == null) {
            throw new NodeRefusal("expects another operator; no layer of this library computes it");
        }
        boolean allConstant = true;
        for (String input : node.getInputList()) {
            if (!input.isEmpty()) {
                Operand operand = names.operand(input);
                if (operand instanceof Operand.Unread) {
                    call.became("not looked at, as a node before it was refused");
                    return unread(node);
                }
                allConstant &= operand instanceof Constant;
            }
        }
        List<Operand> results;
        if (isFoldable && allConstant && !Mask.isMadeBy(call)) {
            results = List.of(ConstantFolding.fold(call));
        } else if (reader == null) {
            throw new NodeRefusal("expects constants only but got inputs that differ per example");
        } else {
            results = reader.read(call);
        }
        call.attributes().requireAllAsked();
        return results;
    }

    private static List<Operand> unread(NodeProto node) {
        return node.getOutputList().stream()
                .map(output -> (Operand) new Operand.Unread())
                .toList();
    }

    private Constant constant(NodeProto node, OnnxCall call) {
        String name = node.getOutput(0);
        Attributes attributes = call.attributes();
        if (attributes.has("value")) {
            return names.reader().read(attributes.tensor("value").orElseThrow(), name);
        }
        if (attributes.has("value_int")) {
            return Constant.whole(new long[] {attributes.whole("value_int", 0)}, name);
        }
        if (attributes.has("value_ints")) {
            long[] values = attributes.list("value_ints");
            return Constant.whole(values, name, values.length);
        }
        if (attributes.has("value_float")) {
            double value = attributes.number("value_float", 0);
            return Constant.of(Tensors.of(graph.type(), new double[] {value}), name);
        }
        if (attributes.has("value_floats")) {
            double[] values = attributes.numbers("value_floats");
            return Constant.of(Tensors.of(graph.type(), values, values.length), name);
        }
        throw new NodeRefusal("expects a dense tensor of numbers");
    }

    private Map<String, Value> outputs() {
        Map<String, Value> outputs = new LinkedHashMap<>();
        for (ValueInfoProto output : proto.getOutputList()) {
            String name = output.getName();
            if (names.isLeftOut(name)) {
                graph.assume("output \"" + name
                        + "\", which holds statistics of a normalisation, is of no use behind the network");
                continue;
            }
            if (!(names.operand(name) instanceof Signal signal)) {
                throw new CheckpointException(OnnxFile.WHO + " expects outputs that differ per example in \""
                        + file.path() + "\" but got the constant \"" + name + "\"; leave it out");
            }
            outputs.put(name, graph.inOrder(signal));
        }
        if (outputs.isEmpty()) {
            throw file.damaged("an output", "running averages only");
        }
        return outputs;
    }

    private void requireSound() {
        graph.values().forEach((name, value) -> {
            boolean isVariance = name.endsWith("." + RunningAverages.VARIANCE);
            if (!Tensors.isFinite(value) || (isVariance && value.minNumber().doubleValue() < 0)) {
                throw new CheckpointException(OnnxFile.WHO + " expects "
                        + (isVariance ? "finite variances of at least 0" : "finite numbers") + " in \"" + file.path()
                        + "\" but got others in \"" + graph.source(name)
                        + "\"; the training that made it went wrong, use an earlier state of it");
            }
        });
    }

    private List<String> hints(Graph finished) {
        List<String> folded = FoldedNorms.biases(finished, bias -> graph.has(bias) ? graph.source(bias) : "");
        if (folded.isEmpty()) {
            return List.of();
        }
        boolean hasNorms = finished.nodes().stream()
                .anyMatch(node -> node.op().normalization().isPresent());
        return List.of(
                (hasNorms ? "" : "there is no batch norm, and ")
                        + (folded.size() == 1 ? "1 bias stands" : folded.size() + " biases stand")
                        + " where exporters leave one when they fold a batch norm away, " + Listing.of(folded)
                        + "; unfold(data) puts batch norms there, and torch.onnx.export(…, training=TrainingMode.PRESERVE, do_constant_folding=False, dynamo=False) keeps them");
    }
}
