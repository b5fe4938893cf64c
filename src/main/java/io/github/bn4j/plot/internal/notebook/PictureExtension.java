package io.github.bn4j.plot.internal.notebook;

import io.github.bn4j.plot.Picture;
import org.dflib.jjava.jupyter.Extension;
import org.dflib.jjava.jupyter.kernel.BaseKernel;
import org.dflib.jjava.jupyter.kernel.display.mime.MIMEType;

/**
 * Tells JJava how to show a {@link Picture}: as SVG. The kernel finds it through {@code ServiceLoader} when it loads the jar; elsewhere the class is
 * never loaded, and JJava need not be there.
 */
public final class PictureExtension implements Extension {

    @Override
    public void install(BaseKernel kernel) {
        kernel.getRenderer()
                .createRegistration(Picture.class)
                .preferring(MIMEType.IMAGE_SVG)
                .register((picture, context) -> {
                    boolean ignored = context.renderIfRequested(MIMEType.IMAGE_SVG, picture::svg);
                });
    }
}
