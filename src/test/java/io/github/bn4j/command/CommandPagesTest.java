package io.github.bn4j.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs every command that the documentation shows with what it prints. */
class CommandPagesTest {

    private static final Pattern BLOCK = Pattern.compile("```console\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern COMMAND = Pattern.compile("\\$ java -jar bn4j-all\\.jar (.*)\\n((?:(?!\\$ ).*\\n)*)");
    private static final Pattern FILE = Pattern.compile("\\S+\\.(safetensors|onnx|csv|pt)");

    private static final String SILENTLY = " > /dev/null";

    @TempDir
    Path folder;

    @BeforeEach
    void saveTheFilesOfThePages() throws IOException {
        Files.copy(Path.of("src/test/resources/command/vgg_bias.onnx"), folder.resolve("model.onnx"));
        Models.classifier(List.of("cat", "dog", "bird")).save(folder.resolve("classifier.safetensors"));
        Files.writeString(folder.resolve("rows.csv"), "a,b,c\n1,2,-3\n0.5,0.25,4\n");
    }

    @ParameterizedTest
    @CsvSource({"docs/lint.md, 7"})
    void printsWhatThePageShows(String page, int commands) throws Exception {
        int seen = 0;
        for (MatchResult block :
                BLOCK.matcher(Files.readString(Path.of(page))).results().toList()) {
            for (MatchResult command : COMMAND.matcher(block.group(1)).results().toList()) {
                String line = command.group(1);
                CommandRun run = CommandRun.of(arguments(line.replace(SILENTLY, "")));
                assertThat((run.err() + (line.endsWith(SILENTLY) ? "" : run.out()))
                                .replace(folder + File.separator, ""))
                        .as(line)
                        .isEqualTo(command.group(2));
                seen++;
            }
        }
        assertThat(seen).isEqualTo(commands);
    }

    private Object[] arguments(String line) {
        return Stream.of(line.split(" "))
                .map(word -> FILE.matcher(word).matches() ? folder.resolve(word) : word)
                .toArray();
    }
}
