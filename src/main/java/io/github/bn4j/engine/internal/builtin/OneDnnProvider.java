package io.github.bn4j.engine.internal.builtin;

import io.github.bn4j.engine.Engine;
import io.github.bn4j.engine.EngineProvider;
import io.github.bn4j.engine.onednn.OneDnnEngine;
import java.util.Optional;
import org.nd4j.linalg.api.buffer.DataType;

/** OneDNN, for float32. */
final class OneDnnProvider implements EngineProvider {

    @Override
    public String name() {
        return "oneDNN";
    }

    @Override
    public int speed() {
        return 100;
    }

    @Override
    public boolean computes(DataType type) {
        return type == DataType.FLOAT;
    }

    @Override
    public Optional<String> obstacle() {
        return OneDnnEngine.obstacle();
    }

    @Override
    public Engine engine() {
        return OneDnnEngine.INSTANCE;
    }
}
