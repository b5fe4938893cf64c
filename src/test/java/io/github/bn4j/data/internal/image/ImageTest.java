package io.github.bn4j.data.internal.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.bn4j.data.DataException;
import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BandedSampleModel;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.PixelInterleavedSampleModel;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of single images, right and damaged. */
class ImageTest {

    private static final Path INKS = Path.of("src/test/resources/images");

    @TempDir
    private Path folder;

    private Path file(byte... bytes) throws IOException {
        return Files.write(folder.resolve("image"), bytes);
    }

    private static byte[] encoded(String format, BufferedImage image) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThat(ImageIO.write(image, format, out)).isTrue();
        return out.toByteArray();
    }

    /** Noise, so that every byte of a file counts. */
    private static BufferedImage noise(int type) {
        BufferedImage image = new BufferedImage(40, 30, type);
        Random random = new Random(1);
        for (int i = 0; i < 40 * 30; i++) {
            image.setRGB(i % 40, i / 40, random.nextInt(1 << 24) | 0xff000000);
        }
        return image;
    }

    private void refusesAsDamaged(byte[] bytes, String what) throws IOException {
        Path file = file(bytes);
        assertThatThrownBy(() -> Image.read(file))
                .as(what)
                .isInstanceOf(DataException.class)
                .satisfies(
                        e -> assertThat(e.getMessage())
                                .matches(
                                        "ImageFolder expects an image in \".*\" but got (a damaged one \\(.*\\); get the file again"
                                                + "|a file that is none, or of an unknown format; convert it to PNG or JPEG, or take it out)"));
    }

    /** The reader of JPEG files fills up with grey what is not there, and says so in a warning only. */
    @ParameterizedTest
    @ValueSource(strings = {"png", "jpg", "gif", "bmp", "tiff"})
    void refusesImagesThatEndEarly(String format) throws IOException {
        byte[] whole = encoded(
                format, noise(format.equals("gif") ? BufferedImage.TYPE_BYTE_INDEXED : BufferedImage.TYPE_INT_RGB));
        assertThat(Image.read(file(whole)).pixels()).hasSize(3 * 40 * 30);
        for (int length = 0; length < whole.length - 2; length += 1 + whole.length / 300) {
            refusesAsDamaged(Arrays.copyOf(whole, length), length + " of " + whole.length + " bytes of " + format);
        }
    }

    @Test
    void refusesPngFilesWithAWrongChecksum() throws IOException {
        byte[] whole = encoded("png", noise(BufferedImage.TYPE_INT_RGB));
        Random random = new Random(2);
        for (int i = 0; i < 300; i++) {
            byte[] damaged = whole.clone();
            int at = random.nextInt(whole.length);
            damaged[at] ^= (byte) (1 << random.nextInt(8));
            refusesAsDamaged(damaged, "byte " + at);
        }
    }

    /** Bytes between an image and its end are in many files of cameras. */
    @Test
    void readsJpegFilesWithBytesBehindTheImage() throws IOException {
        byte[] whole = encoded("jpg", noise(BufferedImage.TYPE_INT_RGB));
        byte[] longer = Arrays.copyOf(whole, whole.length + 3);
        longer[whole.length - 2] = 5;
        longer[whole.length - 1] = 7;
        longer[whole.length + 1] = (byte) 0xff;
        longer[whole.length + 2] = (byte) 0xd9;
        assertThat(Image.read(file(longer)).pixels())
                .isEqualTo(Image.read(file(whole)).pixels());
    }

    /** As inks.py beside the files has drawn them; Pillow's {@code convert("RGB")} gives the same colours. */
    @ParameterizedTest
    @ValueSource(strings = {"cmyk.jpg", "cmyk_without_adobe.jpg", "ycck.jpg"})
    void takesInksForWhatTheyLeaveOfTheLight(String name) {
        Image image = Image.read(INKS.resolve(name));
        for (int i = 0; i < 32 * 24; i++) {
            int x = i % 32;
            int y = i / 32;
            int[] inks = {8 * x, 10 * y, 4 * (x + y), 200 - 6 * x};
            for (int channel = 0; channel < 3; channel++) {
                assertThat(image.pixels()[channel * 32 * 24 + i])
                        .isCloseTo((1 - inks[channel] / 255f) * (1 - inks[3] / 255f), within(0.025f));
            }
        }
    }

    /** Grey values 0 to 5 of an image of 2 × 3, times 40. */
    private static byte[] pngWithOrientation(int orientation) throws IOException {
        byte[] png = encoded("png", grey());
        ByteBuffer tags = ByteBuffer.allocate(26)
                .put("II".getBytes(StandardCharsets.US_ASCII))
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort((short) 42)
                .putInt(8)
                .putShort((short) 1)
                .putShort((short) 0x0112)
                .putShort((short) 3)
                .putInt(1)
                .putInt(orientation);
        CRC32 sum = new CRC32();
        sum.update("eXIf".getBytes(StandardCharsets.US_ASCII));
        sum.update(tags.array());
        // Behind the header, which takes 33 bytes.
        return ByteBuffer.allocate(png.length + 38)
                .put(png, 0, 33)
                .putInt(26)
                .put("eXIf".getBytes(StandardCharsets.US_ASCII))
                .put(tags.array())
                .putInt((int) sum.getValue())
                .put(png, 33, png.length - 33)
                .array();
    }

    private static BufferedImage grey() {
        BufferedImage image = new BufferedImage(3, 2, BufferedImage.TYPE_BYTE_GRAY);
        for (int i = 0; i < 6; i++) {
            image.getRaster().setSample(i % 3, i / 3, 0, 40 * i);
        }
        return image;
    }

    private static byte[] tiffWithOrientation(int orientation) {
        int[][] tags = {
            {256, 3},
            {257, 2},
            {258, 8},
            {259, 1},
            {262, 1},
            {273, 128},
            {0x0112, orientation},
            {277, 1},
            {278, 2},
            {279, 6}
        };
        ByteBuffer tiff =
                ByteBuffer.allocate(134).put(new byte[] {'M', 'M', 0, 42}).putInt(8);
        tiff.putShort((short) tags.length);
        for (int[] tag : tags) {
            tiff.putShort((short) tag[0])
                    .putShort((short) 3)
                    .putInt(1)
                    .putShort((short) tag[1])
                    .putShort((short) 0);
        }
        tiff.position(128);
        for (int i = 0; i < 6; i++) {
            tiff.put((byte) (40 * i));
        }
        return tiff.array();
    }

    /** Where Exif 2.32, section 4.6.4, says that row 0 and column 0 of the file are to be seen. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void turnsImagesUprightAsExifSays(int orientation) throws IOException {
        String[] rows = {"top", "top", "bottom", "bottom", "left", "right", "right", "left"};
        String[] columns = {"left", "right", "right", "left", "top", "top", "bottom", "bottom"};
        for (byte[] file : new byte[][] {pngWithOrientation(orientation), tiffWithOrientation(orientation)}) {
            Image image = Image.read(file(file));
            boolean lying = orientation > 4;
            assertThat(image.height()).isEqualTo(lying ? 3 : 2);
            assertThat(image.width()).isEqualTo(lying ? 2 : 3);
            for (int i = 0; i < 6; i++) {
                int[] seen = new int[2];
                place(rows[orientation - 1], i / 3, image, seen);
                place(columns[orientation - 1], i % 3, image, seen);
                assertThat(image.pixels()[seen[0] * image.width() + seen[1]]).isEqualTo(40 * i / 255f);
            }
        }
    }

    private static void place(String side, int distance, Image image, int... seen) {
        switch (side) {
            case "top" -> seen[0] = distance;
            case "bottom" -> seen[0] = image.height() - 1 - distance;
            case "left" -> seen[1] = distance;
            default -> seen[1] = image.width() - 1 - distance;
        }
    }

    @Test
    void turnsPhotographsAndTakesDamagedDescriptionsForNone() throws IOException {
        byte[] jpeg = encoded("jpg", noise(BufferedImage.TYPE_INT_RGB));
        byte[] png = pngWithOrientation(6);
        byte[] tags = Arrays.copyOfRange(png, 41, 67);
        ByteBuffer turned = ByteBuffer.allocate(jpeg.length + 36)
                .put(jpeg, 0, 2)
                .putShort((short) 0xffe1)
                .putShort((short) 34)
                .put("Exif\0\0".getBytes(StandardCharsets.US_ASCII))
                .put(tags)
                .put(jpeg, 2, jpeg.length - 2);
        Image plain = Image.read(file(jpeg));
        Image upright = Image.read(file(turned.array()));
        assertThat(upright.height()).isEqualTo(40);
        assertThat(upright.pixels()).isEqualTo(plain.upright(6).pixels());

        for (int damage = 12; damage <= 31; damage++) {
            byte[] damaged = turned.array().clone();
            Arrays.fill(damaged, damage, 38, (byte) 0xee);
            assertThat(Image.read(file(damaged)).pixels()).isEqualTo(plain.pixels());
        }
    }

    /** A header that claims {@code side × side} pixels of 16 bits and four colours, or of 8 bits and three. */
    private static byte[] claim(int side, boolean deep, int length) throws IOException {
        WritableRaster raster = Raster.createWritableRaster(
                new PixelInterleavedSampleModel(DataBuffer.TYPE_USHORT, 1, 1, 4, 4, new int[] {0, 1, 2, 3}), null);
        BufferedImage image = new BufferedImage(
                new ComponentColorModel(
                        ColorSpace.getInstance(ColorSpace.CS_sRGB),
                        true,
                        false,
                        Transparency.TRANSLUCENT,
                        DataBuffer.TYPE_USHORT),
                raster,
                false,
                null);
        byte[] png = encoded("png", deep ? image : new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB));
        ByteBuffer bytes = ByteBuffer.wrap(Arrays.copyOf(png, length));
        bytes.putInt(16, side).putInt(20, side);
        CRC32 sum = new CRC32();
        sum.update(bytes.array(), 12, 17);
        return bytes.putInt(29, (int) sum.getValue()).array();
    }

    @Test
    void asksForTheMemoryOfDeepPixels() throws IOException {
        long most = Runtime.getRuntime().maxMemory();
        int side = (int) Math.sqrt(most / 18.0);
        Path deep = file(claim(side, true, 1 << 20));
        assertThatThrownBy(() -> Image.read(deep))
                .isInstanceOf(DataException.class)
                .hasMessage(
                        "ImageFolder expects an image that fits into %s MB in \"%s\" but got %s × %s pixels; make it smaller,"
                                + " or start Java with a larger -Xmx",
                        most >> 20, deep, side, side);
    }

    @Test
    void refusesImagesThatTheirFileCannotHold() throws IOException {
        Path file = file(claim(65537, false, 100));
        assertThatThrownBy(() -> Image.read(file))
                .isInstanceOf(DataException.class)
                .hasMessage(
                        "ImageFolder expects the pixels of an image in \"%s\" but got 100 bytes for 65537 × 65537 of them; get"
                                + " the file again",
                        file);
    }

    @Test
    void refusesPixelsThatAreNoWholeNumbers() throws IOException {
        BufferedImage floats = new BufferedImage(
                new ComponentColorModel(
                        ColorSpace.getInstance(ColorSpace.CS_GRAY),
                        false,
                        false,
                        Transparency.OPAQUE,
                        DataBuffer.TYPE_FLOAT),
                Raster.createWritableRaster(new BandedSampleModel(DataBuffer.TYPE_FLOAT, 2, 2, 1), null),
                false,
                null);
        Path file = file(encoded("tiff", floats));
        assertThatThrownBy(() -> Image.read(file))
                .isInstanceOf(DataException.class)
                .hasMessage(
                        "ImageFolder expects up to 16 bits for each colour of a pixel in \"%s\" but got other numbers; convert"
                                + " it to PNG",
                        file);
    }
}
