package io.github.bn4j.engine;

import java.util.Optional;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Offers an engine to {@link Engine#fastest}. One of your own is found by {@link java.util.ServiceLoader}: a public class with a
 * public constructor without arguments, named in a file {@code META-INF/services/io.github.bn4j.engine.EngineProvider} on
 * the class path. A provider that throws is left out, and what the chosen engine prints says so.
 */
public interface EngineProvider {

    /** What the engine is called in messages. */
    String name();

    /** Its place in the choice, in which the largest number is asked first: oneDNN has 100; ND4J comes last. */
    int speed();

    /** Whether it is meant for parameters of this type. */
    boolean computes(DataType type);

    /** Why it cannot run here, for people, such as "its natives do not load"; empty if it can. */
    Optional<String> obstacle();

    /** The engine; asked for once per type and process, if there is no obstacle. */
    Engine engine();
}
