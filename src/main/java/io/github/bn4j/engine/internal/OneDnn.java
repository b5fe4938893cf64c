package io.github.bn4j.engine.internal;

import io.github.bn4j.engine.Engine;
import io.github.bn4j.engine.EngineProvider;
import io.github.bn4j.engine.OneDnnOptions;

/** The fast engine as it was compiled for one version of oneDNN, whose functions and numbers change from version to version. */
public interface OneDnn extends EngineProvider {

    /** Whether the oneDNN on the class path is of the version that this was compiled for. */
    boolean isForTheOneHere();

    /** {@link Engine#oneDnn(OneDnnOptions)}. */
    Engine require(OneDnnOptions options);
}
