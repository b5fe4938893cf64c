package io.github.bn4j.data;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;

/** Writes IDX files as the description of the format says, right ones and wrong ones. */
final class IdxFile {

    private IdxFile() {}

    /** Magic number, dimensions and data. */
    static byte[] bytes(int type, int[] shape, byte... data) {
        ByteBuffer file = ByteBuffer.allocate(4 + 4 * shape.length + data.length);
        file.put(new byte[] {0, 0, (byte) type, (byte) shape.length});
        for (int dim : shape) {
            file.putInt(dim);
        }
        return file.put(data).array();
    }

    static Path write(Path file, byte... bytes) throws IOException {
        try (OutputStream out = file.toString().endsWith(".gz")
                ? new GZIPOutputStream(Files.newOutputStream(file))
                : Files.newOutputStream(file)) {
            out.write(bytes);
        }
        return file;
    }

    /** The four files of a data set like MNIST: images 2 × 2, whose pixels are their number times 10, with these labels. */
    static void writeMnist(Path folder, String ending, byte[] train, byte[] test) throws IOException {
        Files.createDirectories(folder);
        write(folder.resolve("train-images-idx3-ubyte" + ending), images(train.length));
        write(folder.resolve("train-labels-idx1-ubyte" + ending), bytes(8, new int[] {train.length}, train));
        write(folder.resolve("t10k-images-idx3-ubyte" + ending), images(test.length));
        write(folder.resolve("t10k-labels-idx1-ubyte" + ending), bytes(8, new int[] {test.length}, test));
    }

    static byte[] images(int count) {
        byte[] pixels = new byte[4 * count];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (i / 4 * 10);
        }
        return bytes(8, new int[] {count, 2, 2}, pixels);
    }
}
