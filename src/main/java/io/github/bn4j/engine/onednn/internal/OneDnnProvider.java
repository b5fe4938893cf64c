package io.github.bn4j.engine.onednn.internal;

import io.github.bn4j.engine.Engine;
import io.github.bn4j.engine.OneDnnOptions;
import io.github.bn4j.engine.internal.OneDnn;
import io.github.bn4j.engine.onednn.OneDnnEngine;
import io.github.bn4j.engine.onednn.internal.binding.Operations;
import java.util.Optional;
import org.nd4j.linalg.api.buffer.DataType;

/** OneDNN, for float32. */
public final class OneDnnProvider implements OneDnn {

    @Override
    public boolean isForTheOneHere() {
        try {
            Class.forName(Operations.ONLY_IN_THIS_VERSION, false, OneDnnProvider.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException | LinkageError other) {
            return false;
        }
    }

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

    @Override
    public Engine require(OneDnnOptions options) {
        return OneDnnEngine.require(options);
    }
}
