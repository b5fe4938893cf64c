package io.github.bn4j.example;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bn4j.Network;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.data.Split;
import io.github.bn4j.train.History;
import io.github.bn4j.train.TrainingListener;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.factory.Nd4j;

/** The example on a few images of its size: noise with a bright row, whose place is the class. */
class TrainFashionMnistTest {

    private static Dataset rows(int examples, long seed) {
        Random random = new Random(seed);
        float[] pixels = new float[examples * 784];
        float[] labels = new float[examples];
        for (int i = 0; i < pixels.length; i++) {
            int example = i / 784;
            labels[example] = example % 10;
            boolean bright = i % 784 / 28 == 4 + 2 * (example % 10);
            pixels[i] = (bright ? 0.7f : 0) + 0.3f * random.nextFloat();
        }
        return Dataset.of(Nd4j.createFromArray(pixels).reshape('c', examples, 1, 28, 28), Nd4j.createFromArray(labels));
    }

    @Test
    void learnsAFewImages() {
        Network net = TrainFashionMnist.network();
        Split data = new Split(rows(300, 1), rows(50, 2));
        History history = TrainFashionMnist.train(net, data, 3, new TrainingListener() {});

        assertThat(history.epochs()).hasSize(3);
        assertThat(history.last().trainLoss())
                .isLessThan(0.8 * history.epochs().get(0).trainLoss());
    }
}
