package io.github.bn4j.norm;

import static io.github.bn4j.internal.Checks.checkArgument;

import io.github.bn4j.data.Dataset;
import io.github.bn4j.engine.Model;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Normalization;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.graph.RunningAverages;
import io.github.bn4j.graph.ScaleAndShift;
import io.github.bn4j.internal.Claim;
import io.github.bn4j.internal.Floats;
import io.github.bn4j.internal.Moments;
import io.github.bn4j.internal.Outlier;
import io.github.bn4j.norm.internal.ModeMeasurement;
import io.github.bn4j.norm.internal.ModeSums;
import io.github.bn4j.norm.internal.NormCalls;
import io.github.bn4j.norm.internal.ReportedData;
import io.github.bn4j.text.Finding;
import io.github.bn4j.text.Text;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The state of the batch normalisations of a network on a data set, and what is wrong with it, with advice. Prints as a table.
 *
 * @param examples size of the data set
 * @param batchSize number of examples per batch in training mode
 * @param norms one per batch normalisation, in the order of the network
 * @param gap how far training mode is from predictions
 * @param findings what is worth a look
 * @param redundancies gammas that what follows could take over, one per batch normalisation that has one; not among the findings,
 *     as nothing is wrong with them
 */
public record BatchNormReport(
        long examples,
        int batchSize,
        List<Norm> norms,
        ModeGap gap,
        List<Finding<NormFinding>> findings,
        List<Finding<NormFinding>> redundancies) {

    private static final int BATCH = 256;
    private static final String WHO = "batchNormReport";

    /**
     * One batch normalisation.
     *
     * @param layer its path
     * @param count number of values per channel in the data
     * @param epsilon what is added to the variance
     * @param noise how far the means of batches scatter: their standard deviation, as a share of the standard deviation of
     *     the values, averaged over the channels; NaN with one batch or where training does not measure
     * @param noiseBySize the same for other numbers of examples per batch, as it falls with their root
     * @param warmUp how much of the initial running averages is left
     * @param channels one per channel
     */
    public record Norm(
            String layer,
            long count,
            double epsilon,
            double noise,
            Map<Integer, Double> noiseBySize,
            WarmUp warmUp,
            List<Channel> channels) {

        private static final List<Integer> SIZES = List.of(8, 16, 32, 64, 128, 256);

        public Norm {
            noiseBySize = Collections.unmodifiableMap(new LinkedHashMap<>(noiseBySize));
            channels = List.copyOf(channels);
        }

        static Map<Integer, Double> noiseBySize(double noise, int measured) {
            Map<Integer, Double> sizes = new LinkedHashMap<>();
            SIZES.forEach(size -> sizes.put(size, noise * Math.sqrt((double) measured / size)));
            return sizes;
        }
    }

    /**
     * One channel.
     *
     * @param mean mean of the data that come in, in prediction mode
     * @param variance their biased variance
     * @param runningMean the running mean
     * @param runningVariance the running variance
     * @param gamma scale, 1 where there is none
     * @param beta shift, 0 where there is none
     * @param outputMean mean of what goes out
     * @param outputDeviation standard deviation of what goes out
     */
    public record Channel(
            double mean,
            double variance,
            double runningMean,
            double runningVariance,
            double gamma,
            double beta,
            double outputMean,
            double outputDeviation) {

        static Channel of(
                double mean,
                double variance,
                double runningMean,
                double runningVariance,
                double gamma,
                double beta,
                double epsilon) {
            double scale = gamma / Math.sqrt(runningVariance + epsilon);
            return new Channel(
                    mean,
                    variance,
                    runningMean,
                    runningVariance,
                    gamma,
                    beta,
                    scale * (mean - runningMean) + beta,
                    Math.abs(scale) * Math.sqrt(variance));
        }
    }

    public BatchNormReport {
        norms = List.copyOf(norms);
        findings = List.copyOf(findings);
        redundancies = List.copyOf(redundancies);
    }

    /**
     * Looks at a network.
     *
     * @param model the gradients of its parameters are modified
     * @param data examples, with or without class numbers
     * @param batchSize number of examples per batch in training mode, at least 1
     * @throws IllegalArgumentException if the data do not fit the graph, or contain NaN or infinity
     * @throws IllegalStateException if a parameter is NaN or infinite, or a running variance negative; the message names the
     *     channels
     */
    public static BatchNormReport of(Model model, Dataset data, int batchSize) {
        data.requireFinite();
        return of(model, new DataHere(WHO, data, BATCH), batchSize);
    }

    /** Looks at a network like {@link #of(Model, Dataset, int)}, on data that are measured elsewhere. */
    public static BatchNormReport of(Model model, ReportedData data, int batchSize) {
        checkArgument(batchSize >= 1, "batchNormReport expects batches of at least 1 example but got %s", batchSize);
        model.requireFinite(WHO);
        Map<String, List<Node>> calls = NormCalls.of(model.graph());
        try (Claim own = Claim.on(model.parameters().trainable(), WHO)) {
            ModeSums modes = data.modes(model, batchSize);
            ModeGap gap = ModeGap.of(modes);
            List<Moments> moments = calls.isEmpty() ? List.of() : data.measure(model, List.copyOf(calls.keySet()));
            List<List<Outlier>> outliers =
                    calls.isEmpty() ? List.of() : data.outliers(model, List.copyOf(calls.keySet()));
            Map<String, List<String>> dropout = DropoutBefore.of(model.graph());
            List<Norm> norms = new ArrayList<>();
            for (List<Node> each : calls.values()) {
                norms.add(norm(
                        each.get(0),
                        moments.get(norms.size()),
                        model.parameters(),
                        modes,
                        data.examplesPerBatch(batchSize),
                        !dropout.getOrDefault(each.get(0).layer(), List.of()).isEmpty()));
            }
            return new BatchNormReport(
                    data.examples(),
                    batchSize,
                    norms,
                    gap,
                    new NormFindings(norms, gap, outliers, dropout).all(),
                    PointlessGammas.of(model.graph()));
        }
    }

    private static Norm norm(
            Node node, Moments moments, Parameters parameters, ModeSums modes, int batchSize, boolean dropout) {
        Normalization op = node.op().normalization().orElseThrow();
        double[] mean = values(node.parameter(RunningAverages.MEAN), parameters);
        double[] variance = values(node.parameter(RunningAverages.VARIANCE), parameters);
        ScaleAndShift identity = ScaleAndShift.identity(moments.channels());
        double[] gamma = node.scale().map(scale -> values(scale, parameters)).orElse(identity.scale());
        double[] beta = node.shift().map(shift -> values(shift, parameters)).orElse(identity.shift());
        List<Channel> channels = new ArrayList<>();
        for (int c = 0; c < moments.channels(); c++) {
            channels.add(Channel.of(
                    moments.mean(c),
                    moments.variance(c, false),
                    mean[c],
                    variance[c],
                    gamma[c],
                    beta[c],
                    op.epsilon()));
        }
        double noise = noise(modes.byCall().get(ModeMeasurement.key(node)), op.epsilon());
        WarmUp warmUp = op.averages().cumulative()
                ? WarmUp.cumulative(values(node.parameter(RunningAverages.COUNT), parameters)[0])
                : WarmUp.estimate(op.averages().newWeight(), op.epsilon(), channels, dropout);
        return new Norm(
                node.layer(),
                moments.count(),
                op.epsilon(),
                noise,
                Norm.noiseBySize(noise, batchSize),
                warmUp,
                channels);
    }

    private static double[] values(Parameter parameter, Parameters parameters) {
        return Floats.values(parameters.get(parameter.name()));
    }

    private static double noise(ModeSums.@Nullable Scatter batches, double epsilon) {
        if (batches == null || !batches.means().vary()) {
            return Double.NaN;
        }
        int channels = batches.means().channels();
        double sum = 0;
        for (int c = 0; c < channels; c++) {
            sum += Math.sqrt(
                    batches.means().variance(c, true) / (batches.variances().mean(c) + epsilon));
        }
        return sum / channels;
    }

    /** The findings of one kind. */
    public List<Finding<NormFinding>> findings(NormFinding kind) {
        return Finding.of(kind == NormFinding.POINTLESS_GAMMA ? redundancies : findings, kind);
    }

    /** The whole report as JSON: the components of these records under their names. */
    public Text json() {
        return Text.json(this);
    }

    @Override
    public String toString() {
        String first = String.format(
                Locale.ROOT,
                "%d batch normalisations on %d examples; batches of %d in training mode differ from predictions by"
                        + " %.2g, and in the largest output for %.1f %% of the examples",
                norms.size(),
                examples,
                batchSize,
                gap.difference(),
                100 * gap.disagreement());
        String rest = findings.isEmpty()
                ? "nothing found"
                : findings.stream().map(Finding::toString).collect(Collectors.joining(System.lineSeparator()));
        String notes = redundancies.stream()
                .map(note -> System.lineSeparator() + "note: " + note)
                .collect(Collectors.joining());
        return first + System.lineSeparator() + rest + notes;
    }
}
