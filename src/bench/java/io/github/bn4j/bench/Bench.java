package io.github.bn4j.bench;

import java.util.List;

/** Runs what the property {@code bench} asks for: the comparison with peers, that of ways to serve, that of data on demand, or JMH's benchmarks by a regular expression. */
final class Bench {

    private Bench() {}

    /** Takes the words of the property. */
    public static void main(String[] args) throws Exception {
        List<String> words = List.of(String.join(" ", args).strip().split("\\s+"));
        if (words.get(0).equals("peers")) {
            Peers.run(words.subList(1, words.size()));
        } else if (words.get(0).equals("serving")) {
            Serving.run(words.subList(1, words.size()));
        } else if (words.get(0).equals("streaming")) {
            Streaming.run(words.subList(1, words.size()));
        } else {
            org.openjdk.jmh.Main.main(args);
        }
    }
}
