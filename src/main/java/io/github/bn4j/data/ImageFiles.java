package io.github.bn4j.data;

import io.github.bn4j.data.internal.image.Image;
import java.io.Serializable;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/** Images of files, read as a reader of folders says. Travels as the places of the files, which have to be there too. */
final class ImageFiles implements ExampleSource {

    private static final long serialVersionUID = 1;

    private final transient ImageFolder how;
    private final transient List<Path> files;
    private final int channels;
    private final int height;
    private final int width;

    ImageFiles(ImageFolder how, List<Path> files, int channels, int height, int width) {
        this.how = how;
        this.files = files;
        this.channels = channels;
        this.height = height;
        this.width = width;
    }

    @Override
    public int size() {
        return files.size();
    }

    @Override
    public long[] shape() {
        return new long[] {channels, height, width};
    }

    @Override
    public void read(int index, float[] into) {
        Image image = how.image(files.get(index), height, width, files.get(0));
        System.arraycopy(image.pixels(), 0, into, 0, into.length);
    }

    /** Paths are not serializable. */
    private record Travelling(
            URI folder,
            boolean grey,
            int readHeight,
            int readWidth,
            List<URI> files,
            int channels,
            int height,
            int width)
            implements Serializable {

        private static final long serialVersionUID = 1;

        private Object readResolve() {
            return new ImageFiles(
                    new ImageFolder(Path.of(folder), grey, readHeight, readWidth, List.of()),
                    files.stream().map(Path::of).toList(),
                    channels,
                    height,
                    width);
        }
    }

    private Object writeReplace() {
        return new Travelling(
                how.folder().toUri(),
                how.grey(),
                how.height(),
                how.width(),
                List.copyOf(files.stream().map(Path::toUri).toList()),
                channels,
                height,
                width);
    }

    @Override
    public String toString() {
        return "the images in \"" + how.folder() + "\"";
    }
}
