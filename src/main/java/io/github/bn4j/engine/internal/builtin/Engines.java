package io.github.bn4j.engine.internal.builtin;

import io.github.bn4j.engine.BuiltInEngines;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.engine.EngineProvider;
import io.github.bn4j.engine.OneDnnOptions;
import io.github.bn4j.engine.internal.OneDnn;
import io.github.bn4j.engine.nd4j.Nd4jEngine;
import io.github.bn4j.engine.replica.ReplicaEngine;
import java.util.List;

/** All of them: ND4J, its replicas and oneDNN. */
public final class Engines implements BuiltInEngines {

    private static final OneDnn ONEDNN = OneDnnVersions.here();

    @Override
    public Engine nd4j() {
        return Nd4jEngine.INSTANCE;
    }

    @Override
    public Engine oneDnn(OneDnnOptions options) {
        return ONEDNN.require(options);
    }

    @Override
    public Engine replicas(int count, Engine engine) {
        return ReplicaEngine.of(count, engine);
    }

    @Override
    public Engine replicas(int[] sizes) {
        return ReplicaEngine.of(sizes);
    }

    @Override
    public List<EngineProvider> providers() {
        return List.of(ONEDNN);
    }
}
