package io.github.bn4j.engine;

import java.util.List;

/**
 * The engines that come with the library, behind the methods of {@link Engine} that name them. They stand above this package,
 * so {@link java.util.ServiceLoader} finds them. Not for users.
 */
public interface BuiltInEngines {

    /** {@link Engine#nd4j()}. */
    Engine nd4j();

    /** {@link Engine#oneDnn(OneDnnOptions)}. */
    Engine oneDnn(OneDnnOptions options);

    /** {@link Engine#replicas(int, Engine)}. */
    Engine replicas(int count, Engine engine);

    /** {@link Engine#replicas(int[])}. */
    Engine replicas(int[] sizes);

    /** Those that {@link Engine#fastest} prefers to ND4J. */
    List<EngineProvider> providers();
}
