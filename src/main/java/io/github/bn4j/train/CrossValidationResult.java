package io.github.bn4j.train;

import static io.github.bn4j.internal.Checks.checkGiven;
import static io.github.bn4j.internal.Checks.checkPresent;
import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How the candidates of a {@link CrossValidation} did, the best first. Prints as a table of means and spreads over the parts.
 */
public final class CrossValidationResult {

    private final Map<String, List<Map<String, Double>>> values;
    private final Map<String, Metric> metrics;
    private final String by;

    private CrossValidationResult(
            Map<String, List<Map<String, Double>>> values, Map<String, Metric> metrics, String by) {
        this.values = Collections.unmodifiableMap(values);
        this.metrics = Collections.unmodifiableMap(metrics);
        this.by = by;
    }

    /**
     * A result in the order of the first metric.
     *
     * @param values of each metric by name, for each part, for each candidate
     */
    static CrossValidationResult of(Map<String, List<Map<String, Double>>> values, Map<String, Metric> metrics) {
        return new CrossValidationResult(
                        values, metrics, metrics.keySet().iterator().next())
                .sorted();
    }

    private CrossValidationResult sorted() {
        boolean higherIsBetter = requireNonNull(metrics.get(by)).higherIsBetter();
        List<String> names = new ArrayList<>(values.keySet());
        names.sort(Comparator.comparingDouble(name -> {
            double mean = mean(name, by);
            // What is not defined is last.
            return Double.isNaN(mean) ? Double.POSITIVE_INFINITY : higherIsBetter ? -mean : mean;
        }));
        Map<String, List<Map<String, Double>>> ordered = new LinkedHashMap<>();
        names.forEach(name -> ordered.put(name, requireNonNull(values.get(name))));
        return new CrossValidationResult(ordered, metrics, by);
    }

    /**
     * Orders by another metric, in its direction.
     *
     * @throws IllegalArgumentException if it was not measured; the message lists those that were
     */
    public CrossValidationResult by(String metric) {
        requireMetric(metric);
        return new CrossValidationResult(values, metrics, metric).sorted();
    }

    /** The names of the candidates, the best first. */
    public List<String> names() {
        return List.copyOf(values.keySet());
    }

    /** The names of what was measured. */
    public Set<String> metrics() {
        return metrics.keySet();
    }

    /**
     * The values of a metric, one for each part; NaN where it is not defined.
     *
     * @throws IllegalArgumentException if there is no such candidate, or the metric was not measured
     */
    public List<Double> values(String candidate, String metric) {
        checkGiven(candidate, "values", "the name of a candidate");
        requireMetric(metric);
        List<Map<String, Double>> parts = checkPresent(
                values.get(candidate),
                "values expects the name of a candidate but got \"%s\"; there are %s",
                candidate,
                values.keySet());
        return parts.stream().map(part -> part.getOrDefault(metric, Double.NaN)).toList();
    }

    private void requireMetric(String metric) {
        checkGiven(metric, "values", "the name of a metric");
        checkPresent(
                metrics.get(metric),
                "values expects the name of a metric that was measured but got \"%s\"; there are %s",
                metric,
                metrics.keySet());
    }

    /** The mean of a metric over the parts; NaN if it is not defined for one. */
    public double mean(String candidate, String metric) {
        return values(candidate, metric).stream()
                .mapToDouble(Double::doubleValue)
                .average()
                .orElse(Double.NaN);
    }

    /** The standard deviation of a metric over the parts, with Bessel's correction. */
    public double spread(String candidate, String metric) {
        List<Double> all = values(candidate, metric);
        double mean = mean(candidate, metric);
        double squares = all.stream()
                .mapToDouble(value -> (value - mean) * (value - mean))
                .sum();
        return Math.sqrt(squares / (all.size() - 1));
    }

    @Override
    public String toString() {
        List<List<String>> rows = new ArrayList<>();
        List<String> head = new ArrayList<>(List.of("best by " + by));
        head.addAll(metrics.keySet());
        rows.add(head);
        for (String name : values.keySet()) {
            List<String> row = new ArrayList<>(List.of(name));
            metrics.keySet()
                    .forEach(metric -> row.add(
                            MetricValue.text(mean(name, metric)) + " ± " + MetricValue.text(spread(name, metric))));
            rows.add(row);
        }
        return TextTable.of(rows);
    }
}
