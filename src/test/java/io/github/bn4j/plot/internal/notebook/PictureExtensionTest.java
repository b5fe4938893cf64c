package io.github.bn4j.plot.internal.notebook;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bn4j.internal.Tensors;
import io.github.bn4j.plot.Picture;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.dflib.jjava.jupyter.kernel.BaseKernel;
import org.dflib.jjava.jupyter.kernel.JupyterIO;
import org.dflib.jjava.jupyter.kernel.LanguageInfo;
import org.dflib.jjava.jupyter.kernel.ReplacementOptions;
import org.dflib.jjava.jupyter.kernel.comm.CommManager;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;
import org.dflib.jjava.jupyter.kernel.display.Renderer;
import org.dflib.jjava.jupyter.kernel.display.mime.MIMEType;
import org.dflib.jjava.jupyter.kernel.magic.MagicsRegistry;
import org.dflib.jjava.jupyter.kernel.util.StringStyler;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;

/** Pictures in a kernel of JJava, which has no connection and runs no code. */
class PictureExtensionTest {

    /** What JJava is made of, with its own way to load extensions. */
    private static final class Kernel extends BaseKernel {

        private final Object value;

        Kernel(Object value) {
            super(
                    "test",
                    "1",
                    new LanguageInfo.Builder("Java").build(),
                    List.of(),
                    null,
                    new JupyterIO(StandardCharsets.UTF_8),
                    new CommManager(),
                    new Renderer(),
                    null,
                    new MagicsRegistry(),
                    true,
                    new StringStyler.Builder().build());
            this.value = value;
        }

        void load(ClassLoader jars) {
            installExtensions(jars);
        }

        @Override
        public Object evalRaw(String source) {
            return value;
        }

        @Override
        public DisplayData inspect(String code, int at, boolean extraDetail) {
            throw new UnsupportedOperationException();
        }

        @Override
        public ReplacementOptions complete(String code, int at) {
            throw new UnsupportedOperationException();
        }

        @Override
        public String isComplete(String code) {
            throw new UnsupportedOperationException();
        }
    }

    @Test
    void showsAPictureThatEndsACell() {
        Picture picture = Picture.of("weights", Tensors.of(DataType.FLOAT, new double[] {1, -2, 3}, 3));
        Kernel kernel = new Kernel(picture);
        assertThat(kernel.eval("picture").hasDataForType(MIMEType.IMAGE_SVG)).isFalse();

        kernel.load(PictureExtensionTest.class.getClassLoader());

        DisplayData shown = kernel.eval("picture");
        assertThat(shown.getData(MIMEType.IMAGE_SVG)).isEqualTo(picture.svg());
        assertThat(shown.getData(MIMEType.TEXT_PLAIN)).isEqualTo(picture.toString());
    }
}
