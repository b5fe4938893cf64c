package io.github.bn4j.pytorch;

import io.github.bn4j.checkpoint.internal.Refusal;
import io.github.bn4j.internal.ElementType;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The dictionary of tensors in a pickle that {@code torch.save} wrote. A pickle is a program that may call anything; of this one, only what
 * builds tensors and dictionaries is understood, and nothing is ever called: the first word that means anything else refuses the file.
 */
final class PickledStateDict {

    private static final Map<String, ElementType> STORAGES = Map.ofEntries(
            Map.entry("torch.DoubleStorage", ElementType.F64),
            Map.entry("torch.FloatStorage", ElementType.F32),
            Map.entry("torch.HalfStorage", ElementType.F16),
            Map.entry("torch.BFloat16Storage", ElementType.BF16),
            Map.entry("torch.LongStorage", ElementType.I64),
            Map.entry("torch.IntStorage", ElementType.I32),
            Map.entry("torch.ShortStorage", ElementType.I16),
            Map.entry("torch.CharStorage", ElementType.I8),
            Map.entry("torch.ByteStorage", ElementType.U8),
            Map.entry("torch.BoolStorage", ElementType.BOOL));

    private static final String DICTIONARY = "collections.OrderedDict";
    private static final String TENSOR = "torch._utils._rebuild_tensor_v2";
    private static final String PARAMETER = "torch._utils._rebuild_parameter";
    private static final Set<String> NAMES = Set.of(DICTIONARY, TENSOR, PARAMETER);

    /** Where trainings keep the state dict among other things. */
    private static final List<String> WITHIN = List.of("state_dict", "model_state_dict", "model");

    private static final int MAX_DEPTH = 100_000;

    /** The name of something that a pickle would call. */
    private record Name(String text) {}

    private record Storage(ElementType type, String file) {}

    private enum Nothing {
        NOTHING
    }

    private final ByteBuffer in;
    private final Refusal refusal;
    private final List<Object> stack = new ArrayList<>();
    private final Deque<Integer> marks = new ArrayDeque<>();
    private final Map<Integer, Object> memo = new HashMap<>();

    private PickledStateDict(byte[] bytes, Refusal refusal) {
        in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        this.refusal = refusal;
    }

    static Map<String, PickledTensor> read(byte[] bytes, Refusal refusal) {
        PickledStateDict pickle = new PickledStateDict(bytes, refusal);
        Object value;
        try {
            value = pickle.run();
        } catch (BufferUnderflowException
                | IndexOutOfBoundsException
                | ClassCastException
                | ArithmeticException damaged) {
            throw refusal.of("a whole pickle", "one that is damaged at byte " + pickle.in.position());
        }
        return pickle.tensors(value);
    }

    private Map<String, PickledTensor> tensors(Object value) {
        if (!(value instanceof Map<?, ?> map)) {
            throw refusal.of("a dictionary of tensors", describe(value));
        }
        for (String within : WITHIN) {
            if (map.get(within) instanceof Map<?, ?> inner) {
                return only(inner);
            }
        }
        return only(map);
    }

    private Map<String, PickledTensor> only(Map<?, ?> map) {
        Map<String, PickledTensor> tensors = new LinkedHashMap<>();
        map.forEach((name, value) -> {
            if (!(name instanceof String text) || !(value instanceof PickledTensor tensor)) {
                throw refusal.of("nothing but tensors by name", describe(value) + " as \"" + name + "\"");
            }
            tensors.put(text, tensor);
        });
        return tensors;
    }

    private static String describe(Object value) {
        if (value instanceof Map<?, ?>) {
            return "a dictionary";
        }
        if (value instanceof List<?>) {
            return "a list";
        }
        return value instanceof PickledTensor ? "a tensor" : String.valueOf(value);
    }

