import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.bn4j.Network;
import io.github.bn4j.data.Digits;
import io.github.bn4j.engine.Engine;
import org.bytedeco.dnnl.global.dnnl;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

class TrainTest {

    private static final boolean TRIED = System.getProperty("os.name").equals("Linux")
            && System.getProperty("os.arch").equals("amd64");

    @Test
    void trains() {
        Network net = Train.network();
        assertTrue(Train.accuracy(net) > 0.9);
        assertFalse(net.parameters().has("conv2d_1.bias"));
    }

    /** The natives of the fast engine come along where they have been tried. */
    @Test
    void runsOnTheFastEngineOfThePlatform() {
        assertEquals(TRIED ? "oneDNN" : Engine.fastest(DataType.FLOAT).name(), Train.network().engine().name());
    }

    /** Of oneDNN 2.5.2, or of 3 if Maven has the property {@code onednn=3}. */
    @Test
    void usesTheVersionOfOneDnnThatMavenWasAskedFor() {
        assumeTrue(TRIED);
        int version = System.getProperty("onednn", "2").equals("3") ? 3 : 2;

        assertEquals(version, dnnl.dnnl_version().major());
        assertEquals(version == 3, Engine.oneDnn().getClass().getPackageName().endsWith("onednn3"));
    }

    @Test
    void computesWhatNd4jDoes() {
        Network net = Train.network();
        Network slow = net.on(Engine.nd4j());
        INDArray images = Digits.load().features().get(NDArrayIndex.interval(0, 50)).dup();

        assertTrue(net.predict(images).equalsWithEps(slow.predict(images), 1e-4));
    }

    /** No logging back-end comes along: that choice is the user's. */
    @Test
    void bringsNoLoggingBackend() {
        assertThrows(ClassNotFoundException.class, () -> Class.forName("org.slf4j.impl.StaticLoggerBinder"));
    }
}
