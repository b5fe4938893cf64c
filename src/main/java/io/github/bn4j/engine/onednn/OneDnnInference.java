package io.github.bn4j.engine.onednn;

import io.github.bn4j.engine.InferenceProgram;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.internal.Floats;
import io.github.bn4j.rewrite.FoldBatchNorm;
import io.github.bn4j.rewrite.Folding;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A prediction as a list of primitives, with batch normalisations folded into the layers beside them. Folded weights are
 * computed anew when a run finds that the parameters are not what they were.
 */
final class OneDnnInference implements InferenceProgram {

    private static final String AFTER_CLOSE =
            "inference program expects to be open but got a run after close; compile a new one";

    private final Parameters parameters;
    private final Folding folding;
    private final Parameters folded;
    private final Program program;
    private final FloatBuffer lastTrainable;
    private final FloatBuffer lastState;

    OneDnnInference(Graph graph, Parameters parameters, int batch) {
        this.parameters = parameters;
        folding = FoldBatchNorm.apply(graph);
        folded = new Parameters(folding.graph().parameters(), parameters.type());
        lastTrainable = FloatBuffer.allocate((int) parameters.trainable().length());
        lastState = FloatBuffer.allocate((int) parameters.state().length());
        program = Program.compile(folding.graph(), folded, batch, false, compiled -> {
            compiled.compiler().forward(Call.of(compiled.graph(), false), new LinkedHashMap<>());
            compiled.keepOutputs();
        });
        program.locked(this::prepare);
    }

    @Override
    public List<INDArray> run(INDArray... inputs) {
        return program.run(AFTER_CLOSE, 0, this::prepareIfChanged, () -> program.outputs(0), inputs);
    }

    private void prepareIfChanged() {
        if (Floats.of(parameters.trainable()).mismatch(lastTrainable) >= 0
                || Floats.of(parameters.state()).mismatch(lastState) >= 0) {
            prepare();
        }
    }

    private void prepare() {
        lastTrainable.put(0, Floats.of(parameters.trainable()), 0, lastTrainable.limit());
        lastState.put(0, Floats.of(parameters.state()), 0, lastState.limit());
        folding.refresh(parameters, folded);
        program.compiler().plan().runPreparation();
    }

    @Override
    public void close() {
        program.close();
    }
}
