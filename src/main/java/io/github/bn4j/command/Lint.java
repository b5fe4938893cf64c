package io.github.bn4j.command;

import io.github.bn4j.Network;
import io.github.bn4j.bias.BiasFinding;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Looks for what a model could do without, and writes it without. */
@Command(
        name = "lint",
        description = {
            "Looks for biases that batch normalisation cancels, and for what else a model could do without or lacks.",
            "The report goes to standard output and messages to standard error."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:no warning; there may be notes",
            "1:at least one warning in MODEL, with --fix too",
            "2:wrong arguments, or a model that cannot be read or written"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  java -jar bn4j-all.jar lint model.onnx",
            "  java -jar bn4j-all.jar lint model.onnx --format sarif > lint.sarif",
            "  java -jar bn4j-all.jar lint model.onnx --fix fixed.onnx",
            "  java -jar bn4j-all.jar lint model.onnx --format json | jq '.findings[].layer'"
        })
final class Lint implements Callable<Integer> {

    private final PrintStream out;
    private final PrintStream err;

    @Parameters(paramLabel = "MODEL", description = "A model that ends in .onnx, or in .safetensors if bn4j saved it.")
    private Path model;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "What the report is written as: ${COMPLETION-CANDIDATES}. By default ${DEFAULT-VALUE}.")
    private LintFormat format = LintFormat.TEXT;

    @Option(
            names = "--ignore",
            paramLabel = "RULE",
            split = ",",
            description = "Rules that are not to be reported: ${COMPLETION-CANDIDATES}.")
    private List<LintRule> ignored = List.of();

    @Option(
            names = "--fix",
            paramLabel = "OUT",
            description = {
                "Writes the model without its redundant biases, as the ending of OUT says, .onnx or .safetensors.",
                "Predictions stay what they are. OUT may be MODEL, which is replaced then."
            })
    private @Nullable Path fixed;

    @Mixin
    private final InputShapes shapes = new InputShapes();

    Lint(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    @Override
    public Integer call() {
        ModelFormat from = ModelFormat.of("lint", model);
        ModelWriter writer = fixed == null ? null : ModelWriter.of("lint --fix", fixed, new OnnxSettings());
        OpenedModel opened = from.read(model, shapes.options());
        LintReport whole = Linter.lint(model, opened);
        if (writer != null) {
            fix(opened.network(), whole, writer);
        }
        LintReport report = whole.without(ignored);
        out.println(format.write(report));
        return report.exitStatus();
    }

    private void fix(Network network, LintReport report, ModelWriter writer) {
        if (!report.counts().containsKey(LintRule.REDUNDANT_BIAS)) {
            writer.write(network);
            err.println("lint found no redundant bias, so \"" + writer.path() + "\" is the model as it was");
            return;
        }
        int biases = network.explainBias().findings(BiasFinding.POINTLESS_BIAS).size();
        writer.write(network.absorbBias());
        err.println("lint wrote \"" + writer.path() + "\" without " + biases + " redundant "
                + (biases == 1 ? "bias" : "biases"));
    }
}
