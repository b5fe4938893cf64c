package io.github.bn4j.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bn4j.fuzz.Mutation;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;

/**
 * Makes files that are nearly right and reads them: each is either data, or a {@link DataException}. The same file for the same
 * seed.
 *
 * <p>A file is made from a description of its structure, with some of it wrong (a size that lies under a checksum that is
 * right), and then, most times, changed in a few bytes.
 */
enum DataFuzzer {
    CSV {
        @Override
        void run(Random random, Path folder) throws IOException {
            int columns = 1 + random.nextInt(4);
            boolean tame = random.nextInt(5) > 0;
            Path train = Files.write(folder.resolve("train.csv"), sometimes(table(random, columns, tame), random));
            byte[] other = table(random, random.nextInt(8) == 0 ? 3 : columns, tame);
            Path test = Files.write(
                    folder.resolve("test.csv"), sometimes(random.nextBoolean() ? other : packed(other), random));
            Csv csv = settings(Csv.of(train), columns, random);
            requireRight(csv.read());
            Columns learned = csv.fit();
            requireRight(learned.read(train));
            if (random.nextInt(20) == 0) {
                Path saved = folder.resolve("columns.json");
                learned.save(saved);
                Files.write(saved, sometimes(Files.readAllBytes(saved), random));
                learned = Columns.load(saved);
            }
            int width = learned.featureNames().size();
            Map<String, Object> row = new HashMap<>();
            for (String name : learned.featureNames()) {
                row.put(
                        name.replaceFirst("(?s)=.*", ""),
                        random.nextBoolean() ? random.nextInt(9) : pick(random, FIELDS));
            }
            boolean made = random.nextBoolean();
            assertThat(made ? learned.row(row).length() : learned.features(test).size(1))
                    .isEqualTo(width);
            requireRight(learned.read(test));
        }
    },
    IDX {
        @Override
        void run(Random random, Path folder) throws IOException {
            Path images = Files.write(folder.resolve("images"), idx(random, random.nextInt(8) == 0 ? -1 : 3));
            Path labels = Files.write(folder.resolve("labels"), idx(random, random.nextInt(8) == 0 ? -1 : 1));
            assertThat(Idx.read(images).rank()).isBetween(1, 8);
            requireRight(Idx.images(images, labels));
        }
    },
    CIFAR {
        @Override
        void run(Random random, Path folder) throws IOException {
            byte[] tar = sometimes(tar(random), random);
            Path archive = Files.write(
                    folder.resolve("cifar.tar"), sometimes(random.nextBoolean() ? tar : packed(tar), random));
            Split split = Cifar10.read(archive, 1);
            requireRight(split.train());
            requireRight(split.test());
        }
    },
    IMAGE {
        @Override
        void run(Random random, Path folder) throws IOException {
            Path one = Files.createDirectories(folder.resolve("photos/one"));
            Files.write(one.resolve("a"), image(random));
            ImageFolder images = ImageFolder.of(folder.resolve("photos"));
            requireRight((random.nextBoolean() ? images.greyscale() : images)
                    .resize(3, 5)
                    .read());
        }
    };

    private static final String[] FIELDS = {
        "",
        "",
        "1",
        "-2.5",
        "3e2",
        "1e39",
        "1e-60",
        "NaN",
        "NA",
        "?",
        "inf",
        "0x1p3",
        "5d",
        "1,5",
        "\"1,5\"",
        "\"a\"\"b\"",
        "\"",
        "\"open",
        "a",
        "b",
        "A b",
        " 7 ",
        "\uFEFF1",
        "\u00e9",
        "\u0000",
        "x".repeat(300),
        "\"line\nbreak\"",
        "-",
        "null",
        "12345678901234567890",
        "'",
        "1;2",
        "\u661f"
    };

    private static final String[] NAMES = {
        "a", "b", "c", "0", "1", "2", "kind", "\"k d\"", "", " a", "\uFEFFa", "(other)"
    };

    abstract void run(Random random, Path folder) throws IOException;

