package io.github.bn4j.pytorch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.checkpoint.CheckpointException;
import io.github.bn4j.checkpoint.TensorFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that are more than tensors, or less: pytorch/formats.py. */
class StateDictFilesTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "calls.pt|nothing but tensors|a call of posix.system",
                "whole.pt|nothing but tensors|a call of torch.nn.modules.container.Sequential",
                "list.pt|nothing but tensors by name|a list as \"0.weight\"",
                "no_dictionary.pt|a dictionary of tensors|a list"
            })
    void refusesWhatIsNoTensor(String file, String expected, String got) {
        Path path = PyTorchTest.resource("formats/" + file);

        assertThatThrownBy(() -> StateDict.read("PyTorch.load", path))
                .isInstanceOf(CheckpointException.class)
                .hasMessage("PyTorch.load expects " + expected + " in \"" + path + "\" but got " + got
                        + "; save the state dict alone, best by safetensors.torch.save_file(model.state_dict(), path)");
        assertThat(Path.of("called")).doesNotExist();
    }

    @Test
    void refusesArraysThatAreNoRowsOfNumbers() {
        assertThatThrownBy(() -> StateDict.read("PyTorch.load", PyTorchTest.resource("formats/objects.npz")))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("expects a header of NumPy in");
        assertThatThrownBy(() -> StateDict.read("PyTorch.load", PyTorchTest.resource("formats/fortran.npz")))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("expects numbers in row-major order in");
    }

    @Test
    void saysThatThereIsNoFile() {
        Path path = folder.resolve("nothing.pt");

        assertThatThrownBy(() -> StateDict.read("PyTorch.load", path))
                .isInstanceOf(CheckpointException.class)
                .hasMessage("PyTorch.load expects an existing file but got \"" + path + "\"; check the path");
    }

    /** Cut short, or with one byte changed, a file is refused or read; it is never anything else. */
    @ParameterizedTest
    @ValueSource(strings = {"plain.pt", "views.pt", "plain.npz", "compressed.npz", "training.pt", "bf16.safetensors"})
    void refusesDamagedFiles(String file) throws IOException {
        byte[] whole = Files.readAllBytes(PyTorchTest.resource("formats/" + file));
        Path path = folder.resolve(file);
        Random random = new Random(1);
        for (int i = 0; i < 400; i++) {
            byte[] damaged = i % 4 == 0 ? java.util.Arrays.copyOf(whole, random.nextInt(whole.length)) : whole.clone();
            for (int change = i % 4; change > 0; change--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            Files.write(path, damaged);
            try {
                StateDict.read("PyTorch.load", path);
            } catch (UncheckedIOException | IllegalArgumentException refused) {
                assertThat(refused).hasMessageStartingWith("PyTorch.load expects ");
            }
        }
    }

    @Test
    void readsTypesOfOtherLibrariesOrSaysThatItCannot() throws IOException {
        Path path = folder.resolve("complex.safetensors");
        byte[] header = "{\"z\":{\"dtype\":\"C64\",\"shape\":[1],\"data_offsets\":[0,8]}}"
                .getBytes(java.nio.charset.StandardCharsets.UTF_8);
        java.nio.ByteBuffer bytes =
                java.nio.ByteBuffer.allocate(8 + header.length + 8).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        Files.write(path, bytes.putLong(header.length).put(header).array());

        assertThatThrownBy(() -> TensorFile.read("PyTorch.load", path))
                .hasMessage(
                        "PyTorch.load expects tensors of the types [F64, F32, F16, BF16, I64, I32, I16, I8, U8, BOOL] in \""
                                + path + "\" but got [1] C64 as \"z\"; convert it before");
    }
}
