package io.github.bn4j.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bn4j.ChildProcess;
import io.github.bn4j.internal.HostMemory;
import java.awt.image.BufferedImage;
import java.io.File;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A backend of ND4J that keeps arrays on a device, as that for CUDA does; there is none here, so it is pretended. */
class OnDeviceTest {

    @TempDir
    Path folder;

    @BeforeEach
    void writeInputs() throws Exception {
        ByteBuffer numbers = ByteBuffer.allocate(48);
        IntStream.range(0, 48).forEach(i -> numbers.put((byte) (7 * i - 100)));
        idx("bytes", 0x08, 48, numbers.array());
        idx("signed", 0x09, 48, numbers.array());
        idx("shorts", 0x0B, 24, numbers.array());
        idx("ints", 0x0C, 12, numbers.array());
        ByteBuffer floats = ByteBuffer.allocate(12);
        IntStream.range(0, 3).forEach(i -> floats.putFloat(i / 3f));
        idx("floats", 0x0D, 3, floats.array());
        ByteBuffer doubles = ByteBuffer.allocate(24);
        IntStream.range(0, 3).forEach(i -> doubles.putDouble(-i / 3.0));
        idx("doubles", 0x0E, 3, doubles.array());
        Files.writeString(folder.resolve("table.csv"), "a,b\n1,red\n2.5,blue\n-3,red\n");
        Path cifar = Files.createDirectories(folder.resolve("cifar"));
        for (int part = 0; part < 6; part++) {
            byte[] examples = new byte[2 * 3073];
            for (int i = 0; i < examples.length; i++) {
                examples[i] = (byte) (i % 3073 == 0 ? part : 31 * i + part);
            }
            Files.write(cifar.resolve(part < 5 ? "data_batch_" + (part + 1) + ".bin" : "test_batch.bin"), examples);
        }
        for (String name : List.of("cat", "dog")) {
            Path images = Files.createDirectories(folder.resolve("images").resolve(name));
            BufferedImage image = new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB);
            IntStream.range(0, 6).forEach(i -> image.setRGB(i % 3, i / 3, 0x123456 * (i + name.length())));
            ImageIO.write(image, "png", images.resolve("one.png").toFile());
        }
    }

    private void idx(String name, int type, int length, byte[] data) throws Exception {
        IdxFile.write(folder.resolve(name), IdxFile.bytes(type, new int[] {length}, data));
    }

    private List<String> run(boolean device, Path results) throws Exception {
        return ChildProcess.run(
                        0,
                        folder,
                        new ProcessBuilder(
                                ChildProcess.program("java"),
                                "-XX:+IgnoreUnrecognizedVMOptions",
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow",
                                "-D" + HostMemory.DEVICE + "=" + device,
                                "-cp",
                                ChildProcess.CLASS_PATH,
                                OnDevice.class.getName(),
                                folder.toString(),
                                Files.createDirectories(results).toString()))
                .lines()
                .toList();
    }

    @Test
    void givesTheSameResultsThroughPlainCallsOfNd4j() throws Exception {
        List<String> expected = run(false, folder.resolve("here"));
        List<String> actual = run(true, folder.resolve("device"));

        assertThat(expected).startsWith("arrays here: true");
        String reason = "a backend of ND4J that keeps arrays on a device";
        assertThat(actual)
                .contains(
                        "arrays here: false",
                        "engine: ND4J instead of oneDNN, which cannot run here: " + reason,
                        "oneDNN: oneDNN expects its natives and a processor that it is made for but got: " + reason
                                + "; use Engine.nd4j()")
                .endsWith(expected.subList(3, expected.size()).toArray(String[]::new));
        try (Stream<Path> files = Files.list(folder.resolve("here"))) {
            List<Path> arrays = files.sorted().toList();
            assertThat(arrays).hasSizeGreaterThan(50);
            for (Path file : arrays) {
                assertClose(
                        file.toFile(),
                        folder.resolve("device/" + file.getFileName()).toFile());
            }
        }
    }

    private static void assertClose(File expectedFile, File actualFile) throws Exception {
        INDArray expected = Nd4j.createFromNpyFile(expectedFile);
        INDArray actual = Nd4j.createFromNpyFile(actualFile);
        assertThat(actual.shape()).containsExactly(expected.shape());
        assertThat(actual.dup('c').data().asDouble())
                .as(expectedFile.getName())
                .usingComparatorWithPrecision(
                        Math.max(1e-12, 1e-5 * expected.amaxNumber().doubleValue()))
                .containsExactly(expected.dup('c').data().asDouble());
    }
}