    private Object run() {
        while (true) {
            int word = in.get() & 255;
            switch (word) {
                case 0x80 -> in.get(); // PROTO
                case 0x95 -> in.getLong(); // FRAME
                case '.' -> {
                    return pop();
                }
                case '(' -> marks.push(stack.size());
                case '}' -> push(new LinkedHashMap<>());
                case ']' -> push(new ArrayList<>());
                case ')' -> push(List.of());
                case 'N' -> push(Nothing.NOTHING);
                case 0x88 -> push(true);
                case 0x89 -> push(false);
                case 'J' -> push((long) in.getInt());
                case 'K' -> push((long) (in.get() & 255));
                case 'M' -> push((long) (in.getShort() & 0xFFFF));
                case 0x8a -> push(number(in.get() & 255));
                case 'G' -> push(Double.longBitsToDouble(Long.reverseBytes(in.getLong())));
                case 'X' -> push(text(in.getInt()));
                case 0x8c -> push(text(in.get() & 255));
                case 'c' -> push(name(line() + "." + line()));
                case 0x93 -> {
                    String last = (String) pop();
                    push(name(pop() + "." + last));
                }
                case 'q' -> memo.put(in.get() & 255, top());
                case 'r' -> memo.put(in.getInt(), top());
                case 0x94 -> memo.put(memo.size(), top());
                case 'h' -> push(known(in.get() & 255));
                case 'j' -> push(known(in.getInt()));
                case 't' -> push(List.copyOf(marked()));
                case 0x85 -> push(List.of(pop()));
                case 0x86 -> {
                    Object second = pop();
                    push(List.of(pop(), second));
                }
                case 0x87 -> {
                    Object third = pop();
                    Object second = pop();
                    push(List.of(pop(), second, third));
                }
                case 's' -> {
                    Object value = pop();
                    put(List.of(pop(), value));
                }
                case 'u' -> put(marked());
                case 'a' -> {
                    Object value = pop();
                    list(top()).add(value);
                }
                case 'e' -> {
                    List<Object> values = marked();
                    list(top()).addAll(values);
                }
                case 'Q' -> push(storage((List<?>) pop()));
                case 'R' -> {
                    List<?> arguments = (List<?>) pop();
                    push(made(pop(), arguments));
                }
                case 'b' -> {
                    // What an ordered dictionary keeps besides its entries.
                    pop();
                    if (!(top() instanceof Map)) {
                        throw refusal.of("nothing but tensors", "the state of another object");
                    }
                }
                default -> throw refusal.of("nothing but tensors", String.format("word 0x%02x of a pickle", word));
            }
        }
    }

    private void push(Object value) {
        if (stack.size() >= MAX_DEPTH) {
            throw refusal.of("a pickle of at most " + MAX_DEPTH + " values at a time", "more");
        }
        stack.add(value);
    }

    private Object pop() {
        return stack.remove(stack.size() - 1);
    }

    private Object top() {
        return stack.get(stack.size() - 1);
    }

    private List<Object> marked() {
        Integer mark = marks.poll();
        if (mark == null) {
            throw new IndexOutOfBoundsException();
        }
        List<Object> since = stack.subList(mark, stack.size());
        List<Object> values = new ArrayList<>(since);
        since.clear();
        return values;
    }

    private Object known(int place) {
        Object value = memo.get(place);
        if (value == null) {
            throw new IndexOutOfBoundsException();
        }
        return value;
    }

    @SuppressWarnings("unchecked")
    private static List<Object> list(Object value) {
        return (List<Object>) value;
    }

    @SuppressWarnings("unchecked")
    private void put(List<Object> entries) {
        Map<Object, Object> map = (Map<Object, Object>) top();
        for (int i = 0; i + 1 < entries.size(); i += 2) {
            if (!(entries.get(i) instanceof String)) {
                throw refusal.of("names as keys", describe(entries.get(i)));
            }
            map.put(entries.get(i), entries.get(i + 1));
        }
    }

    private long number(int length) {
        if (length > Long.BYTES) {
            throw new ArithmeticException();
        }
        long value = 0;
        for (int i = 0; i < length; i++) {
            value |= (in.get() & 255L) << (8 * i);
        }
        int unused = Long.SIZE - 8 * length;
        return length == 0 ? 0 : value << unused >> unused;
    }

    private String text(int length) {
        if (length < 0 || length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private String line() {
        StringBuilder line = new StringBuilder();
        for (byte next = in.get(); next != '\n'; next = in.get()) {
            line.append((char) next);
        }
        return line.toString();
    }

    private Name name(String text) {
        if (!NAMES.contains(text) && !STORAGES.containsKey(text)) {
            throw refusal.of("nothing but tensors", "a call of " + text);
        }
        return new Name(text);
    }

    /** {@code ('storage', type, file, device, elements)}. */
    private Storage storage(List<?> id) {
        ElementType type = STORAGES.get(((Name) id.get(1)).text());
        if (!"storage".equals(id.get(0)) || type == null || !((String) id.get(2)).matches("[A-Za-z0-9_]+")) {
            throw new ClassCastException();
        }
        return new Storage(type, (String) id.get(2));
    }

    private Object made(Object what, List<?> arguments) {
        String name = ((Name) what).text();
        if (name.equals(DICTIONARY)) {
            if (!arguments.isEmpty()) {
                throw refusal.of("an ordered dictionary without arguments", arguments.size() + " of them");
            }
            return new LinkedHashMap<>();
        }
        if (name.equals(PARAMETER)) {
            return (PickledTensor) arguments.get(0);
        }
        if (!name.equals(TENSOR)) {
            throw new ClassCastException();
        }
        Storage storage = (Storage) arguments.get(0);
        long[] dims = numbers(arguments.get(2));
        long[] strides = numbers(arguments.get(3));
        if (dims.length != strides.length) {
            throw new ArithmeticException();
        }
        return new PickledTensor(storage.type(), storage.file(), (Long) arguments.get(1), dims, strides);
    }

    private static long[] numbers(Object list) {
        return ((List<?>) list).stream().mapToLong(number -> (Long) number).toArray();
    }
}
