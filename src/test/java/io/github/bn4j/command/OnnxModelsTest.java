package io.github.bn4j.command;

import static io.github.bn4j.TensorAssert.assertTensor;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.bn4j.Network;
import io.github.bn4j.bias.BiasFinding;
import io.github.bn4j.checkpoint.TensorFile;
import io.github.bn4j.checkpoint.internal.NpyFile;
import io.github.bn4j.layer.Conv2d;
import io.github.bn4j.onnx.Runtime;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import onnx.Onnx.ModelProto;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;

/** All commands on models that PyTorch and Caffe2 wrote; models.py among the test resources says how. */
class OnnxModelsTest {

    private static final Path MODELS = Path.of("src/test/resources/command");

    @TempDir
    Path folder;

    private static Path model(String name) {
        return MODELS.resolve(name + ".onnx");
    }

    private static INDArray tensor(String net, String name) {
        return TensorFile.read("test", Path.of("src/test/resources/pytorch/" + net + ".io.safetensors"))
                .tensors()
                .get(name);
    }

    /** What redundant_biases.py found by changing them at random in PyTorch, in float64. */
    private static Set<String> tensors(String net, String verdict) throws Exception {
        try (Stream<String> lines = Files.lines(MODELS.resolve("redundant_biases.txt"))) {
            return lines.map(line -> line.split(" ", -1))
                    .filter(line -> line[0].equals(net) && line[2].equals(verdict))
                    .map(line -> line[1])
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static Set<String> found(Path model, LintRule... rules) {
        CommandRun run = CommandRun.of("lint", model, "--format", "json");
        Set<String> tensors = new TreeSet<>();
        for (JsonElement element :
                JsonParser.parseString(run.out()).getAsJsonObject().getAsJsonArray("findings")) {
            JsonObject finding = element.getAsJsonObject();
            if (Stream.of(rules)
                    .anyMatch(rule -> rule.toString().equals(finding.get("rule").getAsString()))) {
                tensors.add(finding.get("tensor").getAsString());
            }
        }
        return tensors;
    }

    @ParameterizedTest
    @ValueSource(strings = {"vgg_bias", "unet", "resnet", "mobilenet2", "efficientnet", "shared"})
    void findsTheBiasesAndBetasThatPyTorchFindsRedundantAndNoOthers(String net) throws Exception {
        assertThat(tensors(net, "needed")).isNotEmpty();
        assertThat(found(model(net), LintRule.REDUNDANT_BIAS, LintRule.POINTLESS_BETA))
                .isEqualTo(tensors(net, "redundant"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"light_shufflenet", "light_resnet50"})
    void findsTheSameInFilesOfCaffe2(String net) throws Exception {
        assertThat(tensors(net, "needed")).isNotEmpty();
        assertThat(found(model(net), LintRule.REDUNDANT_BIAS)).isEqualTo(tensors(net, "redundant"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"vgg_bias", "unet"})
    void writesOnnxWithoutBiasesThatGivesTheSameElsewhere(String net) throws Exception {
        Path fixed = folder.resolve("fixed.onnx");
        Map<String, INDArray> input = Map.of("x", tensor(net, "input"));

        CommandRun run = CommandRun.of("lint", model(net), "--fix", fixed);

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err().replace(folder + File.separator, ""))
                .isEqualTo("lint wrote \"fixed.onnx\" without "
                        + found(model(net), LintRule.REDUNDANT_BIAS).size() + " redundant biases\n");
        assertThat(found(fixed, LintRule.REDUNDANT_BIAS)).isEmpty();
        Map<String, INDArray> expected = Runtime.run(model(net), input);
        Map<String, INDArray> actual = Runtime.run(fixed, input);
        assertThat(actual.keySet()).isEqualTo(expected.keySet()).containsExactly("y");
        assertTensor(actual.get("y")).isRelativelyCloseTo(expected.get("y"), 1e-6);
    }

    /** Of two calls of one convolution, batch norm cancels the bias of the second only. */
    @Test
    void leavesABiasThatIsNeededElsewhere() {
        Path fixed = folder.resolve("fixed.onnx");

        CommandRun run = CommandRun.of(
                "lint", model("shared"), "--fix", fixed, "--ignore", "pointless-gamma,foldable-batch-norm");

        assertThat(run.status()).isZero();
        assertThat(run.out()).endsWith("shared.onnx: nothing found\n");
        assertThat(run.err().replace(folder + File.separator, ""))
                .isEqualTo("lint found no redundant bias, so \"fixed.onnx\" is the model as it was\n");
    }

    @Test
    void tellsTheNameInTheFileWhereItIsAnother() {
        CommandRun run = CommandRun.of(
                "lint", model("light_shufflenet"), "--ignore", "pointless-beta,pointless-gamma,foldable-batch-norm");

        assertThat(run.out().replace('\\', '/'))
                .isEqualTo(
                        """
                src/test/resources/command/light_shufflenet.onnx: warning: n0 has a bias that changes no output in training, as a constant added there goes → n1: n1 subtracts the mean of the batch from each channel; leaving it out saves 24 parameters and 301,056 additions per example; it is "gpu_0/conv3_0_b_0" in the file [redundant-bias]

                redundant-bias: 1 warning, 24 parameters and 301,056 additions per example to save
                """);
    }

    @Test
    void readsFilesThatLeaveTheSizeOfImagesOpen() throws IOException {
        Path file = folder.resolve("open.onnx");
        Network.input(3, 8, 8)
                .then(Conv2d.of(5, 3).useBias(true))
                .batchNorm2d()
                .relu()
                .globalAvgPool2d()
                .build(7)
                .exportOnnx(file);
        ModelProto.Builder model = ModelProto.parseFrom(Files.readAllBytes(file)).toBuilder();
        for (int axis = 2; axis < 4; axis++) {
            model.getGraphBuilder()
                    .getInputBuilder(0)
                    .getTypeBuilder()
                    .getTensorTypeBuilder()
                    .getShapeBuilder()
                    .getDimBuilder(axis)
                    .setDimParam("size");
        }
        Files.write(file, model.build().toByteArray());

        CommandRun open = CommandRun.of("lint", file.toString());
        CommandRun told = CommandRun.of("lint", file.toString(), "--input", "features=3,20,30");
        CommandRun wrong = CommandRun.of("summary", file.toString(), "--input", "features=3,x");

        assertThat(open.status()).isEqualTo(2);
        assertThat(open.err()).contains("or by --input features=3,224,224 on the command line");
        assertThat(told.status()).isEqualTo(1);
        assertThat(told.out()).contains("conv2d_1 has a bias that changes no output", "2,520 additions per example");
        assertThat(wrong.status()).isEqualTo(2);
        assertThat(wrong.err().strip())
                .isEqualTo("--input expects a name and the shape of one example, such as x=3,224,224, but got"
                        + " \"features=3,x\"; leave out the batch");
    }

    @Test
    void takesShapesForOnnxOnly() {
        Path file = folder.resolve("net.safetensors");
        Network.input(3).dense(2).build(7).save(file);
        CommandRun run = CommandRun.of("summary", file.toString(), "--input", "features=3");
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err().strip())
                .isEqualTo("--input expects an .onnx file, which may leave axes open, but got \"" + file
                        + "\"; leave the option out");
    }

    @Test
    void saysThatAnExporterHasFoldedBatchNorms() {
        String folded = CommandRun.of(
                        "lint", model("vgg_bias.folded"), "--ignore", "pointless-gamma,foldable-batch-norm")
                .out();
        CommandRun dynamo = CommandRun.of("lint", model("vgg_bias.dynamo"));

        assertThat(folded).contains(": warning: classifier.0 has a bias that changes no output in training");
        assertThat(folded)
                .contains(": note: 3 biases stand where exporters leave one when they fold a batch norm away, ");
        assertThat(dynamo.status()).isZero();
        assertThat(dynamo.out().replace('\\', '/'))
                .isEqualTo(
                        """
                src/test/resources/command/vgg_bias.dynamo.onnx: note: 4 biases stand where exporters leave one when they fold a batch norm away, [features.0.bias, features.4.bias, features.7.bias, classifier.0.bias]; export with training=TrainingMode.PRESERVE, do_constant_folding=False, dynamo=False to see what was there [folded-batch-norm]

                folded-batch-norm: 1 note
                """);
        JsonObject log = JsonParser.parseString(CommandRun.of("lint", model("vgg_bias.dynamo"), "--format", "sarif")
                        .out())
                .getAsJsonObject();
        JsonObject location = log.getAsJsonArray("runs")
                .get(0)
                .getAsJsonObject()
                .getAsJsonArray("results")
                .get(0)
                .getAsJsonObject()
                .getAsJsonArray("locations")
                .get(0)
                .getAsJsonObject();
        assertThat(location)
                .isEqualTo(
                        JsonParser.parseString(
                                """
                {
                  "physicalLocation": {
                    "artifactLocation": {"uri": "src/test/resources/command/vgg_bias.dynamo.onnx"},
                    "region": {"startLine": 1}
                  },
                  "logicalLocations": []
                }
                """));
    }

    @Test
    void convertsAndFoldsAndPredictsAsPyTorchDoes() {
        INDArray expected = tensor("vgg_bias", "eval");
        Path input = folder.resolve("x.npy");
        NpyFile.write("test", input, tensor("vgg_bias", "input"));
        Path converted = folder.resolve("vgg.safetensors");
        Path back = folder.resolve("back.onnx");
        Path folded = folder.resolve("folded.onnx");

        assertThat(CommandRun.of("convert", model("vgg_bias"), converted)).isEqualTo(new CommandRun(0, "", ""));
        assertThat(CommandRun.of("convert", converted, back)).isEqualTo(new CommandRun(0, "", ""));
        assertThat(CommandRun.of("fold", model("vgg_bias"), folded).out())
                .startsWith("features.1 folded into features.0\nfeatures.5 folded into features.4\n");

        assertThat(Network.load(converted).explainBias().findings(BiasFinding.POINTLESS_BIAS))
                .hasSize(4);
        for (Path model : new Path[] {model("vgg_bias"), converted, back, folded}) {
            Path output = folder.resolve("y.npy");
            assertThat(CommandRun.of("predict", model, input, "--output", output))
                    .isEqualTo(new CommandRun(0, "", ""));
            assertTensor(NpyFile.read("test", output)).as(model.toString()).isRelativelyCloseTo(expected, 1e-5);
        }
    }

    @Test
    void printsWhatBecameOfTheNodes() {
        Network network = Network.importOnnx(model("vgg_bias"));

        CommandRun run = CommandRun.of("summary", model("vgg_bias"));

        assertThat(run.status()).isZero();
        assertThat(run.out())
                .startsWith(network.summary().toString().replace("\r", "") + "\nfrom pytorch ")
                .contains("\nassumed: running variances are unbiased, as those of PyTorch\n");
    }

    @Test
    void refusesInASentence() throws Exception {
        Path broken = Files.write(folder.resolve("broken.onnx"), new byte[] {1, 2, 3});

        for (String command : new String[] {"lint", "summary"}) {
            CommandRun missing = CommandRun.of(command, folder.resolve("none.onnx"));
            CommandRun damaged = CommandRun.of(command, broken);

            assertThat(missing.err().replace(folder + File.separator, ""))
                    .isEqualTo("importOnnx expects an ONNX file but got no file at \"none.onnx\"; check the path\n");
            assertThat(damaged.err().lines()).singleElement().asString().startsWith("importOnnx expects ");
            assertThat(missing.status()).isEqualTo(2);
            assertThat(damaged.status()).isEqualTo(2);
            assertThat(missing.out() + damaged.out()).isEmpty();
        }
    }
}
