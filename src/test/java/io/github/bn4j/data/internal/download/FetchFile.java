package io.github.bn4j.data.internal.download;

import io.github.bn4j.data.DownloadListener;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/** Started by {@link DownloadTest} in a JVM of its own: fetches a file into a folder that another JVM fills too. */
final class FetchFile {

    private FetchFile() {}

    public static void main(String[] arguments) throws IOException {
        RemoteFile file = new RemoteFile("file.bin", URI.create(arguments[1]), Checksum.sha256(arguments[2]));
        new Cache(Path.of(arguments[0])).fill(List.of(file), new DownloadListener() {});
    }
}
