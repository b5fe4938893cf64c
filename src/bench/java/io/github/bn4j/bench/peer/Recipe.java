package io.github.bn4j.bench.peer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A network that every contender makes in its own words, from a file of one line per layer: a word of {@link Maker}, the numbers of the
 * lines that it takes, counted from 1, where 0 is the input, and the numbers that the word wants, as in {@code conv 0 3 16 3 1 1 1}.
 *
 * @param lines the last one gives the logits
 */
public record Recipe(List<String> lines) {

    /** Where the recipe of a network lies. */
    public static Path file(String net) {
        return Path.of("target", "peers", net + ".recipe");
    }

    static Recipe read(String net) throws IOException {
        return new Recipe(Files.readAllLines(file(net)));
    }

    /** Puts the layers on {@code x} and returns the logits. */
    public <V> V make(Maker<V> m, V x) {
        List<V> made = new ArrayList<>(List.of(x));
        for (String line : lines) {
            String[] words = line.split(" ");
            int[] n = Arrays.stream(words).skip(1).mapToInt(Integer::parseInt).toArray();
            V y = made.get(n[0]);
            made.add(
                    switch (words[0]) {
                        case "conv" -> m.conv(y, n[1], n[2], n[3], n[4], n[5], n[6]);
                        case "norm" -> m.norm(y, n[1], n[2] == 1);
                        case "relu" -> m.relu(y);
                        case "relu6" -> m.relu6(y);
                        case "maxPool" -> m.maxPool(y, n[1], n[2], n[3]);
                        case "globalPool" -> m.globalPool(y);
                        case "flatten" -> m.flatten(y);
                        case "dense" -> m.dense(y, n[1], n[2], n[3] == 1);
                        case "add" -> m.add(y, made.get(n[1]));
                        default -> throw new UnsupportedOperationException("no word " + words[0]);
                    });
        }
        return made.get(made.size() - 1);
    }
}
