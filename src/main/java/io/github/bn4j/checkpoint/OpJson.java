package io.github.bn4j.checkpoint;

import static java.util.Objects.requireNonNull;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.github.bn4j.graph.AddBias;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Shape;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Ops as JSON: a name and the components of the record.
 *
 * <p>A file names classes, so it must not choose which are loaded: a plain name is looked for in this library's own op
 * package and nowhere else, any other name among the classes that the caller handed in.
 */
final class OpJson {

    private static final String OP_PACKAGE = "io.github.bn4j.op";
    private static final Pattern PLAIN_NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_]{0,99}");

    private final Map<String, Class<? extends Op>> own = new LinkedHashMap<>();

    /** Reads this library's ops and the given ones. */
    OpJson(List<Class<? extends Op>> own) {
        for (Class<? extends Op> type : own) {
            if (!type.isRecord()) {
                throw new CheckpointException("Network.load expects classes of ops that are records but got "
                        + type.getName() + "; turn it into a record");
            }
            this.own.put(type.getName(), type);
        }
    }

    static void write(Op op, JsonObject node) {
        Class<? extends Op> type = op.getClass();
        if (!type.isRecord()) {
            throw new CheckpointException("Network.save expects ops that are records but got " + type.getName()
                    + "; turn it into a record of numbers, booleans, strings, enums, lists and shapes");
        }
        JsonObject fields = new JsonObject();
        for (RecordComponent component : type.getRecordComponents()) {
            fields.add(component.getName(), encode(read(op, component), type, component));
        }
        node.addProperty("op", name(type));
        node.add("fields", fields);
    }

    private static String name(Class<? extends Op> type) {
        boolean builtIn =
                type == AddBias.class || (type.getPackageName().equals(OP_PACKAGE) && type.getEnclosingClass() == null);
        if (!builtIn && builtIn(type.getName()) != null) {
            throw new CheckpointException("Network.save expects another name than that of a built-in op but got class "
                    + type.getName() + "; put it into a package");
        }
        return builtIn ? type.getSimpleName() : type.getName();
    }

    private static Object read(Op op, RecordComponent component) {
        Object value;
        try {
            Method accessor = component.getAccessor();
            accessor.setAccessible(true);
            value = accessor.invoke(op);
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw new CheckpointException(
                    "Network.save expects a readable component " + component.getName() + " of op "
                            + op.getClass().getName() + " but got " + e + "; make the record public",
                    e);
        }
        if (value == null) {
            throw new CheckpointException("Network.save expects a value of " + component.getName() + " of op "
                    + op.getClass().getName() + " but got null; save ops without nulls");
        }
        return value;
    }

    private static JsonElement encode(@Nullable Object value, Class<?> op, RecordComponent component) {
        if (value instanceof Double || value instanceof Float) {
            // JSON has no word for the others.
            return Double.isFinite(((Number) value).doubleValue())
                    ? new JsonPrimitive((Number) value)
                    : new JsonPrimitive(value.toString());
        }
        if (value instanceof Long || value instanceof Integer || value instanceof Short || value instanceof Byte) {
            return new JsonPrimitive((Number) value);
        }
        if (value instanceof Boolean flag) {
            return new JsonPrimitive(flag);
        }
        if (value instanceof String text) {
            return new JsonPrimitive(text);
        }
        if (value instanceof Enum<?> constant) {
            return new JsonPrimitive(constant.name());
        }
        if (value instanceof Shape shape) {
            return Json.of(shape);
        }
        if (value instanceof List<?> list) {
            JsonArray array = new JsonArray();
            list.forEach(item -> array.add(encode(item, op, component)));
            return array;
        }
        throw new CheckpointException("Network.save expects numbers, booleans, strings, enums, lists and shapes in op "
                + op.getName()
                + " but got " + (value == null ? "null" : value.getClass().getName()) + " as "
                + component.getName() + "; save ops of such components only");
    }

    Op read(Json node) {
        Class<? extends Op> type = type(node.at("op"));
        Json fields = node.at("fields");
        RecordComponent[] components = type.getRecordComponents();
        Set<String> names = new LinkedHashSet<>();
        Class<?>[] types = new Class<?>[components.length];
        Object[] values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            names.add(components[i].getName());
            types[i] = components[i].getType();
            values[i] = decode(fields.at(components[i].getName()), components[i].getGenericType());
        }
        if (!names.equals(fields.members().keySet())) {
            throw fields.wrong("nothing but " + names);
        }
        try {
            Constructor<? extends Op> constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            Throwable refusal = requireNonNull(e.getCause());
            throw fields.source()
                    .damaged(
                            "components that op " + type.getSimpleName() + " accepts as " + fields.where(),
                            "\"" + refusal.getMessage() + "\"",
                            refusal);
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw new CheckpointException(
                    "Network.load expects a record that can be constructed but got op " + type.getName() + " (" + e
                            + "); make the record public",
                    e);
        }
    }

    private Class<? extends Op> type(Json json) {
        String name = json.string();
        Class<? extends Op> type = builtIn(name);
        if (type == null) {
            type = own.get(name);
        }
        if (type != null) {
            return type;
        }
        if (PLAIN_NAME.matcher(name).matches()) {
            throw json.source()
                    .wrong(
                            "ops that this version knows",
                            "\"" + name + "\" as " + json.where(),
                            "use a newer bn4j, or pass the class of the op to Network.load",
                            null);
        }
        String simple = name.substring(Math.max(name.lastIndexOf('.'), name.lastIndexOf('$')) + 1);
        throw new CheckpointException("Network.load expects the class of op \"" + name
                + "\" but got none; pass it: Network.load(path, " + simple + ".class)");
    }

    private static @Nullable Class<? extends Op> builtIn(String name) {
        if (name.equals(AddBias.class.getSimpleName())) {
            return AddBias.class;
        }
        if (!PLAIN_NAME.matcher(name).matches()) {
            return null;
        }
        try {
            Class<?> type = Class.forName(OP_PACKAGE + "." + name, false, OpJson.class.getClassLoader());
            return type.isRecord() && Op.class.isAssignableFrom(type) ? type.asSubclass(Op.class) : null;
        } catch (ClassNotFoundException | LinkageError e) {
            // A linkage error is what a file system that ignores case makes of a name in the wrong case.
            return null;
        }
    }

    private static Object decode(Json json, Type type) {
        if (type instanceof ParameterizedType list && list.getRawType() == List.class) {
            List<Object> items = new ArrayList<>();
            json.items().forEach(item -> items.add(decode(item, list.getActualTypeArguments()[0])));
            return List.copyOf(items);
        }
        if (type == double.class || type == Double.class) {
            return decimal(json);
        }
        if (type == float.class || type == Float.class) {
            return json.isString() ? (float) decimal(json) : Float.parseFloat(json.number());
        }
        if (type == long.class || type == Long.class) {
            return json.whole(Long.MIN_VALUE, Long.MAX_VALUE);
        }
        if (type == int.class || type == Integer.class) {
            return (int) json.whole(Integer.MIN_VALUE, Integer.MAX_VALUE);
        }
        if (type == short.class || type == Short.class) {
            return (short) json.whole(Short.MIN_VALUE, Short.MAX_VALUE);
        }
        if (type == byte.class || type == Byte.class) {
            return (byte) json.whole(Byte.MIN_VALUE, Byte.MAX_VALUE);
        }
        if (type == boolean.class || type == Boolean.class) {
            return json.bool();
        }
        if (type == String.class) {
            return json.string();
        }
        if (type == Shape.class) {
            return json.shape();
        }
        if (type instanceof Class<?> enumType && enumType.isEnum()) {
            return constant(json, enumType);
        }
        throw json.wrong("a number, boolean, string, enum, list or shape, not a " + type.getTypeName() + ",");
    }

    private static double decimal(Json json) {
        if (!json.isString()) {
            return Double.parseDouble(json.number());
        }
        return switch (json.string()) {
            case "NaN" -> Double.NaN;
            case "Infinity" -> Double.POSITIVE_INFINITY;
            case "-Infinity" -> Double.NEGATIVE_INFINITY;
            default -> throw json.wrong("a number");
        };
    }

    static Object constant(Json json, Class<?> type) {
        List<String> names = new ArrayList<>();
        for (Object constant : type.getEnumConstants()) {
            String name = ((Enum<?>) constant).name();
            if (name.equals(json.string())) {
                return constant;
            }
            names.add(name);
        }
        throw json.wrong("one of " + names);
    }
}
