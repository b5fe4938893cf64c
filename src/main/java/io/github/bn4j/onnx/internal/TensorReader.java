package io.github.bn4j.onnx.internal;

import io.github.bn4j.internal.ElementBytes;
import io.github.bn4j.internal.ElementType;
import io.github.bn4j.internal.MemoryLimit;
import io.github.bn4j.internal.Tensors;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import onnx.Onnx.TensorProto;
import onnx.Onnx.TensorProto.DataLocation;
import onnx.Onnx.TensorProto.DataType;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.protobuf.ByteString;

/** Reads tensors of a file. Nothing is made of a shape before as many elements are there. */
final class TensorReader {

    private static final Map<Integer, ElementType> FLOATING = Map.of(
            DataType.FLOAT_VALUE, ElementType.F32,
            DataType.DOUBLE_VALUE, ElementType.F64,
            DataType.FLOAT16_VALUE, ElementType.F16,
            DataType.BFLOAT16_VALUE, ElementType.BF16);

    private static final Map<Integer, Integer> WHOLE = Map.of(
            DataType.INT64_VALUE, 8,
            DataType.INT32_VALUE, 4,
            DataType.INT16_VALUE, 2,
            DataType.UINT16_VALUE, 2,
            DataType.INT8_VALUE, 1,
            DataType.UINT8_VALUE, 1,
            DataType.BOOL_VALUE, 1);

    private final OnnxFile file;
    private final ExternalData external;

    TensorReader(OnnxFile file) {
        this.file = file;
        this.external = new ExternalData(file);
    }

    /** Whether elements of a type are floating-point numbers that a network can hold. */
    static boolean isFloating(int type) {
        return FLOATING.containsKey(type);
    }

    static boolean isWhole(int type) {
        return WHOLE.containsKey(type);
    }

    /** A word for a type. */
    static String word(int type) {
        @Nullable DataType known = DataType.forNumber(type);
        return known == null ? "type " + type : known.name();
    }

    Constant read(TensorProto tensor, String name) {
        long length = 1;
        long[] dims = tensor.getDimsList().stream().mapToLong(Long::longValue).toArray();
        for (long dim : dims) {
            if (dim < 0 || (length > 0 && dim > Integer.MAX_VALUE / Math.max(1, length))) {
                throw wrong(name, "a shape of at most " + Integer.MAX_VALUE + " elements", Arrays.toString(dims));
            }
            length *= dim;
        }
        if (dims.length > 31) {
            throw wrong(name, "at most 31 axes", dims.length);
        }
        @Nullable ElementType floating = FLOATING.get(tensor.getDataType());
        @Nullable Integer width = WHOLE.get(tensor.getDataType());
        try {
            if (floating != null) {
                return length == 0
                        ? Constant.whole(new long[0], name, dims)
                        : Constant.of(floats(tensor, name, floating, dims), name);
            }
            if (width != null) {
                return Constant.whole(whole(tensor, name, width, length), name, dims);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    OnnxFile.WHO + " expects to read tensor \"" + name + "\" of \"" + file.path() + "\" but got " + e
                            + "; check the files",
                    e);
        }
        throw wrong(
                name,
                "elements of FLOAT, DOUBLE, FLOAT16, BFLOAT16, whole numbers or BOOL",
                word(tensor.getDataType()));
    }

    private static boolean isExternal(TensorProto tensor) {
        return tensor.getDataLocation() == DataLocation.EXTERNAL;
    }

    private static boolean hasRaw(TensorProto tensor) {
        return !tensor.getRawData().isEmpty();
    }

    private INDArray floats(TensorProto tensor, String name, ElementType type, long... dims) throws IOException {
        long length = Arrays.stream(dims).reduce(1, (a, b) -> a * b);
        boolean raw = hasRaw(tensor);
        boolean outside = isExternal(tensor);
        if (!outside) {
            requireLength(name, raw ? tensor.getRawData().size() / type.width() : listed(tensor, type), length);
            requireLength(name, raw ? tensor.getRawData().size() % type.width() : 0, 0);
        } else {
            external.require(tensor, length * type.width());
        }
        MemoryLimit.require(
                OnnxFile.WHO, (double) length * type.array().width(), "tensor \"" + name + "\"", "use a smaller model");
        INDArray array = Tensors.zeros(type.array(), dims);
        if (outside) {
            external.read(tensor, type, array);
        } else if (raw) {
            try (InputStream in = tensor.getRawData().newInput()) {
                ElementBytes.read(in, type, array);
            }
        } else {
            try (InputStream in = new ByteArrayInputStream(bytes(tensor, type, (int) length))) {
                ElementBytes.read(in, type, array);
            }
        }
        return array;
    }

    private static long listed(TensorProto tensor, ElementType type) {
        return switch (type) {
            case F32 -> tensor.getFloatDataCount();
            case F64 -> tensor.getDoubleDataCount();
            default -> tensor.getInt32DataCount();
        };
    }

    private static byte[] bytes(TensorProto tensor, ElementType type, int length) {
        ByteBuffer bytes =
                ByteBuffer.allocate(Math.multiplyExact(length, type.width())).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < length; i++) {
            switch (type) {
                case F32 -> bytes.putFloat(tensor.getFloatData(i));
                case F64 -> bytes.putDouble(tensor.getDoubleData(i));
                default -> bytes.putShort((short) tensor.getInt32Data(i));
            }
        }
        return bytes.array();
    }

    private long[] whole(TensorProto tensor, String name, int width, long length) throws IOException {
        if (length > Constant.MOST_WHOLE) {
            throw wrong(name, "at most " + Constant.MOST_WHOLE + " whole numbers", length);
        }
        int count = (int) length;
        if (hasRaw(tensor) || isExternal(tensor)) {
            ByteString raw = isExternal(tensor)
                    ? ByteString.copyFrom(external.bytes(tensor, count * width))
                    : tensor.getRawData();
            requireLength(name, raw.size(), length * width);
            ByteBuffer bytes = raw.asReadOnlyByteBuffer().slice().order(ByteOrder.LITTLE_ENDIAN);
            long[] values = new long[count];
            boolean unsigned =
                    tensor.getDataType() == DataType.UINT8_VALUE || tensor.getDataType() == DataType.UINT16_VALUE;
            for (int i = 0; i < count; i++) {
                values[i] = switch (width) {
                    case 8 -> bytes.getLong(i * 8);
                    case 4 -> bytes.getInt(i * 4);
                    case 2 -> unsigned ? bytes.getShort(i * 2) & 0xffff : bytes.getShort(i * 2);
                    default -> unsigned ? bytes.get(i) & 0xff : bytes.get(i);
                };
            }
            return values;
        }
        List<? extends Number> listed = width == 8 ? tensor.getInt64DataList() : tensor.getInt32DataList();
        requireLength(name, listed.size(), length);
        return listed.stream().mapToLong(Number::longValue).toArray();
    }

    private void requireLength(String name, long got, long expected) {
        if (got != expected) {
            throw wrong(name, expected + " elements for its shape", got);
        }
    }

    private RuntimeException wrong(String name, String expected, Object got) {
        return file.damaged(expected + " of tensor \"" + name + "\"", got);
    }
}
