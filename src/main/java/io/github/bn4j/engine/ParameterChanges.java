package io.github.bn4j.engine;

import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.internal.HostMemory;
import java.nio.FloatBuffer;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Notices when parameters have changed, by comparing them with a copy: anyone who was given a view may have written to it.
 * Only float32 is compared, as the engines for other types read parameters where they are. One thread at a time.
 */
final class ParameterChanges {

    private final Graph graph;
    private final Parameters parameters;
    private FloatBuffer trainable = FloatBuffer.allocate(0);
    private FloatBuffer state = FloatBuffer.allocate(0);
    private long version;

    ParameterChanges(Graph graph, Parameters parameters) {
        this.graph = graph;
        this.parameters = parameters;
    }

    /**
     * A number that is another one after each change.
     *
     * @throws IllegalStateException if the parameters are {@linkplain Finiteness#require none to compute with}
     */
    long version() {
        if (parameters.type() != DataType.FLOAT) {
            Finiteness.require("network", graph, parameters);
            return version;
        }
        FloatBuffer trainableNow = HostMemory.floats(parameters.trainable());
        FloatBuffer stateNow = HostMemory.floats(parameters.state());
        if (trainableNow.mismatch(trainable) >= 0 || stateNow.mismatch(state) >= 0) {
            Finiteness.require("network", graph, parameters);
            trainable = copy(trainableNow);
            state = copy(stateNow);
            version++;
        }
        return version;
    }

    private static FloatBuffer copy(FloatBuffer elements) {
        return FloatBuffer.allocate(elements.limit()).put(0, elements, 0, elements.limit());
    }
}
