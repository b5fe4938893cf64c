package io.github.bn4j.diagnose;

import static io.github.bn4j.internal.Checks.checkArgument;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import io.github.bn4j.bias.BiasProof;
import io.github.bn4j.bias.BiasReport;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.diagnose.SanityReport.Check;
import io.github.bn4j.diagnose.SanityReport.Verdict;
import io.github.bn4j.engine.Binding;
import io.github.bn4j.engine.Model;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.rewrite.DropMasks;
import io.github.bn4j.train.Loss;
import io.github.bn4j.train.UsualLoss;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Looks whether a network is fit to be trained: whether the data suit it, the loss that it starts from, whether it can learn a single batch by heart,
 * whether gradients get everywhere, whether examples stay apart, and whether modes and biases are what they are said to be.
 * Everything that trains does so on a copy, without dropout.
 */
public final class SanityCheck {

    private static final int BATCH = 64;
    private static final int PROBE = 8;

    private SanityCheck() {}

    /**
     * Checks a network on some of its data.
     *
     * @param model Not modified. Its seed is that of the choice of examples and of all random numbers.
     * @param biases what became of its biases
     * @param data examples with targets, at least 2; a few dozen of them are used
     * @param said the loss of each output by name, none for {@link UsualLoss usual} ones; outputs without one are not trained
     * @throws IllegalArgumentException if the data do not fit the network, or contain NaN or infinity
     */
    public static SanityReport of(Model model, BiasReport biases, Dataset data, Map<String, Loss> said) {
        checkArgument(data.size() >= 2, "sanityCheck expects at least 2 examples but got %s", data.size());
        data.requireFinite();
        Map<String, Loss> losses =
                said.isEmpty() ? UsualLoss.byOutput(UsualLoss.of("sanityCheck", model.graph(), data)) : said;
        Model plain = model.running(DropMasks.apply(model.graph()));
        Dataset shuffled = data.shuffle(model.seed());
        Dataset batch = shuffled.slice(0, Math.min(BATCH, data.size())).load();
        Learning learning = new Learning(plain, batch, losses);
        Map<String, INDArray> inputs = inputs(plain, batch.slice(0, Math.min(PROBE, data.size())));
        Isolation isolation = new Isolation(plain.copy(), Dataset.of(inputs, Map.of()));
        List<Check> checks = new ArrayList<>(new DataLook(plain.graph(), data, losses).checks());
        List<Check> first = learning.firstSteps(biases);
        checks.add(first.get(0));
        checks.add(learning.overfit());
        checks.addAll(first.subList(1, first.size()));
        checks.addAll(isolation.checks());
        checks.add(proof(model, biases, inputs));
        return new SanityReport(data.size(), checks);
    }

    /** The arrays of the inputs by name, in their order and in the type of the parameters. */
    private static Map<String, INDArray> inputs(Model model, Dataset data) {
        Map<String, INDArray> inputs =
                Binding.ofData("sanityCheck", model.graph().inputs(), data.inputs());
        inputs.replaceAll(
                (name, array) -> Tensors.dense(array, model.parameters().type()));
        return inputs;
    }

    private static Check proof(Model model, BiasReport report, Map<String, INDArray> probe) {
        String name = "biases";
        List<String> biases = report.decisions().stream().map(d -> d.bias()).toList();
        if (biases.isEmpty()) {
            return new Check(name, Verdict.SKIPPED, Map.of(), "no layer has a bias", "");
        }
        BiasProof proof;
        try {
            proof = BiasProof.of(model, report, biases, probe);
        } catch (IllegalStateException failure) {
            return new Check(name, Verdict.FAILED, Map.of(), String.valueOf(failure.getMessage()), "");
        }
        List<String> wrong = proof.evidence().stream()
                .filter(BiasProof.Evidence::contradicts)
                .map(BiasProof.Evidence::bias)
                .toList();
        Map<String, Double> numbers = new LinkedHashMap<>();
        numbers.put("tested", (double) biases.size());
        numbers.put("contradicted", (double) wrong.size());
        return wrong.isEmpty()
                ? new Check(name, Verdict.PASSED, numbers, biases.size() + " tested in float64, as reported", "")
                : new Check(
                        name,
                        Verdict.FAILED,
                        numbers,
                        "a change of " + String.join(", ", wrong) + " shows, though the report calls it redundant",
                        "look at what the ops on its path say of shifts");
    }

    /** A sentence with numbers in it. */
    @FormatMethod
    static String format(@FormatString String text, Object... arguments) {
        return String.format(Locale.ROOT, text, arguments);
    }

    /** Names for a sentence, the first few of them. */
    static String names(List<String> names) {
        String listed = names.stream().limit(4).collect(Collectors.joining(", "));
        return names.size() > 4 ? listed + " and " + (names.size() - 4) + " more" : listed;
    }
}
