import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bn4j.Network;
import io.github.bn4j.engine.Engine;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;

class TrainTest {

    @Test
    void trains() {
        Network net = Train.network();
        assertTrue(Train.accuracy(net) > 0.9);
        assertFalse(net.parameters().has("conv2d_1.bias"));
    }

    /** The natives of the fast engine come along where they have been tried, whatever bn4j's own build is asked for by a property. */
    @Test
    void runsOnTheFastEngineOfThePlatform() {
        boolean linux = System.getProperty("os.name").equals("Linux")
                && System.getProperty("os.arch").equals("amd64");
        assertEquals(linux ? "oneDNN" : Engine.fastest(DataType.FLOAT).name(), Train.network().engine().name());
    }

    /** No logging back-end comes along: that choice is the user's. */
    @Test
    void bringsNoLoggingBackend() {
        assertThrows(ClassNotFoundException.class, () -> Class.forName("org.slf4j.impl.StaticLoggerBinder"));
    }
}