    /** One file or a few that belong together, for a seed; anything but data and a DataException is an error. */
    final void run(long seed, Path folder) {
        Random random = new Random(seed);
        // Neighbouring seeds of Java's generator begin alike.
        random.nextLong();
        try {
            run(random, folder);
        } catch (DataException expected) {
            assertThat(expected.getMessage()).contains(" expects ").contains(" but got ");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (RuntimeException | Error e) {
            throw new AssertionError(this + " with seed " + seed + " ends in " + e, e);
        }
    }

    private static void requireRight(Dataset data) {
        data.requireFinite();
        data.targets().forEach((name, targets) -> assertThat(targets.size(0)).isEqualTo(data.size()));
        assertThat(data.toString()).startsWith("Dataset[");
    }

    private static <T> T pick(Random random, T[] choices) {
        return choices[random.nextInt(choices.length)];
    }

    private static byte[] packed(byte[] bytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static byte[] sometimes(byte[] bytes, Random random) {
        return random.nextInt(3) == 0 ? Mutation.of(bytes, random) : bytes;
    }

    /** Numbers and, in the last column, letters; in wild tables anything. */
    private static byte[] table(Random random, int columns, boolean tame) {
        StringBuilder text = new StringBuilder(random.nextInt(8) == 0 ? "\uFEFF" : "");
        for (int row = 0; row < 2 + random.nextInt(8); row++) {
            int fields = random.nextInt(200) == 0 ? random.nextInt(6) : columns;
            for (int column = 0; column < fields; column++) {
                text.append(column == 0 ? "" : ",");
                if (row == 0) {
                    text.append(tame ? NAMES[column] : pick(random, NAMES));
                } else if (random.nextInt(tame ? 60 : 4) == 0) {
                    text.append(pick(random, FIELDS));
                } else if (column == columns - 1) {
                    text.append(pick(random, new String[] {"x", "y", "1"}));
                } else {
                    text.append(random.nextInt(100) / 4.0);
                }
            }
            text.append(random.nextInt(5) == 0 ? "\r\n" : random.nextInt(30) == 0 ? "\r" : "\n");
        }
        Charset charset = random.nextInt(20) == 0 ? StandardCharsets.UTF_16LE : StandardCharsets.UTF_8;
        return text.toString().getBytes(charset);
    }

    private static Csv settings(Csv csv, int columns, Random random) {
        String last = NAMES[columns - 1];
        Csv with =
                switch (random.nextInt(5)) {
                    case 0 -> csv.label(last);
                    case 1 -> csv.label(columns - 1).missing(pick(random, GAPS));
                    case 2 -> csv.ordinal(last, "x", "y", "1").missing(pick(random, GAPS));
                    case 3 -> csv.oneHot(last).missing(pick(random, GAPS));
                    default -> csv.without(last);
                };
        for (int i = random.nextInt(3); i > 0; i--) {
            String name = NAMES[random.nextInt(columns)];
            with = switch (random.nextInt(13)) {
                case 0 -> with.label(name);
                case 1 -> with.target(random.nextInt(columns));
                case 2 -> with.without(name);
                case 3 -> with.without(random.nextInt(5));
                case 4 -> with.header(false);
                case 5 ->
                    with.separator(pick(random, new Character[] {';', '\t', 'x', '#', '\0', '\uFEFF', '1', '\''}));
                case 6 -> with.decimalComma();
                case 7 -> with.oneHot(name);
                case 8 -> with.ordinal(name, "a", "b", "1").unseenAsOther();
                case 9 -> with.missingTokens("-", "a").missing(name, pick(random, GAPS));
                case 10 -> with.charset(pick(random, CHARSETS));
                case 11 -> with.classNames(List.of("x", "y", "1")).label(random.nextInt(columns));
                default -> with.unseenAsOther();
            };
        }
        return with;
    }

    private static final MissingValue[] GAPS = {
        MissingValue.REFUSE,
        MissingValue.SKIP_ROW,
        MissingValue.MEAN,
        MissingValue.MEDIAN,
        MissingValue.MOST_FREQUENT,
        MissingValue.constant(3.5),
        MissingValue.constant("x")
    };

    private static final Charset[] CHARSETS = {
        StandardCharsets.ISO_8859_1, StandardCharsets.UTF_16, StandardCharsets.US_ASCII, Charset.forName("Shift_JIS")
    };

    /** Right for the given rank but for one thing or another. */
    private static byte[] idx(Random random, int rank) {
        int type = random.nextInt(8) == 0 ? random.nextInt(20) : 8;
        int[] shape = new int[rank < 0 ? random.nextInt(10) : rank];
        int length = random.nextInt(8) == 0 ? random.nextInt(5) - 2 : 0;
        int product = 1;
        for (int axis = 0; axis < shape.length; axis++) {
            shape[axis] = axis == 0 ? 3 : 1 + random.nextInt(4);
            product *= shape[axis];
        }
        byte[] data = new byte[Math.max(0, product * (type == 14 ? 8 : type > 11 ? 4 : type == 11 ? 2 : 1) + length)];
        random.nextBytes(data);
        if (random.nextInt(6) == 0 && shape.length > 0) {
            shape[random.nextInt(shape.length)] = pick(random, new Integer[] {0, -1, 1 << 30, 1 << 16, 100_000});
        }
        byte[] bytes = IdxFile.bytes(type, shape, data);
        byte[] changed = sometimes(bytes, random);
        return random.nextInt(3) == 0 ? sometimes(packed(changed), random) : changed;
    }

    private static byte[] tar(Random random) {
        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        for (String name : new String[] {
            "data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5", "test_batch", "more"
        }) {
            if (random.nextInt(30) == 0) {
                continue;
            }
            byte[] content = new byte[name.equals("more") ? 1 + random.nextInt(3000) : 3073];
            if (random.nextBoolean()) {
                random.nextBytes(content);
                content[0] = (byte) random.nextInt(random.nextInt(10) == 0 ? 12 : 10);
            }
            long claimed = random.nextInt(30) == 0
                    ? pick(random, new Long[] {0L, 3072L, 1L << 28, 1L << 32, 1L << 60})
                    : content.length;
            byte[] header = ByteBuffer.allocate(512)
                    .put(("folder/" + name + ".bin").getBytes(StandardCharsets.US_ASCII))
                    .position(124)
                    .put(Long.toOctalString(claimed).getBytes(StandardCharsets.US_ASCII))
                    .array();
            int sum = 8 * ' ' + (random.nextInt(60) == 0 ? 1 : 0);
            for (int i = 0; i < 512; i++) {
                sum += i >= 148 && i < 156 ? 0 : header[i] & 255;
            }
            ByteBuffer.wrap(header, 148, 8)
                    .putLong(0)
                    .position(148)
                    .put(Integer.toOctalString(sum).getBytes(StandardCharsets.US_ASCII));
            tar.writeBytes(header);
            tar.writeBytes(content);
            tar.writeBytes(new byte[(512 - content.length % 512) % 512]);
        }
        tar.writeBytes(new byte[random.nextInt(3) * 512]);
        return tar.toByteArray();
    }

    private static byte[] image(Random random) {
        List<byte[]> whole = WholeImages.ALL;
        byte[] bytes = Mutation.of(whole.get(random.nextInt(whole.size())), random);
        // Otherwise nearly all damage to PNG files ends at their checksums.
        return random.nextInt(4) == 0 ? bytes : withChecksums(bytes);
    }

    private static byte[] withChecksums(byte[] bytes) {
        ByteBuffer png = ByteBuffer.wrap(bytes.clone());
        if (bytes.length < 8 || png.getInt() != 0x89504E47) {
            return bytes;
        }
        for (int at = 8; at + 12 <= bytes.length; ) {
            int length = png.getInt(at);
            if (length < 0 || length > bytes.length - at - 12) {
                break;
            }
            CRC32 sum = new CRC32();
            sum.update(png.array(), at + 4, length + 4);
            png.putInt(at + 8 + length, (int) sum.getValue());
            at += 12 + length;
        }
        return png.array();
    }

    /** Every format that the JDK writes, with every kind of pixel that it has for it. */
    private static final class WholeImages {

        static final List<byte[]> ALL = all();

        private static List<byte[]> all() {
            List<byte[]> files = new ArrayList<>();
            Random random = new Random(1);
            for (String format : new String[] {"png", "jpg", "gif", "bmp", "tiff", "wbmp"}) {
                for (int type = BufferedImage.TYPE_INT_RGB; type <= BufferedImage.TYPE_BYTE_INDEXED; type++) {
                    BufferedImage image = new BufferedImage(9, 7, type);
                    for (int i = 0; i < 63; i++) {
                        image.setRGB(i % 9, i / 9, random.nextInt());
                    }
                    ByteArrayOutputStream out = new ByteArrayOutputStream();
                    try {
                        if (ImageIO.write(image, format, out)) {
                            files.add(out.toByteArray());
                        }
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }
            }
            for (String inks : new String[] {"cmyk.jpg", "ycck.jpg"}) {
                try {
                    files.add(Files.readAllBytes(Path.of("src/test/resources/images", inks)));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
            assertThat(files).hasSizeGreaterThan(30);
            return files;
        }
    }
}
