package io.github.bn4j.checkpoint;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import io.github.bn4j.fuzz.Mutation;
import io.github.bn4j.graph.Initializer;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Operands;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Role;
import io.github.bn4j.graph.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Random changes of a network's file that know its structure: bytes, the header's tree, and the graph's tree within it. Most
 * of the changed graphs are repaired, so that what is behind the first checks is reached too: shapes follow from the ops again,
 * and tensors from the parameters.
 */
final class NetworkMutation {

    private static final String[] NUMBERS = {
        "0",
        "1",
        "2",
        "3",
        "4",
        "5",
        "7",
        "8",
        "16",
        "31",
        "33",
        "100",
        "-1",
        "-2",
        "0.5",
        "1e-5",
        "1e300",
        "-0.0",
        "255",
        "65536",
        "30000",
        "1073741823",
        "1073741824",
        "2147483646",
        "2147483647",
        "2147483648",
        "4294967296",
        "4611686018427387904",
        "9223372036854775807",
        "9223372036854775808",
        "1e999",
        "1e-999"
    };
    private static final String[] TEXTS = {
        "",
        "x",
        ",",
        "\u0000",
        "NaN",
        "Infinity",
        "-Infinity",
        "Convolution",
        "AddBias",
        "BatchNormalization",
        "Addition",
        "Concatenation",
        "Upsampling",
        "Slicing",
        "Reshaping",
        "Softmax",
        "Masking",
        "MaxPooling",
        "GlobalAveragePooling",
        "SoftmaxCrossEntropy",
        "MeanSquaredError",
        "java.lang.Runtime",
        "F16",
        "F32",
        "F64",
        "I64",
        "STATE",
        "TRAINABLE",
        "RUNNING",
        "GHOST",
        "RENORM",
        "ON",
        "OFF",
        "REFLECT",
        "[]",
        "[\"a\"]",
        "bn4j-1",
        "bn4j-2",
        "__metadata__",
        "😀"
    };
    private static final long MOST_ELEMENTS = 20_000;

    private final Random random;

    NetworkMutation(Random random) {
        this.random = random;
    }

    byte[] of(byte[] file) {
        int kind = random.nextInt(10);
        if (kind == 0) {
            return Mutation.of(file, random);
        }
        int length = (int) ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
        JsonObject header = JsonParser.parseString(new String(file, 8, length, StandardCharsets.UTF_8))
                .getAsJsonObject();
        JsonObject metadata = header.getAsJsonObject("__metadata__");
        byte[] data = Arrays.copyOfRange(file, 8 + length, file.length);
        if (kind == 1) {
            change(header, 1 + random.nextInt(2));
        } else {
            JsonObject graph =
                    JsonParser.parseString(metadata.get("graph").getAsString()).getAsJsonObject();
            change(graph, 1 + random.nextInt(3));
            if (random.nextInt(4) > 0) {
                try {
                    data = repair(graph, header, data);
                } catch (RuntimeException beyondRepair) {
                    // It is tried as it is.
                }
            }
            metadata.addProperty("graph", graph.toString());
        }
        byte[] text = header.toString().getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + text.length + data.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(text.length)
                .put(text)
                .put(data)
                .array();
    }

    /** Changes some places of a tree. */
    private void change(JsonObject tree, int changes) {
        for (int i = 0; i < changes; i++) {
            List<Runnable> places = new ArrayList<>();
            List<JsonElement> all = new ArrayList<>();
            collect(tree, all, places);
            places.get(random.nextInt(places.size())).run();
        }
    }

    /** All places of a tree, and what changes each. */
    private void collect(JsonElement element, List<JsonElement> all, List<Runnable> changes) {
        all.add(element);
        if (element instanceof JsonObject object) {
            for (Map.Entry<String, JsonElement> member : object.entrySet()) {
                String name = member.getKey();
                changes.add(() -> {
                    switch (random.nextInt(12)) {
                        case 0 -> object.remove(name);
                        case 1 -> object.add(text(), object.get(name));
                        default -> object.add(name, other(object.get(name), all));
                    }
                });
                collect(member.getValue(), all, changes);
            }
        } else if (element instanceof JsonArray array) {
            for (int i = 0; i < array.size(); i++) {
                int index = i;
                changes.add(() -> {
                    switch (random.nextInt(8)) {
                        case 0 -> array.remove(index);
                        case 1 ->
                            array.add(array.get(random.nextInt(array.size())).deepCopy());
                        case 2 -> swap(array, index, random.nextInt(array.size()));
                        default -> array.set(index, other(array.get(index), all));
                    }
                });
                collect(array.get(i), all, changes);
            }
        }
    }

