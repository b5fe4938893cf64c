package io.github.bn4j.command;

import static io.github.bn4j.TensorAssert.assertTensor;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.bn4j.Network;
import io.github.bn4j.internal.Tensors;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import onnx.Onnx.ModelProto;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The commands summary, fold and convert. */
class WriteModelsTest {

    @TempDir
    Path folder;

    private Network network;
    private Path model;

    @BeforeEach
    void saveAModel() {
        network = Models.odd();
        model = folder.resolve("model.safetensors");
        network.save(model);
    }

    private static INDArray images() {
        Random random = new Random(5);
        double[] values = random.doubles(2 * 3 * 16 * 16).toArray();
        return Tensors.of(DataType.FLOAT, values, 2, 3, 16, 16);
    }

    @Test
    void printsTheLayers() {
        assertThat(CommandRun.of("summary", model))
                .isEqualTo(new CommandRun(0, network.summary().toString().replace("\r", "") + "\n", ""));
    }

    @Test
    void foldsForPredictions() {
        Path folded = folder.resolve("folded.safetensors");

        CommandRun run = CommandRun.of("fold", model, folded);

        assertThat(run.status()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out())
                .matches(
                        """
                batchnorm2d_1 folded into conv2d_2
                batchnorm2d_2 folded into conv2d_3
                batchnorm1d_1 folded into dense_1
                batchnorm1d_2 folded into dense_2
                largest relative error \\d\\.\\de-0\\d
                """);
        Network without = Network.load(folded);
        assertThat(without.graph().nodes())
                .noneMatch(node -> node.op().normalization().isPresent());
        assertTensor(without.predict(images())).isRelativelyCloseTo(network.predict(images()), 1e-5);
    }

    @Test
    void convertsToOnnxAsToldTo() throws Exception {
        Path plain = folder.resolve("plain.onnx");
        Path beside = folder.resolve("beside.onnx");

        assertThat(CommandRun.of("convert", model, plain)).isEqualTo(new CommandRun(0, "", ""));
        assertThat(CommandRun.of("convert", model, beside, "--opset", "15", "--external-data"))
                .isEqualTo(new CommandRun(0, "", ""));

        assertThat(opset(plain)).isEqualTo(17);
        assertThat(opset(beside)).isEqualTo(15);
        assertThat(folder.resolve("beside.onnx.data")).isRegularFile();
        assertThat(folder.resolve("plain.onnx.data")).doesNotExist();
    }

    private static long opset(Path file) throws Exception {
        return ModelProto.parseFrom(Files.readAllBytes(file)).getOpsetImport(0).getVersion();
    }

    @Test
    void refusesInASentenceAndWritesNothing() {
        refuses(
                "convert expects a model that ends in .safetensors or .onnx but got \"resnet18.pth\", which may hold PyTorch's weights"
                        + " but not the network that they are of; let PyTorch write it by torch.onnx.export(model.eval(), (x,),"
                        + " \"model.onnx\", dynamo=False, training=torch.onnx.TrainingMode.PRESERVE), or build the network in"
                        + " Java and call PyTorch.load",
                "convert",
                folder.resolve("resnet18.pth"),
                folder.resolve("out.onnx"));
        refuses(
                "convert expects --opset and --external-data where it writes .onnx but got \"out.safetensors\"; leave them out",
                "convert",
                model,
                folder.resolve("out.safetensors"),
                "--external-data");
        refuses(
                "OnnxOptions expects an opset from 13 to 21 but got 9",
                "convert",
                model,
                folder.resolve("out.onnx"),
                "--opset",
                "9");
        refuses(
                "fold expects an existing directory for \"none/out.onnx\" but got \"none\"; create it first",
                "fold",
                model,
                folder.resolve("none/out.onnx"));
        refuses(
                "summary expects a model that ends in .safetensors or .onnx but got \"model.keras\"; let the program that made it"
                        + " write ONNX",
                "summary",
                folder.resolve("model.keras"));
        assertThat(folder.toFile().list()).containsExactly("model.safetensors");
    }

    /** Weights alone look like a model by their ending. */
    @Test
    void saysWhatToDoWithAStateDict() {
        Path weights = Path.of("src/test/resources/pytorch/vgg_bias.safetensors");

        assertThat(CommandRun.of("convert", weights, folder.resolve("out.onnx")))
                .isEqualTo(
                        new CommandRun(
                                2,
                                "",
                                "Network.load expects the metadata \"format\": \"bn4j-2\" in \"" + weights
                                        + "\" but got none; load files that Network.save wrote; weights without a network are for PyTorch.load\n"));
    }

    private void refuses(String message, Object... arguments) {
        CommandRun run = CommandRun.of(arguments);
        assertThat(run.err().replace(folder + File.separator, "").replace('\\', '/'))
                .isEqualTo(message + "\n");
        assertThat(run.out()).isEmpty();
        assertThat(run.status()).isEqualTo(2);
    }
}
