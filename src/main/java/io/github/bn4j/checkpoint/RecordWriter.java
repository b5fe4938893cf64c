package io.github.bn4j.checkpoint;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Shape;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The components of an op as JSON, each in the form that its declared type asks for: what is written here is what {@link
 * RecordReader} reads.
 */
final class RecordWriter {

    static final String KINDS = "numbers, booleans, strings, enums, shapes, records and lists of these";

    static final Set<Class<?>> REALS = Set.of(double.class, Double.class, float.class, Float.class);
    private static final Set<Class<?>> PLAIN = Set.of(
            long.class,
            Long.class,
            int.class,
            Integer.class,
            short.class,
            Short.class,
            byte.class,
            Byte.class,
            boolean.class,
            Boolean.class,
            String.class);

    /** Far less than the nesting that a JSON reader accepts, which is 255. */
    private static final int DEEPEST = 100;

    private final Class<?> op;

    private RecordWriter(Class<?> op) {
        this.op = op;
    }

    static JsonObject write(Op op) {
        return new RecordWriter(op.getClass()).components(op, op.getClass(), new Place("", 0));
    }

    /** A component, or a component of it. */
    private record Place(String path, int depth) {

        Place at(String name) {
            return new Place(path.isEmpty() ? name : path + "." + name, depth + 1);
        }

        Place deeper() {
            return new Place(path, depth + 1);
        }
    }

    private JsonObject components(Object value, Class<?> type, Place place) {
        JsonObject json = new JsonObject();
        for (RecordComponent component : type.getRecordComponents()) {
            Place inside = place.at(component.getName());
            json.add(component.getName(), write(read(value, component, inside), component.getGenericType(), inside));
        }
        return json;
    }

    private @Nullable Object read(Object value, RecordComponent component, Place place) {
        try {
            Method accessor = component.getAccessor();
            accessor.setAccessible(true);
            return accessor.invoke(value);
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw new CheckpointException(
                    "Network.save expects a readable component " + place.path() + " of op " + op.getName() + " but got "
                            + e + "; make the record public",
                    e);
        }
    }

    private JsonElement write(@Nullable Object value, Type declared, Place place) {
        if (value == null) {
            throw new CheckpointException("Network.save expects a value of " + place.path() + " of op " + op.getName()
                    + " but got null; save ops without nulls");
        }
        if (place.depth() > DEEPEST) {
            throw new CheckpointException("Network.save expects at most " + DEEPEST + " levels of components in op "
                    + op.getName() + " but got more; save flatter ops");
        }
        if (declared instanceof ParameterizedType list && list.getRawType() == List.class) {
            JsonArray array = new JsonArray();
            Type item = list.getActualTypeArguments()[0];
            ((List<?>) value).forEach(one -> array.add(write(one, item, place.deeper())));
            return array;
        }
        if (declared instanceof Class<?> type) {
            if (REALS.contains(type)) {
                // JSON has no word for the others.
                return Double.isFinite(((Number) value).doubleValue())
                        ? new JsonPrimitive((Number) value)
                        : new JsonPrimitive(value.toString());
            }
            if (PLAIN.contains(type)) {
                return plain(value);
            }
            if (type == Shape.class) {
                return Json.of((Shape) value);
            }
            if (type.isEnum()) {
                return new JsonPrimitive(((Enum<?>) value).name());
            }
            if (type.isRecord()) {
                return components(value, type, place);
            }
            if (type.isInterface()) {
                Class<?> chosen = value instanceof Enum<?> constant ? constant.getDeclaringClass() : value.getClass();
                if (TypeNames.isStored(chosen)) {
                    JsonObject named = new JsonObject();
                    named.add(TypeNames.of(chosen, type), write(value, chosen, place.deeper()));
                    return named;
                }
            }
        }
        throw new CheckpointException("Network.save expects " + KINDS + " in op " + op.getName() + " but got "
                + value.getClass().getName() + " as " + place.path() + ", declared as " + declared.getTypeName()
                + "; save ops of such components only");
    }

    private static JsonPrimitive plain(Object value) {
        if (value instanceof Number number) {
            return new JsonPrimitive(number);
        }
        return value instanceof Boolean flag ? new JsonPrimitive(flag) : new JsonPrimitive((String) value);
    }
}
