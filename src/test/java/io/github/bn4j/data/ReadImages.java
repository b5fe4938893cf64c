package io.github.bn4j.data;

import io.github.bn4j.ChildProcess;
import java.net.URI;
import java.nio.file.Path;

/** Started by {@link ImageFolderTest} in a JVM of its own: reads a folder given by its address. */
final class ReadImages {

    private ReadImages() {}

    public static void main(String[] arguments) {
        Dataset data = ImageFolder.of(Path.of(URI.create(arguments[0]))).read();
        ChildProcess.print(System.getProperty("sun.jnu.encoding") + " " + data.classNames() + " " + data.labels());
    }
}
