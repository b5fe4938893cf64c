package io.github.bn4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.bn4j.Bits;
import io.github.bn4j.Python;
import io.github.bn4j.checkpoint.CheckpointException;
import io.github.bn4j.checkpoint.TensorFile;
import io.github.bn4j.checkpoint.internal.NpyFile;
import io.github.bn4j.internal.Tensors;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class ArrayFileTest {

    private static final Dataset DIGITS = Digits.load().slice(0, 131);

    @TempDir
    private Path folder;

    private static INDArray read(ExampleSource source) {
        return Dataset.stream(source, new int[source.size()]).readers(3).load().features();
    }

    @Test
    void readsArraysOfNumPy() throws Exception {
        Path file = folder.resolve("digits.npy");
        NpyFile.write("test", file, DIGITS.features());
        ArrayFile source = ArrayFile.of(file);

        assertThat(source.size()).isEqualTo(131);
        assertThat(source.shape()).containsExactly(1, 8, 8);
        Bits.assertSame(read(source), DIGITS.features());
        assertThat(source).hasToString("the array [131, 1, 8, 8] in \"" + file + "\"");
        NpyFile.write("test", file, DIGITS.features().castTo(DataType.DOUBLE));
        Bits.assertSame(read(ArrayFile.of(file)), DIGITS.features());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new ObjectOutputStream(bytes).writeObject(ArrayFile.of(file));
        Object back = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();
        Bits.assertSame(read((ArrayFile) back), DIGITS.features());
    }

    @Test
    void readsArraysOfSafetensors() {
        Map<String, INDArray> arrays = new LinkedHashMap<>();
        arrays.put("first", Tensors.zeros(DataType.FLOAT, 3));
        arrays.put("images", DIGITS.features());
        arrays.put("doubles", DIGITS.features().castTo(DataType.DOUBLE));
        Path file = folder.resolve("all.safetensors");
        new TensorFile(arrays, Map.of()).write("test", file);

        Bits.assertSame(read(ArrayFile.of(file, "images")), DIGITS.features());
        Bits.assertSame(read(ArrayFile.of(file, "doubles")), DIGITS.features());
        assertThatThrownBy(() -> ArrayFile.of(file))
                .isInstanceOf(DataException.class)
                .hasMessage(
                        "ArrayFile expects an array in \"%s\" but got [first, images, doubles]; name one of them by of(file, name)",
                        file);
        assertThatThrownBy(() -> ArrayFile.of(file, "labels"))
                .isInstanceOf(DataException.class)
                .hasMessage(
                        "ArrayFile expects an array of the file \"%s\" but got \"labels\"; it has [first, images, doubles]",
                        file);
        Path only = folder.resolve("one.safetensors");
        new TensorFile(Map.of("x", DIGITS.features()), Map.of()).write("test", only);
        Bits.assertSame(read(ArrayFile.of(only)), DIGITS.features());
    }

    /** As {@code numpy.savez} writes them: one after the other, not compressed. */
    private Path npz(int method, Map<String, INDArray> arrays) throws IOException {
        Path file = folder.resolve("made.npz");
        Path each = folder.resolve("each.npy");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            for (Map.Entry<String, INDArray> array : arrays.entrySet()) {
                NpyFile.write("test", each, array.getValue());
                byte[] bytes = Files.readAllBytes(each);
                CRC32 checksum = new CRC32();
                checksum.update(bytes);
                ZipEntry entry = new ZipEntry(array.getKey() + ".npy");
                entry.setMethod(method);
                entry.setSize(bytes.length);
                entry.setCrc(checksum.getValue());
                zip.putNextEntry(entry);
                zip.write(bytes);
            }
        }
        return file;
    }

    @Test
    void readsArraysOfAZip() throws Exception {
        Map<String, INDArray> arrays = new LinkedHashMap<>();
        arrays.put("x", DIGITS.features());
        arrays.put("y", DIGITS.labels().castTo(DataType.DOUBLE));
        arrays.put("scalar", Tensors.of(DataType.DOUBLE, new double[] {1}));
        Path file = npz(ZipEntry.STORED, arrays);

        ArrayFile source = ArrayFile.of(file, "x");
        Bits.assertSame(read(source), DIGITS.features());
        assertThat(source).hasToString("the array [131, 1, 8, 8] in \"" + file + "\"");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new ObjectOutputStream(bytes).writeObject(source);
        Object back = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();
        Bits.assertSame(read((ArrayFile) back), DIGITS.features());
        assertThatThrownBy(() -> ArrayFile.of(file))
                .hasMessage(
                        "ArrayFile expects an array in \"%s\" but got [x, y, scalar]; name one of them by of(file, name)",
                        file);
        assertThatThrownBy(() -> ArrayFile.of(file, "z"))
                .hasMessage("ArrayFile expects an array of the file \"%s\" but got \"z\"; it has [x, y, scalar]", file);
        assertThatThrownBy(() -> Dataset.stream(file))
                .isInstanceOf(DataException.class)
                .hasMessage(
                        "Dataset.stream expects a file that save wrote but got arrays of NumPy in \"%s\"; for these there is"
                                + " stream(ArrayFile.of(file, name), labels)",
                        file);
        Bits.assertSame(read(ArrayFile.of(npz(ZipEntry.STORED, Map.of("only", DIGITS.features())))), DIGITS.features());
    }

    @Test
    void refusesWhatIsCompressed() throws IOException {
        Path file = npz(ZipEntry.DEFLATED, Map.of("x", DIGITS.features()));
        assertThatThrownBy(() -> ArrayFile.of(file, "x"))
                .isInstanceOf(CheckpointException.class)
                .hasMessage(
                        "ArrayFile expects arrays that are not compressed in \"%s\" but got \"x.npy\", which is; write it by"
                                + " numpy.savez(path, name=array)",
                        file);
    }

    /** By NumPy itself, where it is installed: its entries have sizes of 64 bits. */
    @Test
    void readsWhatNumPyWrites() throws Exception {
        assumeTrue(Python.run("-c", "import numpy").isEmpty(), "NumPy is not installed");
        Path file = folder.resolve("numpy.npz");
        assertThat(Python.run(
                        "-c",
                        "import numpy, sys; numpy.savez(sys.argv[1], a=numpy.zeros(3), b=numpy.arange(24,"
                                + " dtype='i2').reshape(4, 2, 3))",
                        file.toString()))
                .isEmpty();
        assertThat(read(ArrayFile.of(file, "b")).getDouble(3, 1, 0)).isEqualTo(21);
    }

    private Path npy(String type, String shape, long length) throws IOException {
        String header = "{'descr': '" + type + "', 'fortran_order': False, 'shape': " + shape + ", }";
        Path file = folder.resolve("made.npy");
        byte[] start = ("\u0093NUMPY\u0001\u0000\u0076\u0000" + header + " ".repeat(117 - header.length()) + "\n")
                .getBytes(StandardCharsets.ISO_8859_1);
        assertThat(start).hasSize(128);
        Files.write(file, start);
        try (RandomAccessFile made = new RandomAccessFile(file.toFile(), "rw")) {
            made.setLength(128 + length);
        }
        return file;
    }

    @Test
    void takesBytesForNumbers() throws IOException {
        Path file = npy("|u1", "(2, 3)", 6);
        try (RandomAccessFile made = new RandomAccessFile(file.toFile(), "rw")) {
            made.seek(128);
            made.write(new byte[] {0, 1, 2, (byte) 128, (byte) 200, (byte) 255});
        }
        assertThat(read(ArrayFile.of(file)).data().asFloat()).containsExactly(0, 1, 2, 128, 200, 255);
    }

    /** A file with a hole in it, so that it takes no room on the disk. */
    @Test
    void readsFarBehindWhatAnArrayCanHold() throws IOException {
        Path file = npy("<f4", "(800000, 1024)", 800_000L * 1024 * 4);
        try (RandomAccessFile made = new RandomAccessFile(file.toFile(), "rw")) {
            made.seek(128 + 799_999L * 1024 * 4);
            made.write(new byte[] {0, 0, (byte) 0x80, 0x3f});
        }
        Dataset data = Dataset.stream(ArrayFile.of(file), new int[800_000]);

        assertThat(data.select(799_999, 0).load().features().getDouble(0)).isEqualTo(1);
        assertThat(data.bytes()).isEqualTo(800_000L * 1024 * 4 + 800_000 * 4);
        assertThatThrownBy(() -> ArrayFile.of(npy("<f4", "(800000, 1024)", 1000)))
                .isInstanceOf(CheckpointException.class)
                .hasMessage(
                        "ArrayFile expects 3276800128 bytes in \"%s\" but got 1128; write it by numpy.save(path, array)",
                        file);
    }

    @Test
    void saysWhichFileHasEndedMeanwhile() throws IOException {
        Path file = npy("<f4", "(5, 3)", 60);
        Dataset data = Dataset.stream(ArrayFile.of(file), new int[5]);
        try (RandomAccessFile made = new RandomAccessFile(file.toFile(), "rw")) {
            made.setLength(128 + 30);
        }
        assertThatThrownBy(data::load)
                .isInstanceOf(DataException.class)
                .hasMessage(
                        "Dataset expects to read example 2 of the array [5, 3] in \"%s\" but got java.io.EOFException: the end of"
                                + " the file; see to it that it can be read",
                        file);
    }

    @Test
    void refusesWhatHoldsNoExamples() throws IOException {
        assertThatThrownBy(() -> ArrayFile.of(npy("<f4", "()", 4)))
                .isInstanceOf(DataException.class)
                .hasMessage(
                        "ArrayFile expects an array [examples, …] of 1 to 2³¹ − 1 examples in \"%s\" but got []; reshape it",
                        folder.resolve("made.npy"));
        Path missing = folder.resolve("none.npy");
        assertThatThrownBy(() -> ArrayFile.of(missing))
                .isInstanceOf(CheckpointException.class)
                .hasMessage("ArrayFile expects an existing file but got \"%s\"; check the path", missing);
    }
}
