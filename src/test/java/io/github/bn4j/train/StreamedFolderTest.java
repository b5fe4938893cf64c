package io.github.bn4j.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bn4j.ChildProcess;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder of images that does not fit into the memory of a process, but is trained on there. */
class StreamedFolderTest {

    /** 177 MB in memory. */
    private static final int IMAGES = 1600;

    @TempDir
    private Path folder;

    @BeforeEach
    void paint() throws Exception {
        for (int number = 0; number < IMAGES; number++) {
            Random random = new Random(number);
            BufferedImage image = new BufferedImage(96, 96, BufferedImage.TYPE_INT_RGB);
            int colour = 0x3f << 6 * (number % 4);
            for (int block = 0; block < 144; block++) {
                int rgb = colour ^ random.nextInt() & 0x3f3f3f;
                for (int i = 0; i < 64; i++) {
                    image.setRGB(block % 12 * 8 + i % 8, block / 12 * 8 + i / 8, rgb);
                }
            }
            Path kind = Files.createDirectories(folder.resolve("images/" + number % 4));
            assertThat(ImageIO.write(image, "jpg", kind.resolve(number + ".jpg").toFile()))
                    .isTrue();
        }
    }

    private String run(String heap, String how) throws Exception {
        return ChildProcess.run(
                0,
                folder,
                new ProcessBuilder(
                        ChildProcess.program("java"),
                        heap,
                        "-XX:+IgnoreUnrecognizedVMOptions",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        ChildProcess.CLASS_PATH,
                        StreamImages.class.getName(),
                        folder.resolve("images").toString(),
                        how));
    }

    @Test
    void trainsInAProcessThatItDoesNotFitInto() throws Exception {
        String small = run("-Xmx160m", "stream");
        assertThat(small)
                .contains(
                        "refused: ImageFolder expects room for [1600, 3, 96, 96] in 168 MB but got at most 160 MB; start Java"
                                + " with -Dorg.bytedeco.javacpp.maxbytes=336m, take less of the data, or read it on demand (ImageFolder.stream,"
                                + " Dataset.stream)")
                .contains(
                        "Dataset[1600 examples, features [3, 96, 96], labels [] with 4 classes [0, 1, 2, 3], read on demand, in"
                                + " memory 168 MB]");
        String large = run("-Xmx300m", "memory");
        assertThat(large)
                .containsPattern(
                        "ImageFolder takes 168 of the (299|300) MB that are left for arrays for \\[1600, 3, 96, 96\\]; start Java"
                                + " with -Dorg.bytedeco.javacpp.maxbytes=336m, take less of the data, or read it on demand"
                                + " \\(ImageFolder.stream, Dataset.stream\\)")
                .doesNotContain("on demand, in memory");
        assertThat(trained(small)).startsWith("trained: 2 epochs, ").isEqualTo(trained(large));
    }

    private static String trained(String output) {
        return output.substring(output.indexOf("trained:")).strip();
    }
}
