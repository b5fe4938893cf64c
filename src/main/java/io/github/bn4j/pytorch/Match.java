package io.github.bn4j.pytorch;

import static io.github.bn4j.internal.Checks.checkArgument;
import static java.util.Objects.requireNonNull;

import io.github.bn4j.bias.BiasAbsorption;
import io.github.bn4j.internal.Listing;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Which tensor of a file is which parameter.
 *
 * @param way by what it was found
 * @param taken names in the network by those in the file
 * @param leftInFile names in the file that no parameter has
 * @param otherShape names in the network by those in the file, where the shapes differ
 */
record Match(
        PyTorchReport.Way way, Map<String, String> taken, List<String> leftInFile, Map<String, String> otherShape) {

    /** By name if all that is needed is there, else by order if that fits, else what there is by name. */
    static Match of(Modules own, StateDict file) {
        Match byName = byName(own, file.tensors(), Map.of());
        return byName.lacking(own).isEmpty() ? byName : byOrder(own, file).orElse(byName);
    }

    /** By names that a table translates. */
    static Match byName(Modules own, Map<String, INDArray> file, Map<String, String> table) {
        requireKnown(own, file, table);
        Map<String, String> known = own.byTorchName();
        Map<String, String> taken = new LinkedHashMap<>();
        Map<String, String> otherShape = new LinkedHashMap<>();
        List<String> left = new ArrayList<>();
        file.forEach((name, array) -> {
            String told = table.get(name);
            String here =
                    told != null && own.parameters().containsKey(told) ? told : known.get(translated(name, table));
            if (here == null) {
                left.add(name);
            } else if (own.fits(here, array)) {
                taken.put(name, here);
            } else {
                otherShape.put(name, here);
            }
        });
        left.removeIf(Modules::isCounter);
        return new Match(table.isEmpty() ? PyTorchReport.Way.NAMES : PyTorchReport.Way.TABLE, taken, left, otherShape);
    }

    /** A name with the longest beginning that the table knows translated. */
    private static String translated(String name, Map<String, String> table) {
        for (int end = name.length(); end > 0; end = name.lastIndexOf('.', end - 1)) {
            String told = table.get(name.substring(0, end));
            if (told != null) {
                return told + name.substring(end);
            }
        }
        return name;
    }

    private static void requireKnown(Modules own, Map<String, INDArray> file, Map<String, String> table) {
        table.forEach((from, to) -> {
            checkArgument(
                    file.keySet().stream().anyMatch(name -> name.equals(from) || name.startsWith(from + ".")),
                    "PyTorch.load expects names of the file in the table but got \"%s\"; the file has %s",
                    from,
                    Listing.of(List.copyOf(file.keySet())));
            checkArgument(
                    own.parameters().keySet().stream().anyMatch(name -> name.equals(to) || name.startsWith(to + ".")),
                    "PyTorch.load expects names of the network in the table but got \"%s\" for \"%s\"; the network has %s",
                    to,
                    from,
                    Listing.of(List.copyOf(own.parameters().keySet())));
        });
    }

    /**
     * One module after another where the order of the file tells, else each by its shapes, if nothing else has the same. Never by
     * a guess: a wrong one would not show.
     */
    private static Optional<Match> byOrder(Modules own, StateDict file) {
        List<String> names = List.copyOf(file.modules().keySet());
        List<Map<String, String>> theirs = List.copyOf(file.modules().values());
        List<Map<String, String>> ours = List.copyOf(own.inOrder().values());
        if (ours.size() != theirs.size()) {
            return Optional.empty();
        }
        boolean tells = file.ordered();
        for (int i = 1; i < names.size() && !tells; i++) {
            if (!Modules.areNumbered(names.get(i - 1), names.get(i))) {
                return byShape(own, file, ours, theirs);
            }
        }
        Map<String, String> taken = new LinkedHashMap<>();
        for (int i = 0; i < ours.size(); i++) {
            if (!areAlike(own, file, ours.get(i), theirs.get(i))) {
                return byShape(own, file, ours, theirs);
            }
            taken.putAll(pairs(ours.get(i), theirs.get(i)));
        }
        return Optional.of(new Match(PyTorchReport.Way.ORDER, taken, List.of(), Map.of()));
    }

    private static Optional<Match> byShape(
            Modules own, StateDict file, List<Map<String, String>> ours, List<Map<String, String>> theirs) {
        Map<String, String> taken = new LinkedHashMap<>();
        for (Map<String, String> their : theirs) {
            List<Map<String, String>> alike =
                    ours.stream().filter(our -> areAlike(own, file, our, their)).toList();
            if (alike.size() != 1) {
                return Optional.empty();
            }
            taken.putAll(pairs(alike.get(0), their));
        }
        return taken.values().containsAll(own.required())
                ? Optional.of(new Match(PyTorchReport.Way.SHAPE, taken, List.of(), Map.of()))
                : Optional.empty();
    }

    /** Whether two modules have tensors of the same words and shapes; a bias that the network does without may be missing. */
    private static boolean areAlike(Modules own, StateDict file, Map<String, String> our, Map<String, String> their) {
        boolean known = their.entrySet().stream().allMatch(tensor -> {
            String name = our.get(tensor.getKey());
            return name == null
                    ? Modules.isCounter(tensor.getValue())
                    : own.fits(name, requireNonNull(file.tensors().get(tensor.getValue())));
        });
        return known
                && our.entrySet().stream()
                        .allMatch(tensor -> their.containsKey(tensor.getKey())
                                || own.absent().contains(tensor.getValue()));
    }

    private static Map<String, String> pairs(Map<String, String> our, Map<String, String> their) {
        Map<String, String> pairs = new LinkedHashMap<>();
        their.forEach((word, name) -> {
            String here = our.get(word);
            if (here != null) {
                pairs.put(name, here);
            }
        });
        return pairs;
    }

    /** Parameters that need a tensor and have none. */
    private List<String> lacking(Modules own) {
        List<String> lacking = new ArrayList<>(own.required());
        lacking.removeAll(taken.values());
        return lacking;
    }

    void requireAll(String who, Modules own) {
        List<String> lacking = lacking(own);
        lacking.removeAll(otherShape.values());
        checkArgument(
                lacking.isEmpty() && otherShape.isEmpty() && leftInFile.isEmpty(),
                "%s expects a tensor for each parameter and no others but got none for %s, other shapes for %s, and left over %s;"
                        + " pass a table of names, or use loadPart for what fits",
                who,
                Listing.of(lacking.stream().map(own::inPyTorch).toList()),
                Listing.of(List.copyOf(otherShape.keySet())),
                Listing.of(leftInFile));
    }

    void requireAny(String who) {
        checkArgument(
                !taken.isEmpty(),
                "%s expects a tensor that fits a parameter by name and shape but got none among %s; compare them with"
                        + " parameters().names(), or pass a table of names to load",
                who,
                Listing.of(leftInFile));
    }

    PyTorchReport report(Modules own, StateDict file, BiasAbsorption absorbed) {
        List<PyTorchReport.Row> rows = new ArrayList<>();
        for (Map<String, String> module : file.modules().values()) {
            for (String name : module.values()) {
                String shape =
                        Arrays.toString(requireNonNull(file.tensors().get(name)).shape());
                String here = taken.get(name);
                rows.add(new PyTorchReport.Row(name, shape, Optional.ofNullable(here), fate(name, here, absorbed)));
            }
        }
        List<String> untouched = lacking(own);
        return new PyTorchReport(way, rows, untouched);
    }

    private PyTorchReport.Fate fate(String name, @Nullable String here, BiasAbsorption absorbed) {
        if (here == null) {
            return otherShape.containsKey(name)
                    ? PyTorchReport.Fate.OTHER_SHAPE
                    : Modules.isCounter(name) ? PyTorchReport.Fate.NOT_NEEDED : PyTorchReport.Fate.LEFT;
        }
        Set<String> gone =
                absorbed.absorbed().stream().map(BiasAbsorption.Absorbed::bias).collect(Collectors.toSet());
        return gone.contains(here) ? PyTorchReport.Fate.ABSORBED : PyTorchReport.Fate.TAKEN;
    }
}
