package io.github.bn4j.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code help(topic)} finds in the documentation. */
class ManualTest {

    private static final Manual MANUAL = new Manual(ManualTest::page);

    private static String page(String name) {
        try {
            return Files.readString(Path.of("docs", name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "freeze | Freezing (docs/batchnorm.md#freezing) | .freeze(",
                "early stopping | Early stopping (docs/recipes.md#early-stopping) | EarlyStopping",
                "stopEarly | Early stopping (docs/training.md#early-stopping) | .stopEarly(",
                "transfer | Transfer and fine-tuning (docs/recipes.md#transfer-and-fine-tuning) | .freeze(",
                "TENSORBOARD | TensorBoard (docs/tracking.md#tensorboard) | TensorBoard.in(",
                "augmenting | Augmentation (docs/data.md#augmentation) | .augment(",
                "own loss | A loss of your own (docs/training.md#a-loss-of-your-own) | Loss brier",
                "batch size | A trainer (docs/training.md#a-trainer) | .batchSize(",
                "padding | One layer after another (docs/networks.md#one-layer-after-another) | Padding.",
                "learning rate | Learning rate (docs/training.md#learning-rate) | .findRate(",
                "overfitting | Does it overfit? (docs/training.md#does-it-overfit) | .trainLoss()",
                "threads | Threads (docs/engines.md#threads) | .threads(",
                "seed | Seed and type (docs/networks.md#seed-and-type) | seed",
                "export | Export (docs/onnx.md#export) | .exportOnnx(",
                "optimizers | Optimisers (docs/training.md#optimisers) | optimizer(",
                "image size | Images of another size (docs/recipes.md#images-of-another-size) | 16, 16",
                "class weight | Losses (docs/training.md#losses) | .classWeights(",
                "accuracy | Metrics (docs/training.md#metrics) | accuracy",
                "save | Save and load (docs/recipes.md#save-and-load) | .save(",
                "resume | Going on after the process has ended (docs/training.md#going-on-after-the-process-has-ended) | .resume(",
                "predict | Predict one example (docs/recipes.md#predict-one-example) | .classify("
            })
    void showsTheCodeOfTheSectionThatIsMostAboutIt(String topic, String place, String code) {
        String about = MANUAL.about(topic);
        assertThat(about).startsWith(place + "\n\n    ").contains(code, "\nSee also ");
        String block = about.substring(about.indexOf("\n\n") + 2, about.indexOf("\n\nSee also"));
        assertThat(block.lines()).allMatch(line -> line.isEmpty() || line.startsWith("    "));
    }

    @Test
    void showsTextWhereTheSectionHasNoCode() {
        assertThat(MANUAL.about("GPU"))
                .startsWith("GPU (docs/install.md#gpu)\n\n")
                .contains("CUDA");
    }

    @Test
    void saysWhatToTryWhereNothingIsFound() {
        assertThat(MANUAL.about("gibberish"))
                .isEqualTo("Nothing is said about \"gibberish\"; try a word of the field, such as help(\"freeze\"),"
                        + " help(\"learning rate\") or help(\"padding\"), or help() for a tour\n");
        assertThat(MANUAL.about(" . ")).startsWith("Nothing is said about \" . \"; ");
    }

    /** The jar has the same pages; whoever adds one decides where it is in the order. */
    @Test
    void knowsEveryPage() throws IOException {
        List<String> others = List.of("CHANGELOG.md", "README.md", "api.md", "architecture.md", "benchmark.md");
        try (Stream<Path> pages = Files.list(Path.of("docs"))) {
            assertThat(pages.map(page -> page.getFileName().toString())
                            .filter(name -> name.endsWith(".md") && !others.contains(name)))
                    .containsExactlyInAnyOrderElementsOf(Manual.PAGES);
        }
        assertThat(Manual.PAGES).allSatisfy(page -> assertThat(Manual.class.getResource("docs/" + page))
                .as(page)
                .isNotNull());
    }
}
