package io.github.bn4j.spark.internal.train;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateFolderTest {

    @TempDir
    private Path folder;

    @Test
    void keepsTheLastThreeStatesAndReadsTheNewest() throws IOException {
        StateFolder states = StateFolder.open(folder.toUri().toString(), new Configuration());
        assertThat(states.read()).isEmpty();
        assertThat(states.newest()).isZero();
        Files.writeString(folder.resolve("notes.txt"), "mine");
        for (int number = 1; number <= 5; number++) {
            states.write(number, ("state " + number).getBytes(UTF_8));
        }
        assertThat(states.newest()).isEqualTo(5);
        assertThat(states.read().orElseThrow()).isEqualTo("state 5".getBytes(UTF_8));
        assertThat(names())
                .containsExactlyInAnyOrder(
                        "notes.txt",
                        "state-000003.safetensors",
                        "state-000004.safetensors",
                        "state-000005.safetensors");
    }

    @Test
    void leavesAStateAloneThatIsThere() throws IOException {
        StateFolder states = StateFolder.open(folder.toUri().toString(), new Configuration());
        states.write(1, "first".getBytes(UTF_8));
        states.write(1, "first".getBytes(UTF_8));
        assertThat(states.read().orElseThrow()).isEqualTo("first".getBytes(UTF_8));
        assertThat(names()).containsExactly("state-000001.safetensors");
    }

    @Test
    void travelsToWorkers() throws Exception {
        StateFolder states = StateFolder.open(folder.toUri().toString(), new Configuration());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(states);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            ((StateFolder) in.readObject()).write(7, new byte[] {7});
        }
        assertThat(states.newest()).isEqualTo(7);
    }

    @Test
    void refusesFoldersThatCannotBeWrittenTo() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        String uri = file.resolve("states").toUri().toString();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StateFolder.open(uri, new Configuration()))
                .withMessageMatching("checkpoints expects a folder that can be written to but got \"\\Q" + uri
                        + "\\E\" and .*Exception.*; choose another one, or mend this one");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StateFolder.open("nosuchscheme://host/states", new Configuration()))
                .withMessageMatching(
                        "checkpoints expects a folder that can be written to but got \"nosuchscheme://host/states\" and .*; choose another one, or mend this one");
    }

    @Test
    void saysThatAnExecutorSeesAnotherFolder() {
        StateFolder states = StateFolder.open(folder.toUri().toString(), new Configuration());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> states.requireSeen("of the driver", "3"))
                .withMessage(
                        "checkpoints expects a folder that the driver and all executors share but got \"%s\", which the executor at 3 does not see as the driver does; name one of a file system that they share",
                        folder.toUri());
    }

    private List<String> names() throws IOException {
        try (var files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.endsWith(".crc"))
                    .toList();
        }
    }
}
