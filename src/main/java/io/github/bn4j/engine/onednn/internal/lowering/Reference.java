package io.github.bn4j.engine.onednn.internal.lowering;

import static java.util.Objects.requireNonNull;

import io.github.bn4j.engine.internal.reference.ReferenceCall;
import io.github.bn4j.engine.onednn.internal.plan.Buffer;
import io.github.bn4j.graph.Gradients;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Value;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** An op's own arithmetic on row-major arrays in the middle of a program. */
final class Reference implements Lowering.Backward {

    static final Lowering LOWERING = (call, compiler) -> new Reference(call.node(), compiler);

    private final Node node;
    private final Compiler compiler;
    private final Buffer[] inputs;
    private final INDArray[] parameters;
    private @Nullable ReferenceCall current;

    private Reference(Node node, Compiler compiler) {
        this.node = node;
        this.compiler = compiler;
        compiler.useReference();
        inputs = node.inputs().stream().map(compiler::plain).toArray(Buffer[]::new);
        parameters = node.parameters().stream()
                .map(parameter -> compiler.parameters().get(parameter.name()))
                .toArray(INDArray[]::new);
        Buffer output = compiler.plan().plain(compiler.dims(node.output()));
        compiler.plan().needsBeside(output.layout.bytes());
        Buffer[] touched = java.util.Arrays.copyOf(inputs, inputs.length + 1);
        touched[inputs.length] = output;
        compiler.plan().run(() -> forward(output), touched);
        compiler.define(node.output(), output);
    }

    private void forward(Buffer output) {
        INDArray[] operands = new INDArray[inputs.length];
        for (int i = 0; i < inputs.length; i++) {
            operands[i] = inputs[i].array();
        }
        ReferenceCall call = new ReferenceCall(
                node, operands, parameters, compiler.batch(), compiler.training(), compiler.seed(), compiler.part());
        INDArray y = node.op().forward(call);
        call.require(
                "forward",
                compiler.dims(node.output()),
                y,
                compiler.parameters().type());
        output.array().assign(y);
        INDArray mean = call.mean();
        INDArray variance = call.variance();
        if (compiler.training() && mean != null && variance != null) {
            compiler.report(node, mean, variance, call.count());
        }
        current = call;
    }

    @Override
    public void lower(Buffer dy) {
        Buffer plain = compiler.plain(dy);
        List<Buffer> touched = new ArrayList<>(List.of(inputs));
        touched.add(plain);
        @Nullable Buffer[] results = new Buffer[inputs.length];
        for (int i = 0; i < inputs.length; i++) {
            Value input = node.inputs().get(i);
            if (compiler.wantsGradient(input)) {
                Buffer result = compiler.plan().plain(compiler.dims(input));
                compiler.plan().needsBeside(result.layout.bytes());
                results[i] = result;
                touched.add(result);
            }
        }
        List<Parameter> differentiable = node.differentiable();
        boolean[] adds = new boolean[differentiable.size()];
        for (int i = 0; i < adds.length; i++) {
            adds[i] = compiler.isWritten(differentiable.get(i));
            compiler.setWritten(differentiable.get(i));
        }
        compiler.plan().run(() -> backward(plain, results, differentiable, adds), touched.toArray(Buffer[]::new));
        for (int i = 0; i < results.length; i++) {
            Buffer result = results[i];
            if (result != null) {
                compiler.gradient(node.inputs().get(i), result);
            }
        }
    }

    private void backward(Buffer dy, @Nullable Buffer[] results, List<Parameter> differentiable, boolean... adds) {
        ReferenceCall call = requireNonNull(current, "forward first");
        Gradients gradients = node.op().backward(call, dy.array());
        call.requireGradients(gradients);
        for (int i = 0; i < results.length; i++) {
            Buffer result = results[i];
            if (result != null) {
                INDArray gradient = gradients.inputs().get(i);
                call.require(
                        "gradient of input " + i,
                        result.layout.dims(),
                        gradient,
                        compiler.parameters().type());
                result.array().assign(gradient);
            }
        }
        for (int i = 0; i < adds.length; i++) {
            if (!differentiable.get(i).trainable()) {
                continue;
            }
            INDArray store =
                    compiler.parameters().gradient(differentiable.get(i).name());
            if (!adds[i]) {
                store.assign(0);
            }
            if (!gradients.parameters().isEmpty()) {
                INDArray gradient = gradients.parameters().get(i);
                String what = "gradient of " + differentiable.get(i).name();
                call.require(
                        what, store.shape(), gradient, compiler.parameters().type());
                store.addi(gradient);
            }
        }
        current = null;
    }
}
