package io.github.bn4j.onnx;

import static io.github.bn4j.onnx.OnnxGraph.attribute;

import io.github.bn4j.op.Elementwise;
import io.github.bn4j.op.function.ClippedLine;
import io.github.bn4j.op.function.Clipping;
import io.github.bn4j.op.function.ElementwiseFunction;
import io.github.bn4j.op.function.ExponentialLinear;
import io.github.bn4j.op.function.LeakyRectifier;
import io.github.bn4j.op.function.Line;
import io.github.bn4j.op.function.Power;
import io.github.bn4j.op.function.StandardFunction;
import java.util.ArrayList;
import java.util.List;

/** What functions of each element are in ONNX. */
final class OnnxFunctions {

    private OnnxFunctions() {}

    static void write(OnnxNode node) {
        ElementwiseFunction function = ((Elementwise) node.op()).function();
        OnnxGraph graph = node.graph();
        String x = node.input(0);
        if (function instanceof StandardFunction standard) {
            standard(node, standard);
        } else if (function instanceof LeakyRectifier leaky) {
            node.as("LeakyRelu", attribute("alpha", leaky.slope()));
        } else if (function instanceof ExponentialLinear elu) {
            node.as("Elu", attribute("alpha", elu.alpha()));
        } else if (function instanceof Clipping clipping) {
            clip(node, clipping);
        } else if (function instanceof ClippedLine line) {
            node.as("HardSigmoid", attribute("alpha", line.slope()), attribute("beta", line.offset()));
        } else if (function instanceof Line line) {
            String scaled = graph.between("Mul", List.of(x, graph.number("slope", line.slope())));
            node.as("Add", List.of(scaled, graph.number("offset", line.offset())));
        } else if (function instanceof Power power) {
            node.as("Pow", List.of(x, graph.number("exponent", power.exponent())));
        } else {
            throw node.refused(
                    "functions that ONNX has something for",
                    "make it of other functions, or export a part of the network");
        }
    }

    private static void clip(OnnxNode node, Clipping clipping) {
        OnnxGraph graph = node.graph();
        List<String> inputs = new ArrayList<>(List.of(node.input(0)));
        boolean above = clipping.upper() < Double.POSITIVE_INFINITY;
        boolean below = clipping.lower() > Double.NEGATIVE_INFINITY;
        inputs.add(below ? graph.numbers("lower", new double[] {clipping.lower()}, new long[0]) : "");
        if (above) {
            inputs.add(graph.numbers("upper", new double[] {clipping.upper()}, new long[0]));
        }
        node.as("Clip", inputs);
    }

    private static void standard(OnnxNode node, StandardFunction function) {
        OnnxGraph graph = node.graph();
        String x = node.input(0);
        switch (function) {
            case RELU -> node.as("Relu");
            case SILU -> node.as("Mul", List.of(x, graph.between("Sigmoid", List.of(x))));
            case HARD_SWISH -> {
                String gate =
                        graph.between("HardSigmoid", List.of(x), attribute("alpha", 1.0 / 6), attribute("beta", 0.5));
                node.as("Mul", List.of(x, gate));
            }
            case GELU -> {
                if (graph.opset() >= 20) {
                    node.as("Gelu");
                } else {
                    String share = graph.between("Mul", List.of(x, graph.number("rootOfHalf", Math.sqrt(0.5))));
                    String above =
                            graph.between("Add", List.of(graph.between("Erf", List.of(share)), graph.number("one", 1)));
                    String half = graph.between("Mul", List.of(x, graph.number("half", 0.5)));
                    node.as("Mul", List.of(half, above));
                }
            }
            case SQUARE -> node.as("Mul", List.of(x, x));
            case SIGMOID -> node.as("Sigmoid");
            case TANH -> node.as("Tanh");
            case SOFTPLUS -> node.as("Softplus");
            case EXP -> node.as("Exp");
            case LOG -> node.as("Log");
            case ABS -> node.as("Abs");
            case SQRT -> node.as("Sqrt");
            case RECIPROCAL -> node.as("Reciprocal");
            case SIGN -> node.as("Sign");
            case ERF -> node.as("Erf");
            case SIN -> node.as("Sin");
            case COS -> node.as("Cos");
        }
    }
}