    private static void swap(JsonArray array, int first, int second) {
        JsonElement one = array.get(first);
        array.set(first, array.get(second));
        array.set(second, one);
    }

    private JsonElement other(JsonElement old, List<JsonElement> all) {
        if (random.nextInt(6) == 0) {
            return all.get(random.nextInt(all.size())).deepCopy();
        }
        if (random.nextInt(30) == 0) {
            return JsonNull.INSTANCE;
        }
        if (old instanceof JsonPrimitive primitive) {
            if (primitive.isBoolean()) {
                return new JsonPrimitive(!primitive.getAsBoolean());
            }
            return primitive.isNumber() ? number() : new JsonPrimitive(text());
        }
        return random.nextBoolean() ? number() : new JsonPrimitive(text());
    }

    private JsonElement number() {
        return JsonParser.parseString(NUMBERS[random.nextInt(random.nextInt(3) == 0 ? NUMBERS.length : 8)]);
    }

    private String text() {
        return TEXTS[random.nextInt(TEXTS.length)];
    }

    /** Shapes by the ops' own rules, and a tensor of random numbers for each parameter. */
    private byte[] repair(JsonObject graph, JsonObject header, byte[] data) {
        FileSource source = new FileSource(Path.of("mutation"));
        OpJson ops = new OpJson();
        Map<String, Parameter> parameters = new HashMap<>();
        for (JsonElement item : graph.getAsJsonArray("parameters")) {
            JsonObject parameter = item.getAsJsonObject();
            String name = parameter.get("name").getAsString();
            parameters.put(
                    name,
                    new Parameter(
                            name,
                            shape(parameter.get("shape")),
                            Initializer.constant(0),
                            Role.valueOf(parameter.get("role").getAsString()),
                            true));
        }
        Map<String, Shape> values = new HashMap<>();
        for (JsonElement input : graph.getAsJsonObject("inputs").asMap().values()) {
            values.put(
                    input.getAsJsonObject().get("id").getAsString(),
                    shape(input.getAsJsonObject().get("shape")));
        }
        for (JsonElement item : graph.getAsJsonArray("nodes")) {
            JsonObject node = item.getAsJsonObject();
            Op op = ops.read(Json.parse(node.toString(), "node", source));
            List<Shape> inputs = new ArrayList<>();
            node.getAsJsonArray("inputs").forEach(id -> inputs.add(values.get(id.getAsString())));
            List<Parameter> used = new ArrayList<>();
            node.getAsJsonArray("parameters").forEach(name -> used.add(parameters.get(name.getAsString())));
            Shape shape = Operands.outputShape(op, inputs, used);
            JsonObject output = node.getAsJsonObject("output");
            output.add("shape", Json.of(shape));
            values.put(output.get("id").getAsString(), shape);
        }
        return tensors(parameters, header, data);
    }

    private byte[] tensors(Map<String, Parameter> parameters, JsonObject header, byte[] data) {
        long elements = parameters.values().stream()
                .mapToLong(parameter -> parameter.shape().size())
                .sum();
        if (elements > MOST_ELEMENTS) {
            return data;
        }
        header.keySet().removeIf(name -> !name.equals("__metadata__"));
        ByteBuffer tensors = ByteBuffer.allocate(4 * (int) elements).order(ByteOrder.LITTLE_ENDIAN);
        for (Parameter parameter : parameters.values()) {
            JsonObject entry = new JsonObject();
            entry.addProperty("dtype", "F32");
            entry.add("shape", Json.of(parameter.shape()));
            JsonArray offsets = new JsonArray();
            offsets.add(tensors.position());
            for (long i = parameter.shape().size(); i > 0; i--) {
                tensors.putFloat(random.nextFloat());
            }
            offsets.add(tensors.position());
            entry.add("data_offsets", offsets);
            header.add(parameter.name(), entry);
        }
        return tensors.array();
    }

    private static Shape shape(JsonElement json) {
        return Shape.of(json.getAsJsonArray().asList().stream()
                .mapToLong(JsonElement::getAsLong)
                .toArray());
    }
}
