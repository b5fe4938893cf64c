package io.github.bn4j.engine;

import io.github.bn4j.engine.nd4j.Nd4jEngine;
import io.github.bn4j.engine.onednn.OneDnnEngine;
import java.util.Optional;

/** The choice of an engine, made once per process. */
final class FastestEngine {

    static final Engine FLOAT = choose();

    private FastestEngine() {}

    private static Engine choose() {
        Optional<String> obstacle = OneDnnEngine.obstacle();
        if (obstacle.isEmpty()) {
            return OneDnnEngine.INSTANCE;
        }
        System.getLogger(Engine.class.getName())
                .log(System.Logger.Level.INFO, "bn4j runs on ND4J, because oneDNN cannot run here: " + obstacle.get());
        return Nd4jEngine.insteadOf("oneDNN, which cannot run here: " + obstacle.get());
    }
}
