package io.github.bn4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The first use of the library in a process of its own, the way users start one. */
class FirstUseTest {

    @TempDir
    Path folder;

    /** The jshell tool reads line by line, so the dots of a chain stand at the ends of its lines. */
    @Test
    void takesTheReadmeInTheJshellTool() throws Exception {
        Matcher readme =
                Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(Path.of("README.md")));
        assertThat(readme.find()).isTrue();
        String code = readme.group(1).replace("epochs(15)", "epochs(1)")
                + """
                import java.nio.file.Path;
                import org.nd4j.linalg.api.ndarray.INDArray;

                System.out.println(net.summary());
                INDArray logits = net.predict(digits.test().features());
                Path file = Path.of("%s");
                net.save(file);
                Network again = Network.load(file);                   // keeps its bias decisions
                System.out.println("the same: " + again.predict(digits.test().features()).equals(logits));
                /exit
                """
                        .formatted(
                                folder.resolve("digits.safetensors").toString().replace("\\", "\\\\"));
        Path script = Files.writeString(folder.resolve("script.jsh"), code);

        String output = ChildProcess.run(
                0,
                folder,
                new ProcessBuilder(
                                ChildProcess.program("jshell"),
                                "-s",
                                "-J-Xmx256m",
                                "-J-Djava.util.prefs.userRoot=" + folder,
                                "-R-Xmx512m",
                                "--class-path",
                                ChildProcess.CLASS_PATH)
                        .redirectInput(script.toFile()));

        assertThat(output)
                .contains("38394 trainable parameters, 224 running statistics, 112 bias parameters saved")
                .contains("conv2d_1  dropped", "112 parameters saved")
                .containsPattern("0\\.\\d{6,}")
                .contains("the same: true")
                .doesNotContain("Exception", "Error", "|  ");
        assertThat(folder.resolve("digits.safetensors")).exists();
    }

    /** ND4J looks for its backend once per JVM, with the class loader of that moment; so each case needs a JVM of its own. */
    @ParameterizedTest
    @ValueSource(strings = {"null", "platform"})
    void worksWhateverTheContextClassLoaderIs(String loader) throws Exception {
        String output = ChildProcess.run(
                0,
                folder,
                new ProcessBuilder(
                        ChildProcess.program("java"),
                        "-Xmx256m",
                        "-cp",
                        ChildProcess.CLASS_PATH,
                        FirstUse.class.getName(),
                        loader));

        assertThat(output).endsWith("predicted [5, 10], loader kept");
    }
}
