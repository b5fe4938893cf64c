package io.github.bn4j.engine.onednn;

import io.github.bn4j.engine.InferenceProgram;
import java.util.LinkedHashMap;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A prediction as a list of primitives. */
final class OneDnnInference implements InferenceProgram {

    private static final String AFTER_CLOSE =
            "inference program expects to be open but got a run after close; compile a new one";

    private final Program program;

    OneDnnInference(Program program) {
        this.program = program;
        program.compiler().forward(Call.of(program.graph(), false), new LinkedHashMap<>());
        program.keepOutputs();
        program.finish();
    }

    @Override
    public List<INDArray> run(INDArray... inputs) {
        return program.run(AFTER_CLOSE, 0, () -> program.outputs(0), inputs);
    }

    @Override
    public void close() {
        program.close();
    }
}
