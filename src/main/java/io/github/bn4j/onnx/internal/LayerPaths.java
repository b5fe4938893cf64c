package io.github.bn4j.onnx.internal;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Paths of layers after the names of a file: letters, digits and underscores, with dots between blocks; each once. */
final class LayerPaths {

    /** What PyTorch calls the tensors of a state dict. */
    private static final Pattern STATE_DICT = Pattern.compile("[A-Za-z_]\\w*(\\.\\w+)+");

    private final Set<String> taken = new HashSet<>();
    private final Map<String, String> wanted = new HashMap<>();

    /** The module of a parameter, as in {@code layer1.0.conv1.weight}; empty if the name is not of that kind. */
    static String module(String parameter) {
        return STATE_DICT.matcher(parameter).matches() ? parameter.substring(0, parameter.lastIndexOf('.')) : "";
    }

    /** A path after the name of a node, such as {@code layer1.0.conv1} after {@code /layer1/layer1.0/conv1/Conv}. */
    static String ofNode(String name, String operator) {
        if (!name.contains("/")) {
            return clean(
                    name.endsWith("." + operator) ? name.substring(0, name.length() - operator.length() - 1) : name);
        }
        String path = "";
        String[] segments = name.split("/", -1);
        for (String segment : segments) {
            if (!segment.isEmpty()) {
                path = path.isEmpty() || segment.startsWith(path + ".") ? segment : path + "." + segment;
            }
        }
        return clean(withoutOperator(path, operator));
    }

    /* Of "relu_1.Relu" nothing is new in the last word; of "layer1.0.Add" it is. */
    private static String withoutOperator(String path, String operator) {
        int dot = path.lastIndexOf('.');
        if (dot < 0) {
            return path;
        }
        String last = path.substring(dot + 1).replaceAll("_[0-9]+$", "");
        String before = path.substring(path.lastIndexOf('.', dot - 1) + 1, dot);
        boolean isOperator = last.equalsIgnoreCase(operator);
        boolean isSaid = before.toLowerCase(Locale.ROOT).startsWith(operator.toLowerCase(Locale.ROOT));
        return isOperator && isSaid
                ? path.substring(0, dot)
                : isOperator ? path.substring(0, dot + 1) + last.toLowerCase(Locale.ROOT) : path;
    }

    /** Letters, digits, underscores and single dots between them. */
    static String clean(String name) {
        return name.replaceAll("[^A-Za-z0-9_.]+", "_").replaceAll("\\.+", ".").replaceAll("^[._]+|[._]+$", "");
    }

    /** A path that nothing has, like the wanted one. */
    String fresh(String like) {
        String path = like;
        for (int i = 2; !taken.add(path); i++) {
            path = like + "_" + i;
        }
        wanted.put(path, like);
        return path;
    }

    /** For paths that are used after all the one that was wanted, where nothing else has that now. */
    Map<String, String> settled(Collection<String> used) {
        Set<String> left = new HashSet<>(used);
        Map<String, String> settled = new LinkedHashMap<>();
        for (String path : used) {
            String like = wanted.getOrDefault(path, path);
            settled.put(path, left.add(like) ? like : path);
        }
        return settled;
    }
}
