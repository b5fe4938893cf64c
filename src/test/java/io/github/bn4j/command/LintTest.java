package io.github.bn4j.command;

import static io.github.bn4j.TensorAssert.assertTensor;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.bn4j.Network;
import io.github.bn4j.bias.BiasFinding;
import io.github.bn4j.engine.Model;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.model.ResNet;
import io.github.bn4j.networks.RandomNetwork;
import io.github.bn4j.networks.RealisticNetwork;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class LintTest {

    @TempDir
    Path folder;

    private Path saved(Network network) {
        Path file = folder.resolve("model.safetensors");
        network.save(file);
        return file;
    }

    private String withoutFolder(String text) {
        return text.replace(folder + File.separator, "");
    }

    @Test
    void tellsPeopleALineForEachFinding() {
        CommandRun run = CommandRun.of("lint", saved(Models.odd()));

        assertThat(withoutFolder(run.out()))
                .isEqualTo(
                        """
                model.safetensors: warning: conv2d_1 has a bias that changes no output in training, as a constant added there goes → avgpool2d_1 → conv2d_2 → batchnorm2d_1: batchnorm2d_1 subtracts the mean of the batch from each channel; leaving it out saves 9 parameters and 1,764 additions per example [redundant-bias]
                model.safetensors: warning: conv2d_3 has a bias that changes no output in training, as a constant added there goes → batchnorm2d_2: batchnorm2d_2 subtracts the mean of the batch from each channel; leaving it out saves 11 parameters and 275 additions per example [redundant-bias]
                model.safetensors: warning: batchnorm2d_2 has a beta that batchnorm1d_1 cancels; leaving it out saves 11 parameters [pointless-beta]
                model.safetensors: warning: batchnorm1d_1 has a beta that batchnorm1d_2 cancels; leaving it out saves 7 parameters [pointless-beta]
                model.safetensors: warning: dense_3 has no bias, and nothing behind it adds a learned shift before an output; switch on its bias or the beta behind it [missing-shift]
                model.safetensors: note: batchnorm2d_1.gamma could be left out: conv2d_3 can scale as well; that saves 13 parameters [pointless-gamma]
                model.safetensors: note: batchnorm2d_2.gamma could be left out: dense_1 can scale as well; that saves 11 parameters [pointless-gamma]
                model.safetensors: note: batchnorm1d_1.gamma could be left out: dense_2 can scale as well; that saves 7 parameters [pointless-gamma]
                model.safetensors: note: batchnorm1d_2.gamma could be left out: dense_3 can scale as well; that saves 6 parameters [pointless-gamma]
                model.safetensors: note: batchnorm2d_1 can be folded into conv2d_2 for predictions; that saves 39 parameters and 637 multiplications per example [foldable-batch-norm]
                model.safetensors: note: batchnorm2d_2 can be folded into conv2d_3 for predictions; that saves 33 parameters and 275 multiplications per example [foldable-batch-norm]
                model.safetensors: note: batchnorm1d_1 can be folded into dense_1 for predictions; that saves 21 parameters and 7 multiplications per example [foldable-batch-norm]
                model.safetensors: note: batchnorm1d_2 can be folded into dense_2 for predictions; that saves 18 parameters and 6 multiplications per example [foldable-batch-norm]

                redundant-bias: 2 warnings, 20 parameters and 2,039 additions per example to save
                pointless-beta: 2 warnings, 18 parameters to save
                missing-shift: 1 warning
                pointless-gamma: 4 notes, 37 parameters to save
                foldable-batch-norm: 4 notes, 111 parameters and 925 multiplications per example to save
                """);
        assertThat(run.err()).isEmpty();
        assertThat(run.status()).isEqualTo(1);
    }

    @Test
    void tellsPeopleThatNothingIsFound() {
        CommandRun run = CommandRun.of("lint", saved(Models.clean()));

        assertThat(withoutFolder(run.out())).isEqualTo("model.safetensors: nothing found\n");
        assertThat(run.status()).isZero();
    }

    /** That a network for training has batch normalisations is no mistake. */
    @Test
    void passesNotes() {
        CommandRun run = CommandRun.of(
                "lint",
                saved(Network.input(5).dense(7).batchNorm1d().relu().dense(3).build(42)),
                "--ignore",
                "pointless-gamma");

        assertThat(withoutFolder(run.out()))
                .isEqualTo(
                        """
                model.safetensors: note: batchnorm1d_1 can be folded into dense_1 for predictions; that saves 21 parameters and 7 multiplications per example [foldable-batch-norm]

                foldable-batch-norm: 1 note, 21 parameters and 7 multiplications per example to save
                """);
        assertThat(run.status()).isZero();
    }

    @Test
    void tellsWhatFreezingHasChanged() {
        Network frozen = Network.input(5)
                .dense(7)
                .batchNorm1d()
                .relu()
                .dense(3)
                .build(42)
                .freezeBatchNorm()
                .trainAffine(false);

        CommandRun run = CommandRun.of("lint", saved(frozen), "--ignore", "pointless-gamma,foldable-batch-norm");

        assertThat(withoutFolder(run.out()))
                .isEqualTo(
                        """
                model.safetensors: warning: dense_1 has no bias, and nothing behind it adds a learned shift before relu_1; switch on its bias or the beta behind it [missing-shift]
                model.safetensors: note: dense_1 was built without bias because it was cancelled then, which it is not any more; predictions are what they were [no-longer-cancelled]

                missing-shift: 1 warning
                no-longer-cancelled: 1 note
                """);
        assertThat(run.status()).isEqualTo(1);
    }

    @Test
    void ignoresRules() {
        CommandRun run = CommandRun.of(
                "lint",
                saved(Models.odd()),
                "--ignore=redundant-bias,pointless-beta,missing-shift",
                "--ignore=pointless-gamma,foldable-batch-norm");

        assertThat(withoutFolder(run.out())).isEqualTo("model.safetensors: nothing found\n");
        assertThat(run.status()).isZero();
    }

    @Test
    void tellsProgramsTheSame() {
        Path file = saved(Models.odd());

        CommandRun run = CommandRun.of(
                "lint", file, "--format", "json", "--ignore", "pointless-gamma,foldable-batch-norm,missing-shift");

        assertThat(run.out()).containsPattern("\\A\\p{ASCII}*\\z");
        JsonObject expected = JsonParser.parseString(
                        """
                {
                  "tool": "bn4j", "version": "development", "model": "MODEL", "warnings": 4, "notes": 0,
                  "rules": {
                    "redundant-bias": {
                      "level": "warning", "findings": 2,
                      "saves": {"parameters": 20, "multiplications": 0, "additions": 2039}
                    },
                    "pointless-beta": {
                      "level": "warning", "findings": 2,
                      "saves": {"parameters": 18, "multiplications": 0, "additions": 0}
                    }
                  },
                  "findings": [
                    {
                      "rule": "redundant-bias", "level": "warning", "layer": "conv2d_1", "parameter": "conv2d_1.bias", "tensor": "conv2d_1.bias",
                      "message": "conv2d_1 has a bias that changes no output in training, as a constant added there goes → avgpool2d_1 → conv2d_2 → batchnorm2d_1: batchnorm2d_1 subtracts the mean of the batch from each channel; leaving it out saves 9 parameters and 1,764 additions per example",
                      "path": [
                        {
                          "layer": "avgpool2d_1", "op": "AveragePooling", "shift": "PER_CHANNEL",
                          "because": "averages, so the mean of a shifted window is shifted by the mean of the shift"
                        },
                        {
                          "layer": "conv2d_2", "op": "Convolution", "shift": "PER_CHANNEL",
                          "because": "is linear, so a constant in gives a constant W·δ out"
                        },
                        {
                          "layer": "batchnorm2d_1", "op": "BatchNormalization", "shift": "NONE",
                          "because": "subtracts the mean of the batch from each channel"
                        }
                      ],
                      "cancelledBy": ["batchnorm2d_1"],
                      "saves": {"parameters": 9, "multiplications": 0, "additions": 1764}
                    },
                    {
                      "rule": "redundant-bias", "level": "warning", "layer": "conv2d_3", "parameter": "conv2d_3.bias", "tensor": "conv2d_3.bias",
                      "message": "conv2d_3 has a bias that changes no output in training, as a constant added there goes → batchnorm2d_2: batchnorm2d_2 subtracts the mean of the batch from each channel; leaving it out saves 11 parameters and 275 additions per example",
                      "path": [
                        {
                          "layer": "batchnorm2d_2", "op": "BatchNormalization", "shift": "NONE",
                          "because": "subtracts the mean of the batch from each channel"
                        }
                      ],
                      "cancelledBy": ["batchnorm2d_2"],
                      "saves": {"parameters": 11, "multiplications": 0, "additions": 275}
                    },
                    {
                      "rule": "pointless-beta", "level": "warning", "layer": "batchnorm2d_2",
                      "parameter": "batchnorm2d_2.beta", "tensor": "batchnorm2d_2.beta",
                      "message": "batchnorm2d_2 has a beta that batchnorm1d_1 cancels; leaving it out saves 11 parameters",
                      "path": [], "cancelledBy": [],
                      "saves": {"parameters": 11, "multiplications": 0, "additions": 0}
                    },
                    {
                      "rule": "pointless-beta", "level": "warning", "layer": "batchnorm1d_1",
                      "parameter": "batchnorm1d_1.beta", "tensor": "batchnorm1d_1.beta",
                      "message": "batchnorm1d_1 has a beta that batchnorm1d_2 cancels; leaving it out saves 7 parameters",
                      "path": [], "cancelledBy": [],
                      "saves": {"parameters": 7, "multiplications": 0, "additions": 0}
                    }
                  ]
                }
                """)
                .getAsJsonObject();
        expected.addProperty("model", file.toString());
        assertThat(JsonParser.parseString(run.out())).isEqualTo(expected);
        assertThat(run.status()).isEqualTo(1);
    }

    /** Sections 3.13 to 3.33 of the standard, as far as they say what must be there. */
    @Test
    void tellsCodeHostsInTheirFormat() {
        Path file = saved(Models.odd());

        CommandRun run = CommandRun.of("lint", file, "--format", "SARIF");

        assertThat(run.status()).isEqualTo(1);
        JsonObject log = JsonParser.parseString(run.out()).getAsJsonObject();
        assertThat(log.keySet()).containsExactly("$schema", "version", "runs");
        assertThat(log.get("version").getAsString()).isEqualTo("2.1.0");
        JsonObject only = log.getAsJsonArray("runs").get(0).getAsJsonObject();
        JsonObject driver = only.getAsJsonObject("tool").getAsJsonObject("driver");
        assertThat(driver.get("name").getAsString()).isEqualTo("bn4j");
        JsonArray rules = driver.getAsJsonArray("rules");
        assertThat(rules).hasSize(LintRule.values().length);
        for (JsonElement rule : rules) {
            JsonObject descriptor = rule.getAsJsonObject();
            assertThat(descriptor.keySet())
                    .containsExactly(
                            "id",
                            "name",
                            "shortDescription",
                            "fullDescription",
                            "help",
                            "helpUri",
                            "defaultConfiguration");
            assertThat(descriptor
                            .getAsJsonObject("shortDescription")
                            .get("text")
                            .getAsString())
                    .isNotBlank();
            assertThat(descriptor.getAsJsonObject("help").get("text").getAsString())
                    .endsWith(".");
        }
        JsonArray results = only.getAsJsonArray("results");
        assertThat(results).hasSize(13);
        for (JsonElement result : results) {
            JsonObject rule = rules.get(
                            result.getAsJsonObject().get("ruleIndex").getAsInt())
                    .getAsJsonObject();
            assertThat(result.getAsJsonObject().get("ruleId")).isEqualTo(rule.get("id"));
            assertThat(result.getAsJsonObject().get("level"))
                    .isEqualTo(rule.getAsJsonObject("defaultConfiguration").get("level"));
        }
        JsonObject first = results.get(0).getAsJsonObject();
        assertThat(first.getAsJsonObject("message").get("text").getAsString())
                .startsWith("conv2d_1 has a bias that changes no output in training, as a constant added there goes →");
        assertThat(first.getAsJsonArray("locations"))
                .isEqualTo(JsonParser.parseString(
                        """
                [{
                  "physicalLocation": {"artifactLocation": {"uri": "%s"}, "region": {"startLine": 1}},
                  "logicalLocations": [{"name": "conv2d_1", "fullyQualifiedName": "conv2d_1", "kind": "layer"}]
                }]
                """
                                .formatted(file.toUri())));
        assertThat(first.get("partialFingerprints"))
                .isEqualTo(JsonParser.parseString("{\"ruleAndPlace/v1\": \"redundant-bias:conv2d_1.bias\"}"));
        assertThat(first.get("properties"))
                .isEqualTo(JsonParser.parseString(
                        "{\"saves\": {\"parameters\": 9, \"multiplications\": 0, \"additions\": 1764}}"));
    }

    @Test
    void namesFilesBelowTheWorkingDirectoryRelativelyToIt() throws Exception {
        Path inside = Files.createTempDirectory(Path.of("target"), "a b");
        Path file = inside.resolve("model.safetensors");
        Models.odd().save(file);

        CommandRun run = CommandRun.of("lint", file, "--format", "sarif");

        assertThat(run.out())
                .contains("\"uri\": \"target/" + inside.getFileName().toString().replace(" ", "%20")
                        + "/model.safetensors\"");
        Files.delete(file);
        Files.delete(inside);
    }

    /** The helpUri of each rule leads to its heading. */
    @Test
    void explainsEachRuleOnItsPage() throws Exception {
        String page = Files.readString(Path.of("docs/lint.md"));

        for (LintRule rule : LintRule.values()) {
            assertThat(page).contains("\n### " + rule + "\n");
        }
    }

    @Test
    void writesTheModelWithoutRedundantBiasesExactly() {
        Network odd = Models.odd();
        Path fixed = folder.resolve("fixed.safetensors");

        CommandRun run = CommandRun.of("lint", saved(odd), "--fix", fixed, "--format", "json");

        assertThat(run.status()).isEqualTo(1);
        assertThat(withoutFolder(run.err())).isEqualTo("lint wrote \"fixed.safetensors\" without 2 redundant biases\n");
        assertThat(JsonParser.parseString(run.out()).isJsonObject()).isTrue();
        Network without = Network.load(fixed);
        assertThat(without.parameters().names())
                .containsExactlyElementsOf(odd.parameters().names().stream()
                        .filter(name ->
                                !List.of("conv2d_1.bias", "conv2d_3.bias").contains(name))
                        .toList());
        INDArray images = noise(5, Shape.of(3, 16, 16));
        assertTensor(without.predict(images)).isRelativelyCloseTo(odd.predict(images), 1e-6);
        CommandRun again = CommandRun.of("lint", fixed, "--fix", fixed);
        assertThat(withoutFolder(again.err()))
                .isEqualTo("lint found no redundant bias, so \"fixed.safetensors\" is the model as it was\n");
        assertThat(again.out()).doesNotContain("redundant-bias");
    }

    /** Any that the library knows, with every bias that can be there. */
    @Test
    void fixesRandomNetworksExactlyOrNotAtAll() throws Exception {
        int fixed = 0;
        for (int seed = 0; seed < 40; seed++) {
            Network network = Models.lively(RandomNetwork.draw(seed).materializeBias());
            Path from = folder.resolve(seed + ".safetensors");
            Path to = folder.resolve(seed + ".fixed.safetensors");
            network.save(from);
            CommandRun run = CommandRun.of("lint", from, "--fix", to);
            if (run.status() == 2) {
                assertThat(run.err()).startsWith("absorption expects every call of ");
                assertThat(to).doesNotExist();
                continue;
            }
            Network without = Network.load(to);
            assertThat(without.explainBias().findings(BiasFinding.POINTLESS_BIAS))
                    .isEmpty();
            Map<String, INDArray> inputs = inputs(network.model());
            Map<String, INDArray> expected = network.forward(inputs);
            Map<String, INDArray> actual = without.forward(inputs);
            assertThat(actual.keySet()).isEqualTo(expected.keySet());
            expected.forEach(
                    (name, output) -> assertTensor(actual.get(name)).as(name).isRelativelyCloseTo(output, 1e-6));
            fixed++;
        }
        assertThat(fixed).isGreaterThan(30);
    }

    /** Rules that have a sum: what folding everything saves is the difference between the two models. */
    @Test
    void countsWhatFoldingSaves() throws Exception {
        Network resnet = ResNet.of(18).classes(10).build(42);
        long expected = size(resnet) - size(resnet.fold().network());
        assertThat(Linter.lint(Path.of("resnet18.safetensors"), opened(resnet)).saves(LintRule.FOLDABLE_BATCH_NORM))
                .isEqualTo(new Savings(expected, elementsOfNorms(resnet), 0));
        int folded = 0;
        for (int seed = 0; seed < 40; seed++) {
            Network network = RealisticNetwork.draw(seed).network();
            LintReport report = Linter.lint(Path.of("model.safetensors"), opened(network));
            boolean onlyNorms = network.fold().report().absorbed().size()
                    == report.counts().getOrDefault(LintRule.FOLDABLE_BATCH_NORM, 0L);
            if (onlyNorms && !report.counts().containsKey(LintRule.REDUNDANT_BIAS)) {
                assertThat(report.saves(LintRule.FOLDABLE_BATCH_NORM).parameters())
                        .as("network " + seed)
                        .isEqualTo(size(network) - size(network.fold().network()));
                folded++;
            }
        }
        assertThat(folded).isGreaterThan(20);
    }

    private static OpenedModel opened(Network network) {
        return new OpenedModel(network, Optional.empty());
    }

    private static long size(Network network) {
        return network.parameters().all().stream()
                .map(Parameter::shape)
                .mapToLong(Shape::size)
                .sum();
    }

    private static long elementsOfNorms(Network network) {
        return network.graph().nodes().stream()
                .filter(node -> node.op().normalization().isPresent())
                .mapToLong(node -> node.output().shape().size())
                .sum();
    }

    private static Map<String, INDArray> inputs(Model model) {
        Map<String, INDArray> inputs = new LinkedHashMap<>();
        model.graph().inputs().forEach((name, value) -> inputs.put(name, noise(6, value.shape())));
        return inputs;
    }

    private static INDArray noise(int examples, Shape shape) {
        long[] batch = shape.batched(examples);
        Random random = new Random(3);
        double[] values = new double[(int) LongStream.of(batch).reduce(1, (a, b) -> a * b)];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextGaussian();
        }
        return Tensors.of(DataType.FLOAT, values, batch);
    }

    @Test
    void replacesTheModelWhereThatIsAskedFor() {
        Path file = saved(Models.odd());

        CommandRun run = CommandRun.of("lint", file, "--fix", file);

        assertThat(withoutFolder(run.err())).isEqualTo("lint wrote \"model.safetensors\" without 2 redundant biases\n");
        assertThat(Network.load(file).explainBias().findings(BiasFinding.POINTLESS_BIAS))
                .isEmpty();
    }

    @Test
    void refusesWhatItCannotReadOrWriteInASentence() throws Exception {
        Path file = saved(Models.odd());
        refuses(
                "lint expects a model that ends in .safetensors or .onnx but got \"weights.pt\", which may hold PyTorch's weights but"
                        + " not the network that they are of; let PyTorch write it by torch.onnx.export(model.eval(), (x,),"
                        + " \"model.onnx\", dynamo=False, training=torch.onnx.TrainingMode.PRESERVE), or build the network in"
                        + " Java and call PyTorch.load",
                "lint",
                "weights.pt");
        refuses(
                "lint expects a model that ends in .safetensors or .onnx but got \"model.h5\"; let the program that made it write"
                        + " ONNX",
                "lint",
                "model.h5");
        refuses(
                "lint --fix expects a model that ends in .safetensors or .onnx but got \"fixed.tflite\"; let the program that made"
                        + " it write ONNX",
                "lint",
                file,
                "--fix",
                "fixed.tflite");
        refuses(
                "lint --fix expects an existing directory for \"none/fixed.onnx\" but got \"none\"; create it first",
                "lint",
                file,
                "--fix",
                folder.resolve("none/fixed.onnx"));
        refuses(
                "Network.load expects an existing file but got \"none.safetensors\"; check the path",
                "lint",
                folder.resolve("none.safetensors"));
        Path broken = Files.write(folder.resolve("broken.safetensors"), new byte[] {1, 2, 3});
        CommandRun run = CommandRun.of("lint", broken);
        assertThat(withoutFolder(run.err()).lines())
                .singleElement()
                .asString()
                .startsWith("Network.load expects ")
                .contains("broken.safetensors");
        assertThat(run.status()).isEqualTo(2);
    }

    private void refuses(String message, Object... arguments) {
        CommandRun run = CommandRun.of(arguments);
        assertThat(withoutFolder(run.err()).replace('\\', '/')).isEqualTo(message + "\n");
        assertThat(run.out()).isEmpty();
        assertThat(run.status()).isEqualTo(2);
    }
}
