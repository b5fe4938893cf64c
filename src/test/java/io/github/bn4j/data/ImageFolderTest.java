package io.github.bn4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderTest {

    @TempDir
    private Path folder;

    /** An image whose pixels are {@code rgb} plus their number. */
    private Path image(String name, int type, int height, int width, int rgb) throws IOException {
        BufferedImage image = new BufferedImage(width, height, type);
        for (int i = 0; i < height * width; i++) {
            if (type == BufferedImage.TYPE_BYTE_GRAY) {
                image.getRaster().setSample(i % width, i / width, 0, rgb + i);
            } else {
                image.setRGB(i % width, i / width, rgb + i | 0xff000000);
            }
        }
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        assertThat(ImageIO.write(image, "png", file.toFile())).isTrue();
        return file;
    }

    private void pets() throws IOException {
        image("dog/b.png", BufferedImage.TYPE_INT_RGB, 2, 3, 0x102030);
        image("dog/a.png", BufferedImage.TYPE_INT_ARGB, 2, 3, 0x405060);
        image("cat/z.png", BufferedImage.TYPE_INT_RGB, 2, 3, 0x708090);
        Files.writeString(folder.resolve("cat/.hidden"), "no image");
        Files.writeString(folder.resolve("readme.txt"), "no class");
    }

    private void refuses(String message, Object... arguments) {
        assertThatThrownBy(() -> ImageFolder.of(folder).read())
                .isInstanceOf(DataException.class)
                .hasMessage(message, arguments);
    }

    @Test
    void readsClassesAndFilesInTheOrderOfTheirNames() throws IOException {
        pets();
        Dataset pets = ImageFolder.of(folder).read();

        assertThat(pets).hasToString("Dataset[3 examples, features [3, 2, 3], labels [] with 2 classes [cat, dog]]");
        assertThat(pets.labels().data().asFloat()).containsExactly(0, 1, 1);
        float[] pixels = pets.features().data().asFloat();
        int[] rgb = {0x708090, 0x405060, 0x102030};
        for (int i = 0; i < pixels.length; i++) {
            int shift = 16 - 8 * (i / 6 % 3);
            assertThat(pixels[i]).isEqualTo((rgb[i / 18] + i % 6 >> shift & 255) / 255f);
        }
    }

    @Test
    void makesGreyByTheWeightsOfTheEye() throws IOException {
        pets();
        Dataset grey = ImageFolder.of(folder).greyscale().read();

        assertThat(grey.features().shape()).containsExactly(3, 1, 2, 3);
        double expected = (0.299 * 0x70 + 0.587 * 0x80 + 0.114 * 0x90) / 255;
        assertThat(grey.features().getDouble(0)).isCloseTo(expected, within(1e-6));
    }

    @Test
    void keepsGreyValuesAsTheyAreInTheFile() throws IOException {
        image("a/a.png", BufferedImage.TYPE_BYTE_GRAY, 10, 10, 100);
        float[] one =
                ImageFolder.of(folder).greyscale().read().features().data().asFloat();
        float[] three = ImageFolder.of(folder).read().features().data().asFloat();

        for (int i = 0; i < 100; i++) {
            assertThat(one[i]).isEqualTo((100 + i) / 255f);
            assertThat(three[200 + i]).isEqualTo((100 + i) / 255f);
        }
    }

    /** Against the mean over a fine grid of points. */
    @Test
    void resizesByMeansOfAreas() {
        Random random = new Random(1);
        float[] pixels = new float[2 * 5 * 7];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = random.nextFloat();
        }
        Image image = new Image(2, 5, 7, pixels);
        for (int[] size : new int[][] {{5, 7}, {1, 1}, {2, 3}, {4, 14}, {10, 7}, {6, 5}}) {
            float[] resized = image.resize(size[0], size[1]).pixels();
            assertThat(resized).hasSize(2 * size[0] * size[1]);
            for (int i = 0; i < resized.length; i++) {
                int channel = i / (size[0] * size[1]);
                int y = i / size[1] % size[0];
                int x = i % size[1];
                // 5 * 420 and 7 * 420 points are whole numbers of points per pixel, old and new.
                int rows = 5 * 84 / size[0];
                int columns = 7 * 60 / size[1];
                double sum = 0;
                for (int row = y * rows; row < (y + 1) * rows; row++) {
                    for (int column = x * columns; column < (x + 1) * columns; column++) {
                        sum += pixels[(channel * 5 + row / 84) * 7 + column / 60];
                    }
                }
                assertThat(resized[i]).isCloseTo((float) (sum / rows / columns), within(1e-6f));
            }
        }
    }

    @Test
    void resizesMixedSizesAndRefusesThemOtherwise() throws IOException {
        Path first = image("a/a.png", BufferedImage.TYPE_INT_RGB, 4, 4, 0);
        Path second = image("b/b.png", BufferedImage.TYPE_INT_RGB, 5, 4, 0);
        refuses(
                "ImageFolder expects images of one size but got 5 × 4 in \"%s\" after 4 × 4 in \"%s\"; call"
                        + " resize(height, width)",
                second, first);
        assertThat(ImageFolder.of(folder).resize(2, 3).read().features().shape())
                .containsExactly(2, 3, 2, 3);
        assertThatThrownBy(() -> ImageFolder.of(folder).resize(0, 3))
                .hasMessage("ImageFolder.resize expects at least 1 × 1 pixels but got 0 × 3");
    }

    @Test
    void namesFilesThatAreNoImages() throws IOException {
        Path text = image("a/a.png", BufferedImage.TYPE_INT_RGB, 4, 4, 0);
        Files.writeString(text, "not an image");
        refuses(
                "ImageFolder expects an image in \"%s\" but got a file that is none, or of an unknown format; convert it"
                        + " to PNG or JPEG, or take it out",
                text);
        Files.write(text, new byte[0]);
        refuses(
                "ImageFolder expects an image in \"%s\" but got a file that is none, or of an unknown format; convert it"
                        + " to PNG or JPEG, or take it out",
                text);
    }

    @Test
    void namesDamagedImages() throws IOException {
        Path file = image("a/a.png", BufferedImage.TYPE_INT_RGB, 40, 40, 0);
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length / 2));
        assertThatThrownBy(() -> ImageFolder.of(folder).read())
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith("ImageFolder expects an image in \"%s\" but got a damaged one (", file)
                .hasMessageEndingWith("); get the file again");
    }

    @Test
    void refusesImagesLargerThanMemory() throws IOException {
        Path file = image("a/a.png", BufferedImage.TYPE_INT_RGB, 1, 1, 0);
        byte[] bytes = Files.readAllBytes(file);
        // The width stands in bytes 16 to 19 and the height in 20 to 23, and the header's checksum is not looked at.
        bytes[17] = bytes[21] = 1;
        Files.write(file, bytes);
        refuses(
                "ImageFolder expects an image that fits into %s MB in \"%s\" but got 65537 × 65537 pixels; make it"
                        + " smaller",
                Runtime.getRuntime().maxMemory() >> 20, file);
    }

    @Test
    void refusesFoldersWithoutClassesOrImages() throws IOException {
        refuses(
                "ImageFolder expects a folder for each class in \"%s\" but got none; put the images of each class into a"
                        + " folder of their own",
                folder);
        Path empty = Files.createDirectory(folder.resolve("empty"));
        refuses("ImageFolder expects images in \"%s\" but got none; remove the folder or fill it", empty);
        Path none = folder.resolve("none");
        assertThatThrownBy(() -> ImageFolder.of(none).read())
                .hasMessage("ImageFolder expects a folder at \"%s\" but got none; check the path", none);
    }
}
