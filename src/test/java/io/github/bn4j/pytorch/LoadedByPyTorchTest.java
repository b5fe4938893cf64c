package io.github.bn4j.pytorch;

import static io.github.bn4j.TensorAssert.assertTensor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.bn4j.Network;
import io.github.bn4j.Python;
import io.github.bn4j.checkpoint.TensorFile;
import io.github.bn4j.model.*;
import io.github.bn4j.onnx.OnnxComparison;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * State dicts that are written here, in PyTorch: {@code load_state_dict(strict=True)} of the module with these names, and what it predicts
 * then. {@code pip install torch torchvision safetensors}
 */
class LoadedByPyTorchTest {

    private static final String PREDICT =
            """
            import importlib, sys
            folder, script, networks = sys.argv[1:4]
            sys.path.append(script)
            import torch
            from safetensors.torch import load_file, save_file
            module = importlib.import_module(networks)
            for name in sys.argv[4:]:
                net = getattr(module, "NETS" if networks == "networks" else "SMALL")[name][0]()
                state = load_file(folder + "/" + name + ".safetensors")
                x = state.pop("input of the test")
                net.load_state_dict(state, strict=True)
                with torch.no_grad():
                    y = net.eval()(x)
                save_file({"y": y.contiguous()}, folder + "/" + name + ".y.safetensors")
            """;

    @TempDir
    Path folder;

    @Test
    void predictsTheSame() throws IOException, InterruptedException {
        Map<String, Network> networks = new LinkedHashMap<>();
        for (String name : List.of("resnet", "vgg_bias", "mobilenet2", "unet", "efficientnet")) {
            networks.put(name, FixtureNetworks.of(name, DataType.FLOAT).materializeBias());
        }

        assertPredicted(networks, "torch", PyTorchTest.resource("networks.py"));
    }

    @Test
    void predictsTheSameAsTorchvision() throws IOException, InterruptedException {
        Map<String, Network> networks = new LinkedHashMap<>();
        networks.put("resnet18", small(ResNet.of(18)));
        networks.put("vgg11_bn", small(Vgg.of(11).hidden(32)).materializeBias());
        networks.put("mobilenet_v2", small(MobileNetV2.of()));
        networks.put("shufflenet_v2_x1_0", small(ShuffleNetV2.of(1)));
        networks.put("googlenet", small(GoogLeNet.of().auxiliary(true).transformInput(true)));
        networks.put(
                "unet_bilinear",
                UNet.of().width(6).bilinear(true).classes(3).input(3, 36, 50).build(1));

        assertPredicted(networks, "torchvision", PyTorchTest.resource("../model/reference_networks.py"));
    }

    private static Network small(ReferenceNetwork<?> network) {
        return network.classes(10).input(3, 64, 64).build(1);
    }

    private void assertPredicted(Map<String, Network> networks, String library, Path script)
            throws IOException, InterruptedException {
        assumeTrue(
                Python.run("-c", "import torch, safetensors, " + library).isEmpty(),
                "python3 with PyTorch is not installed: pip install torch torchvision safetensors");
        Map<String, INDArray> expected = new LinkedHashMap<>();
        networks.forEach((name, net) -> {
            OnnxComparison.livedIn(net, 2, 0.1);
            INDArray x = OnnxComparison.inputs(net, 3, 1).values().iterator().next();
            expected.put(name, net.forward(x).values().iterator().next());
            Path file = folder.resolve(name + ".safetensors");
            PyTorch.save(net, file);
            Map<String, INDArray> tensors =
                    new LinkedHashMap<>(TensorFile.read("test", file).tensors());
            tensors.put("input of the test", x);
            new TensorFile(tensors, Map.of()).write("test", file);
        });
        List<String> arguments = new ArrayList<>(List.of(
                "-c",
                PREDICT,
                folder.toString(),
                script.getParent().toString(),
                script.getFileName().toString().replace(".py", "")));
        arguments.addAll(expected.keySet());

        assertThat(Python.run(arguments.toArray(String[]::new))).isEmpty();

        expected.forEach((name, y) -> assertTensor(TensorFile.read("test", folder.resolve(name + ".y.safetensors"))
                        .tensors()
                        .get("y"))
                .as(name)
                .isRelativelyCloseTo(y, 1e-5));
    }
}
