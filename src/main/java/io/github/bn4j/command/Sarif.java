package io.github.bn4j.command;

import com.google.gson.annotations.SerializedName;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A report in the Static Analysis Results Interchange Format 2.1.0 (OASIS Standard, 2020), as code hosts show it. The names of the
 * components are those of the format.
 */
final class Sarif {

    private static final String SCHEMA =
            "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
    private static final String HOME = "https://github.com/bn4j/bn4j";
    private static final String PAGE = HOME + "/blob/main/docs/lint.md#";

    private Sarif() {}

    private record Log(@SerializedName("$schema") String schema, String version, List<Run> runs) {}

    private record Run(Tool tool, List<Result> results) {}

    private record Tool(Driver driver) {}

    private record Driver(String name, String version, String informationUri, List<Descriptor> rules) {}

    private record Descriptor(
            String id,
            String name,
            Text shortDescription,
            Text fullDescription,
            Text help,
            String helpUri,
            Configuration defaultConfiguration) {}

    private record Text(String text) {}

    private record Configuration(String level) {}

    private record Result(
            String ruleId,
            int ruleIndex,
            String level,
            Text message,
            List<Location> locations,
            Map<String, String> partialFingerprints,
            Properties properties) {}

    private record Properties(Savings saves) {}

    private record Location(PhysicalLocation physicalLocation, List<LogicalLocation> logicalLocations) {}

    /** Has a line, as some readers show nothing without, though a model has none. */
    private record PhysicalLocation(ArtifactLocation artifactLocation, Region region) {}

    private record ArtifactLocation(String uri) {}

    private record Region(int startLine) {}

    private record LogicalLocation(String name, String fullyQualifiedName, String kind) {}

    static String of(LintReport report) {
        List<Descriptor> rules =
                Stream.of(LintRule.values()).map(Sarif::descriptor).toList();
        List<Result> results = report.findings().stream()
                .map(finding -> result(report.model(), finding))
                .toList();
        Driver driver = new Driver("bn4j", Version.number(), HOME, rules);
        return AsciiJson.of(new Log(SCHEMA, "2.1.0", List.of(new Run(new Tool(driver), results))));
    }

    private static Descriptor descriptor(LintRule rule) {
        return new Descriptor(
                rule.toString(),
                Stream.of(rule.toString().split("-"))
                        .map(word -> word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1))
                        .reduce("", String::concat),
                new Text(rule.title()),
                new Text(rule.help()),
                new Text(rule.help()),
                PAGE + rule,
                new Configuration(rule.level().toString()));
    }

    private static Result result(Path model, LintFinding finding) {
        String layer = finding.layer();
        return new Result(
                finding.rule().toString(),
                List.of(LintRule.values()).indexOf(finding.rule()),
                finding.rule().level().toString(),
                new Text(finding.message()),
                List.of(new Location(
                        new PhysicalLocation(new ArtifactLocation(uri(model)), new Region(1)),
                        layer.isEmpty()
                                ? List.of()
                                : List.of(new LogicalLocation(
                                        layer.substring(layer.lastIndexOf('.') + 1), layer, "layer")))),
                Map.of(
                        "ruleAndPlace/v1",
                        finding.rule() + ":" + (finding.tensor().isEmpty() ? layer : finding.tensor())),
                new Properties(finding.saves()));
    }

    /** Relative to the working directory for what is below it. */
    private static String uri(Path model) {
        URI here = Path.of("").toUri();
        return here.relativize(model.toUri()).toString();
    }
}
