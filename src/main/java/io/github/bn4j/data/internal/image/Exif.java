package io.github.bn4j.data.internal.image;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** How the image in a file is to be turned: the tag Orientation of Exif 2.32, section 4.6.4, in JPEG, PNG and TIFF files. */
final class Exif {

    private static final int UPRIGHT = 1;
    private static final int ORIENTATION = 0x0112;
    private static final int SHORT = 3;
    private static final byte[] PREFIX = {'E', 'x', 'i', 'f', 0, 0};

    private Exif() {}

    /** A number from 1, upright, to 8; 1 where the file says nothing. */
    static int orientation(byte[] file) {
        try {
            return orientation(tags(ByteBuffer.wrap(file)));
        } catch (BufferUnderflowException | IllegalArgumentException | IndexOutOfBoundsException e) {
            // Damage to the description of an image is none to its pixels.
            return UPRIGHT;
        }
    }

    /** The part of the file that has the structure of a TIFF file, empty where there is none. */
    private static ByteBuffer tags(ByteBuffer file) {
        int start = file.getShort() & 0xffff;
        return switch (start) {
            case 0xFFD8 -> jpegTags(file);
            case 0x8950 -> pngTags(file.position(8));
            case 0x4949, 0x4D4D -> file.position(0);
            default -> file.limit(0);
        };
    }

    private static ByteBuffer jpegTags(ByteBuffer file) {
        while (true) {
            int marker = file.getShort() & 0xffff;
            int length = (file.getShort() & 0xffff) - 2;
            if (marker < 0xFF00 || marker == 0xFFDA) {
                return file.limit(0);
            }
            if (marker == 0xFFE1 && startsWithPrefix(file)) {
                return file.slice(file.position() + PREFIX.length, length - PREFIX.length);
            }
            file.position(file.position() + length);
        }
    }

    private static boolean startsWithPrefix(ByteBuffer file) {
        byte[] start = new byte[Math.min(PREFIX.length, file.remaining())];
        file.get(file.position(), start);
        return Arrays.equals(start, PREFIX);
    }

    private static ByteBuffer pngTags(ByteBuffer file) {
        while (true) {
            int length = file.getInt();
            int type = file.getInt();
            if (type == 0x65584966) {
                return file.slice(file.position(), length);
            }
            file.position(Math.addExact(file.position(), Math.addExact(length, 4)));
        }
    }

    private static int orientation(ByteBuffer tags) {
        if (!tags.hasRemaining()) {
            return UPRIGHT;
        }
        ByteBuffer block = tags.slice().order(tags.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        block.position(block.getInt(4));
        int count = block.getShort() & 0xffff;
        for (int i = 0; i < count; i++) {
            int tag = block.getShort() & 0xffff;
            int type = block.getShort();
            block.getInt();
            int value = block.getShort();
            block.getShort();
            if (tag == ORIENTATION && type == SHORT && value >= 1 && value <= 8) {
                return value;
            }
        }
        return UPRIGHT;
    }
}
