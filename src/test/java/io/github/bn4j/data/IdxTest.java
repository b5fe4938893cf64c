package io.github.bn4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.data.internal.file.Memory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class IdxTest {

    @TempDir
    private Path folder;

    private Path file(byte... bytes) throws IOException {
        return IdxFile.write(folder.resolve("file.idx"), bytes);
    }

    private void refuses(Path file, String message) {
        assertThatThrownBy(() -> Idx.read(file))
                .isInstanceOf(DataException.class)
                .hasMessage(message, file);
    }

    private void holds(INDArray array, DataType type, double... values) {
        assertThat(array.dataType()).isEqualTo(type);
        assertThat(array.shape()).containsExactly(2, values.length / 2);
        assertThat(array.dup('c').data().asDouble()).containsExactly(values);
    }

    @Test
    void readsEveryTypeOfNumber() throws IOException {
        int[] shape = {2, 1};
        holds(Idx.read(file(IdxFile.bytes(0x08, shape, (byte) 255, (byte) 1))), DataType.UINT8, 255, 1);
        holds(Idx.read(file(IdxFile.bytes(0x09, shape, (byte) -1, (byte) 1))), DataType.INT8, -1, 1);
        byte[] shorts = ByteBuffer.allocate(4)
                .putShort((short) -300)
                .putShort((short) 7)
                .array();
        holds(Idx.read(file(IdxFile.bytes(0x0B, shape, shorts))), DataType.INT16, -300, 7);
        byte[] ints = ByteBuffer.allocate(8).putInt(-70_000).putInt(7).array();
        holds(Idx.read(file(IdxFile.bytes(0x0C, shape, ints))), DataType.INT32, -70_000, 7);
        byte[] floats = ByteBuffer.allocate(8).putFloat(-0.5f).putFloat(1e30f).array();
        holds(Idx.read(file(IdxFile.bytes(0x0D, shape, floats))), DataType.FLOAT, -0.5, 1e30f);
        byte[] doubles =
                ByteBuffer.allocate(16).putDouble(Math.PI).putDouble(-1e300).array();
        holds(Idx.read(file(IdxFile.bytes(0x0E, shape, doubles))), DataType.DOUBLE, Math.PI, -1e300);
    }

    @Test
    void readsPackedFilesWhateverTheirName() throws IOException {
        byte[] bytes = IdxFile.bytes(8, new int[] {2, 3}, (byte) 1, (byte) 2, (byte) 3, (byte) 4, (byte) 5, (byte) 6);
        Path packed = IdxFile.write(folder.resolve("file.gz"), bytes);
        holds(Idx.read(packed), DataType.UINT8, 1, 2, 3, 4, 5, 6);
        Path renamed = Files.move(packed, folder.resolve("file"));
        holds(Idx.read(renamed), DataType.UINT8, 1, 2, 3, 4, 5, 6);
    }

    /** More numbers than go into one chunk of reading, in an order that shows where each has come to. */
    @Test
    void readsFilesOfSeveralChunks() throws IOException {
        int count = 50_001;
        ByteBuffer numbers = ByteBuffer.allocate(4 * count);
        for (int i = 0; i < count; i++) {
            numbers.putInt(i * 7);
        }
        double[] values = Idx.read(file(IdxFile.bytes(0x0C, new int[] {count}, numbers.array())))
                .data()
                .asDouble();
        double[] expected = new double[count];
        Arrays.setAll(expected, i -> i * 7);
        assertThat(values).containsExactly(expected);
    }

    @Test
    void makesImagesOfOneChannelFrom0To1() throws IOException {
        IdxFile.writeMnist(folder, ".gz", new byte[] {1, 0, 2}, new byte[] {0});
        Dataset data =
                Idx.images(folder.resolve("train-images-idx3-ubyte.gz"), folder.resolve("train-labels-idx1-ubyte.gz"));

        assertThat(data).hasToString("Dataset[3 examples, features [1, 2, 2], labels [] with 3 classes]");
        assertThat(data.features().data().asFloat())
                .containsExactly(
                        0, 0, 0, 0, 10 / 255f, 10 / 255f, 10 / 255f, 10 / 255f, 20 / 255f, 20 / 255f, 20 / 255f,
                        20 / 255f);
        assertThat(data.labels().data().asFloat()).containsExactly(1, 0, 2);
    }

    @Test
    void refusesWhatIsNoFile() throws IOException {
        refuses(folder.resolve("none"), "Idx expects a file at \"%s\" but got nothing there; check the path");
        refuses(folder, "Idx expects a file at \"%s\" but got a directory; name a file in it");
    }

    @Test
    void refusesWhatIsNoIdxFile() throws IOException {
        refuses(file(), "Idx expects a header in \"%s\" but got a file of 0 bytes; get the file again");
        refuses(
                file((byte) 0, (byte) 0),
                "Idx expects a header in \"%s\" but got a file of 2 bytes; get the file again");
        String magic = "Idx expects \"%s\" to begin with 00 00, a type from 08 to 0e and a rank but got ";
        refuses(file((byte) 'P', (byte) 'K', (byte) 3, (byte) 4), magic + "50 4b 03 04; check that it is an IDX file");
        refuses(file(IdxFile.bytes(0x0A, new int[] {1})), magic + "00 00 0a 01; check that it is an IDX file");
        refuses(file(IdxFile.bytes(8, new int[0])), magic + "00 00 08 00; check that it is an IDX file");
    }

    @Test
    void refusesShapesWithoutNumbers() throws IOException {
        refuses(
                file(IdxFile.bytes(8, new int[] {0, 28, 28})),
                "Idx expects numbers in \"%s\" but got the shape [0, 28, 28]; take another file");
    }

    @Test
    void refusesFilesThatEndEarlyOrLate() throws IOException {
        byte[] whole = IdxFile.bytes(8, new int[] {2, 3}, new byte[6]);
        refuses(
                file(Arrays.copyOf(whole, 7)),
                "Idx expects 2 dimensions in \"%s\" but got a file that ends in them; get the file again");
        refuses(
                file(Arrays.copyOf(whole, 15)),
                "Idx expects 6 bytes for [2, 3] in \"%s\" but got 3; get the file again");
        refuses(
                file(Arrays.copyOf(whole, 19)),
                "Idx expects 6 bytes for [2, 3] in \"%s\" but got more; get the file again");
        refuses(
                IdxFile.write(folder.resolve("short.gz"), Arrays.copyOf(whole, 15)),
                "Idx expects 6 bytes for [2, 3] in \"%s\" but got 3; get the file again");
    }

    @Test
    void refusesPackedFilesThatEndEarly() throws IOException {
        Path packed = IdxFile.write(folder.resolve("whole.gz"), IdxFile.bytes(8, new int[] {2, 3}, new byte[6]));
        byte[] bytes = Files.readAllBytes(packed);
        Files.write(packed, Arrays.copyOf(bytes, bytes.length - 12));
        refuses(
                packed,
                "Idx expects to read \"%s\" but got java.io.EOFException: Unexpected end of ZLIB input stream; get the"
                        + " file again");
    }

    @Test
    void refusesClaimsThatTheFileCannotHold() throws IOException {
        refuses(
                file(IdxFile.bytes(0x0E, new int[] {1_000_000, 28, 28}, new byte[100])),
                "Idx expects 6272000000 bytes for [1000000, 28, 28] of DOUBLE in \"%s\" but got a file of 116 bytes;"
                        + " get the file again");
        refuses(
                file(IdxFile.bytes(8, new int[] {-1, -1, -1}, new byte[4])),
                "Idx expects 9223372036854775807 bytes for [4294967295, 4294967295, 4294967295] of UBYTE in \"%s\" but"
                        + " got a file of 20 bytes; get the file again");
        Path packed = IdxFile.write(folder.resolve("huge.gz"), IdxFile.bytes(8, new int[] {1_000_000, 28, 28}));
        assertThatThrownBy(() -> Idx.read(packed))
                .hasMessage(
                        "Idx expects 784000000 bytes for [1000000, 28, 28] of UBYTE in \"%s\" but got a file of %s bytes,"
                                + " which cannot unpack to so many; get the file again",
                        packed, Files.size(packed));
    }

    @Test
    void refusesMoreThanMemoryHolds() {
        long most = org.bytedeco.javacpp.Pointer.maxBytes() >> 20;
        assertThatThrownBy(() -> Memory.array("Idx of \"file\"", DataType.FLOAT, 1L << 40, 3))
                .isInstanceOf(DataException.class)
                .hasMessage(
                        "Idx of \"file\" expects room for [1099511627776, 3] in 12582912 MB but got at most %s MB; start"
                                + " Java with -Dorg.bytedeco.javacpp.maxbytes=25165824m, take less of the data, or read it on demand"
                                + " (ImageFolder.stream, Dataset.stream)",
                        most);
    }

    @Test
    void refusesImagesAndLabelsThatDoNotBelongTogether() throws IOException {
        Path images = IdxFile.write(folder.resolve("images"), IdxFile.images(3));
        Path labels = IdxFile.write(folder.resolve("labels"), IdxFile.bytes(8, new int[] {2}, new byte[2]));
        assertThatThrownBy(() -> Idx.images(images, labels))
                .hasMessage(
                        "Idx expects a label for each of the 3 images in \"%s\" but got 2 in \"%s\"; take both from one"
                                + " set",
                        images, labels);
        assertThatThrownBy(() -> Idx.images(labels, images))
                .hasMessage(
                        "Idx expects images [examples, height, width] of bytes in \"%s\" but got [2] of UBYTE; check that"
                                + " it is the file of images",
                        labels);
        assertThatThrownBy(() -> Idx.images(images, images))
                .hasMessage(
                        "Idx expects labels [examples] in \"%s\" but got [3, 2, 2]; check that it is the file of labels",
                        images);
    }

    /** A file of measurements may have as many numbers as there are images. */
    @Test
    void refusesLabelsThatAreNoClassNumbers() throws IOException {
        Path images = IdxFile.write(folder.resolve("images"), IdxFile.images(2));
        for (float wrong : new float[] {-1, 0.5f, 1e10f, Float.NaN, Float.POSITIVE_INFINITY}) {
            byte[] floats = ByteBuffer.allocate(8).putFloat(3).putFloat(wrong).array();
            Path labels = IdxFile.write(folder.resolve("labels"), IdxFile.bytes(0x0D, new int[] {2}, floats));
            assertThatThrownBy(() -> Idx.images(images, labels))
                    .isInstanceOf(DataException.class)
                    .hasMessage(
                            "Idx expects whole numbers from 0 for labels in \"%s\" but got %s at position 1; check that it is"
                                    + " the file of labels",
                            labels, (double) wrong);
        }
    }
}
