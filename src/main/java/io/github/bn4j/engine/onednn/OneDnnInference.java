package io.github.bn4j.engine.onednn;

import io.github.bn4j.engine.InferenceProgram;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.rewrite.FoldBatchNorm;
import io.github.bn4j.rewrite.Folding;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A prediction as a list of primitives, with batch normalisations folded into the layers beside them. */
final class OneDnnInference implements InferenceProgram {

    private static final String AFTER_CLOSE =
            "inference program expects to be open but got a run after close; compile a new one";

    private final Graph graph;
    private final Parameters parameters;
    private final int batch;
    private final Settings settings;
    private final Folding folding;
    private final Parameters folded;
    private final Program program;

    OneDnnInference(Graph graph, Parameters parameters, int batch, Settings settings) {
        this.graph = graph;
        this.parameters = parameters;
        this.batch = batch;
        this.settings = settings;
        folding = FoldBatchNorm.apply(graph);
        folded = new Parameters(folding.graph().parameters(), parameters.type());
        program = Program.compile(folding.graph(), folded, batch, false, settings, compiled -> {
            compiled.compiler().forward(Call.of(compiled.graph(), false), new LinkedHashMap<>());
            compiled.keepOutputs();
        });
        refresh();
    }

    Program program() {
        return program;
    }

    @Override
    public List<INDArray> run(INDArray... inputs) {
        return program.run(AFTER_CLOSE, 0, () -> program.outputs(0), inputs);
    }

    /* A copy has one thread, as programs of several take turns. Forward, each number is summed up in one thread, in the order
     * that its kernel has; so the bits are the same if the kernels are. */
    @Override
    public Optional<InferenceProgram> copy() {
        OneDnnInference copy = new OneDnnInference(graph, parameters, batch, settings.ofOneThread());
        if (copy.program.implementations().equals(program.implementations())) {
            return Optional.of(copy);
        }
        copy.close();
        return Optional.empty();
    }

    @Override
    public void refresh() {
        program.prepare(AFTER_CLOSE, () -> folding.refresh(parameters, folded));
    }

    @Override
    public void close() {
        program.close();
    }
}
