package io.github.bn4j.internal;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.nd4j.linalg.api.buffer.DataType;

/** What elements are in files, by their names in safetensors; little-endian. */
public enum ElementType {
    F64(8, DataType.DOUBLE) {
        @Override
        double get(ByteBuffer bytes, int at) {
            return bytes.getDouble(at);
        }
    },
    F32(4, DataType.FLOAT) {
        @Override
        double get(ByteBuffer bytes, int at) {
            return bytes.getFloat(at);
        }
    },
    /** IEEE half precision. */
    F16(2, DataType.FLOAT) {
        @Override
        double get(ByteBuffer bytes, int at) {
            return half(bytes.getShort(at));
        }
    },
    /** The upper half of a float32. */
    BF16(2, DataType.FLOAT) {
        @Override
        double get(ByteBuffer bytes, int at) {
            return Float.intBitsToFloat(bytes.getShort(at) << 16);
        }
    },
    I64(8, DataType.DOUBLE) {
        @Override
        double get(ByteBuffer bytes, int at) {
            return bytes.getLong(at);
        }
    },
    I32(4, DataType.DOUBLE) {
        @Override
        double get(ByteBuffer bytes, int at) {
            return bytes.getInt(at);
        }
    },
    I16(2, DataType.FLOAT) {
        @Override
        double get(ByteBuffer bytes, int at) {
            return bytes.getShort(at);
        }
    },
    I8(1, DataType.FLOAT) {
        @Override
        double get(ByteBuffer bytes, int at) {
            return bytes.get(at);
        }
    },
    U8(1, DataType.FLOAT) {
        @Override
        double get(ByteBuffer bytes, int at) {
            return bytes.get(at) & 255;
        }
    },
    BOOL(1, DataType.FLOAT) {
        @Override
        double get(ByteBuffer bytes, int at) {
            return bytes.get(at) == 0 ? 0 : 1;
        }
    };

    private static final int FRACTION = 10;
    private static final int LARGEST_EXPONENT = 31;

    private final int width;
    private final DataType array;

    ElementType(int width, DataType array) {
        this.width = width;
        this.array = array;
    }

    /** The type of a name, if arrays can hold it. */
    public static Optional<ElementType> of(String name) {
        for (ElementType type : values()) {
            if (type.name().equals(name)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }

    /** Bytes of an element. */
    public int width() {
        return width;
    }

    /** The floating-point type that holds its elements; exact for whole numbers below 2⁵³. */
    public DataType array() {
        return array;
    }

    /** The element at a byte. */
    abstract double get(ByteBuffer bytes, int at);

    /* Float.float16ToFloat is from Java 20 on. */
    private static double half(short bits) {
        int exponent = (bits >> FRACTION) & LARGEST_EXPONENT;
        int fraction = bits & ((1 << FRACTION) - 1);
        double size;
        if (exponent == LARGEST_EXPONENT) {
            size = fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
        } else if (exponent == 0) {
            size = Math.scalb((double) fraction, -24);
        } else {
            size = Math.scalb((double) (fraction + (1 << FRACTION)), exponent - 25);
        }
        return bits < 0 ? -size : size;
    }
}
