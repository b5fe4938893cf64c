package io.github.bn4j.engine.internal;

import io.github.bn4j.engine.Collective;
import io.github.bn4j.internal.HostMemory;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Numbers of one type, written one after another, that are added up over a collective and read again. */
sealed interface SharedNumbers {

    /** Room for so many numbers of type FLOAT or DOUBLE. */
    static SharedNumbers of(DataType type, int count) {
        ByteBuffer bytes = ByteBuffer.allocateDirect(Math.multiplyExact(count, type.width()))
                .order(ByteOrder.nativeOrder());
        return type == DataType.FLOAT ? new OfFloat(bytes.asFloatBuffer()) : new OfDouble(bytes.asDoubleBuffer());
    }

    /** The numbers, at the place that is written or read next. */
    Buffer buffer();

    void put(double number);

    double take();

    /** Writes all elements of a dense array of the type. */
    void put(INDArray array);

    /** Reads as many numbers as a dense array of the type has elements into it. */
    void take(INDArray array);

    void allReduce(Collective collective);

    /** In float32. */
    record OfFloat(FloatBuffer buffer) implements SharedNumbers {

        @Override
        public void put(double number) {
            buffer.put((float) number);
        }

        @Override
        public double take() {
            return buffer.get();
        }

        @Override
        public void put(INDArray array) {
            buffer.put(HostMemory.floats(array));
        }

        @Override
        public void take(INDArray array) {
            FloatBuffer elements = HostMemory.floats(array);
            elements.put(0, buffer, buffer.position(), elements.limit());
            buffer.position(buffer.position() + elements.limit());
            HostMemory.put(elements, array);
        }

        @Override
        public void allReduce(Collective collective) {
            collective.allReduce(buffer);
        }
    }

    /** In float64. */
    record OfDouble(DoubleBuffer buffer) implements SharedNumbers {

        @Override
        public void put(double number) {
            buffer.put(number);
        }

        @Override
        public double take() {
            return buffer.get();
        }

        @Override
        public void put(INDArray array) {
            buffer.put(HostMemory.doubles(array));
        }

        @Override
        public void take(INDArray array) {
            DoubleBuffer elements = HostMemory.doubles(array);
            elements.put(0, buffer, buffer.position(), elements.limit());
            buffer.position(buffer.position() + elements.limit());
            HostMemory.put(elements, array);
        }

        @Override
        public void allReduce(Collective collective) {
            collective.allReduce(buffer);
        }
    }
}
