package io.github.bn4j.checkpoint;

import java.util.List;

/**
 * Where a tensor is in a safetensors file.
 *
 * @param type of its elements, as the format calls it: {@code F32}
 * @param shape its dimensions
 * @param begin the first byte of its elements in the file; they are little-endian, in row-major order
 * @param end the byte behind the last of them
 */
public record StoredTensor(String type, List<Long> shape, long begin, long end) {

    public StoredTensor {
        shape = List.copyOf(shape);
    }
}
