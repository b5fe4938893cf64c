package io.github.bn4j.data.internal.image;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/** The checksums of PNG files (ISO/IEC 15948, section 5.3), which the JDK's reader does not look at. */
final class Png {

    private static final long SIGNATURE = 0x89504E470D0A1A0AL;
    private static final int END = 0x49454E44;

    private Png() {}

    /**
     * Checks a file that may be a PNG file; others are right.
     *
     * @throws IOException if a chunk is damaged, or the file ends early
     */
    static void requireWhole(byte[] file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(file);
        if (bytes.remaining() < 8 || bytes.getLong() != SIGNATURE) {
            return;
        }
        int type = 0;
        while (type != END) {
            if (bytes.remaining() < 12 || bytes.getInt(bytes.position()) > bytes.remaining() - 12) {
                throw new EOFException("a file that ends early");
            }
            int length = bytes.getInt();
            if (length < 0) {
                throw new IOException("a part of negative length");
            }
            CRC32 sum = new CRC32();
            sum.update(file, bytes.position(), 4 + length);
            type = bytes.getInt();
            bytes.position(bytes.position() + length);
            if (bytes.getInt() != (int) sum.getValue()) {
                throw new IOException("a part with a wrong checksum");
            }
        }
    }
}
