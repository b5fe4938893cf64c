package io.github.bn4j.internal;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** A SHA-256 digest of texts and arrays: equal for equal contents, whatever the layout of the arrays and the machine. */
public final class ContentDigest {

    /** Elements that are converted at once, so that a large array of whole numbers needs no second one of its size. */
    private static final long BLOCK = 1 << 22;

    private final MessageDigest digest = sha256();
    private final OutputStream out = new DigestOutputStream(OutputStream.nullOutputStream(), digest);

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Takes in a text. */
    public void add(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        add(bytes.length);
        digest.update(bytes);
    }

    /** Takes in type, shape and elements of an array. Not modified. */
    public void add(INDArray array) {
        add(array.dataType().name());
        add(array.rank());
        for (long dim : array.shape()) {
            add(dim);
        }
        try {
            addElements(array);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void addElements(INDArray array) throws IOException {
        if (array.length() <= BLOCK || array.rank() == 0) {
            ElementBytes.write(floating(array), out);
            return;
        }
        long rows = Math.max(1, BLOCK * array.size(0) / array.length());
        for (long from = 0; from < array.size(0); from += rows) {
            long to = Math.min(array.size(0), from + rows);
            ElementBytes.write(floating(array.get(NDArrayIndex.interval(from, to))), out);
        }
    }

    private static INDArray floating(INDArray array) {
        return array.dataType() == DataType.FLOAT ? array : Tensors.dense(array, DataType.DOUBLE);
    }

    private void add(long number) {
        digest.update(ByteBuffer.allocate(Long.BYTES).putLong(0, number));
    }

    /** The digest of all that was taken in, as 64 hexadecimal digits; nothing can be taken in any more. */
    public String hex() {
        return HexFormat.of().formatHex(digest.digest());
    }
}
