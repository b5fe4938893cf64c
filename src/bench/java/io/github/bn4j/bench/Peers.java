package io.github.bn4j.bench;

import io.github.bn4j.bench.peer.Work;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * Compares bn4j with its peers: each contender in a process of its own, all alive but one working at a time, in rounds.
 * Prints tables in Markdown. {@code docs/benchmark.md} says what is timed.
 */
final class Peers {

    /** All contenders but those that have to be asked for; those of bn4j are named after their engine, the best of them last. */
    private static final List<String> CONTENDERS =
            List.of("bn4j-nd4j", "bn4j-onednn", "libtorch", "onnxruntime", "dl4j", "pytorch", "pytorch-channels-last");

    /** Ways into bn4j that take one example at a time. */
    private static final List<String> SINGLY = List.of("bn4j-predict", "bn4j-predictor");

    private static final Path TARGET = Path.of("target", "peers");
    private static final int WARM_UP_ROUNDS = 3;

    /** What one contender showed at one work. */
    private record Result(Samples samples, double secondsToFirstStep, double peakMemory) {}

    private final PrintStream out;
    private final List<String> contenders;
    private final List<String> works;
    private final int rounds;
    private final double seconds;
    private final int threads;
    private final Map<String, List<String>> commands = new LinkedHashMap<>();

    private Peers(Map<String, String> settings, PrintStream out) {
        this.out = out;
        this.contenders = list(settings, "contenders", CONTENDERS);
        List<String> all = new ArrayList<>();
        Work.compared().forEach(work -> all.add(work.name()));
        Work.scaling().forEach(work -> all.add(work.name()));
        this.works = list(settings, "works", all);
        this.rounds = Integer.parseInt(settings.getOrDefault("rounds", "10"));
        this.seconds = Double.parseDouble(settings.getOrDefault("seconds", "1"));
        this.threads = Integer.parseInt(settings.getOrDefault("threads", "2"));
        works.forEach(Work::of);
    }

    private static List<String> list(Map<String, String> settings, String key, List<String> standard) {
        String value = settings.get(key);
        return value == null ? standard : List.of(value.split(","));
    }

    /** Runs the comparison with settings such as {@code rounds=3}. */
    @SuppressWarnings("SystemOut")
    static void run(List<String> words) throws IOException {
        Map<String, String> settings = words.stream()
                .map(word -> word.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
        new Peers(settings, System.out).run();
    }

    private void run() throws IOException {
        Files.createDirectories(TARGET);
        for (Work work : Work.compared()) {
            RecipeWriter.write(work.net());
        }
        contenders.forEach(this::prepare);
        Map<String, Map<String, Result>> results = new LinkedHashMap<>();
        for (String work : works) {
            Map<String, Result> ofWork = measure(work);
            results.put(work, ofWork);
            report(work, ofWork);
        }
        List<String> compared =
                Work.compared().stream().map(Work::name).filter(works::contains).toList();
        ratios("Step time", compared, results, result -> result.samples.minimum());
        ratios("Median step time", compared, results, result -> result.samples.quantile(0.5));
        ratios("Peak memory", compared, results, Result::peakMemory);
        predictions(compared, results);
        scaling(results);
    }

    /** Finds out how to start a contender, and starts it once, so that its natives are unpacked. */
    private void prepare(String contender) {
        try {
            List<String> command = command(contender);
            String trial = onlyPredicts(contender) ? "infer-cnn-1" : "mlp-32";
            new Child(command, threads, trial, log(trial, contender)).close();
            commands.put(contender, command);
        } catch (IOException | Child.Skipped reason) {
            out.println("skipped: " + contender + ", " + reason.getMessage());
        }
    }

    private static List<String> command(String contender) throws IOException, Child.Skipped {
        if (contender.startsWith("bn4j")) {
            String classPath = contender.endsWith("3")
                    ? Peer.classPathWithOneDnn3(contender, TARGET)
                    : System.getProperty("java.class.path");
            return java(classPath, Bn4jWorker.class.getName(), contender);
        }
        return switch (contender) {
            case "libtorch" -> java(Peer.classPath(contender, TARGET), "LibtorchWorker");
            case "dl4j" -> java(Peer.classPath(contender, TARGET), "Dl4jWorker");
            case "onnxruntime" ->
                java(
                        Peer.classPath("onnxruntime", TARGET),
                        "OnnxRuntimeWorker",
                        models(TARGET).toString());
            case "onnxruntime-int8" ->
                java(
                        Peer.classPath("onnxruntime", TARGET),
                        "OnnxRuntimeWorker",
                        quantized(models(TARGET)).toString());
            case "pytorch" -> python("default");
            case "pytorch-channels-last" -> python("channels_last");
            case "pytorch-bf16" -> python("channels_last", "autocast");
            case "pytorch-compile" -> python("channels_last", "compile");
            case "pytorch-bf16-compile" -> python("channels_last", "autocast", "compile");
            default -> throw new IllegalArgumentException("no contender named " + contender);
        };
    }

    /** Writes a model of each network that predicts. */
    private static Path models(Path folder) throws IOException {
        for (Work work : predictions()) {
            Nets.of(work.net()).exportOnnx(folder.resolve(work.net() + ".onnx"));
        }
        return folder;
    }

    /** Writes the same models in int8 to another folder. */
    private static Path quantized(Path folder) throws IOException, Child.Skipped {
        requirePython("onnxruntime.quantization");
        Path target = Files.createDirectories(folder.resolve("int8"));
        for (Work work : predictions()) {
            String model = work.net() + ".onnx";
            runPython(
                    Path.of("src", "bench", "peers", "onnxruntime", "quantize.py")
                            .toString(),
                    folder.resolve(model).toString(),
                    target.resolve(model).toString());
        }
        return target;
    }

    private static List<Work> predictions() {
        return Work.compared().stream().filter(work -> !work.training()).toList();
    }

    private static List<String> java(String classPath, String... mainAndArguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx2g",
                "-XX:+IgnoreUnrecognizedVMOptions",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                classPath));
        command.addAll(Arrays.asList(mainAndArguments));
        return command;
    }

    private static void requirePython(String module) throws Child.Skipped {
        try {
            runPython("-c", "import " + module);
        } catch (IOException missing) {
            throw new Child.Skipped("there is no python3");
        }
    }

    private static void runPython(String... arguments) throws IOException, Child.Skipped {
        List<String> command = new ArrayList<>(List.of("python3"));
        command.addAll(List.of(arguments));
        Path log = TARGET.resolve("python.log");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            if (process.waitFor() != 0) {
                throw new Child.Skipped("python3 failed at " + String.join(" ", arguments) + "; see " + log);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new Child.Skipped("interrupted");
        }
    }

    private static List<String> python(String... how) throws Child.Skipped {
        requirePython("torch");
        List<String> command = new ArrayList<>(List.of(
                "python3",
                Path.of("src", "bench", "peers", "pytorch", "worker.py").toString()));
        command.addAll(List.of(how));
        return command;
    }

    private static Path log(String work, String contender) {
        return TARGET.resolve(work + "-" + contender + ".log");
    }

    private Map<String, Result> measure(String work) throws IOException {
        Map<String, Child> children = new LinkedHashMap<>();
        Map<String, Integer> steps = new LinkedHashMap<>();
        Map<String, Samples> samples = new LinkedHashMap<>();
        Map<String, Result> results = new LinkedHashMap<>();
        for (String contender : commands.keySet()) {
            if (!concerns(contender, work)) {
                continue;
            }
            try {
                Child child = new Child(commands.get(contender), threads, work, log(work, contender));
                children.put(contender, child);
                steps.put(contender, stepsPerRound(child.run(2)));
                samples.put(contender, new Samples());
            } catch (Child.Skipped reason) {
                skip(work, contender, reason, children);
            }
        }
        for (int round = -WARM_UP_ROUNDS; round < rounds; round++) {
            for (String contender : List.copyOf(children.keySet())) {
                if (round < 0 && round > -WARM_UP_ROUNDS && steps.get(contender) == 1) {
                    continue; // Steps of seconds are warm after the first.
                }
                try {
                    long[] times = children.get(contender).run(steps.get(contender));
                    if (round < 0) {
                        steps.put(contender, stepsPerRound(times));
                    } else {
                        samples.get(contender).add(times);
                    }
                } catch (Child.Skipped reason) {
                    skip(work, contender, reason, children);
                }
            }
        }
        for (Map.Entry<String, Child> entry : children.entrySet()) {
            try (Child child = entry.getValue()) {
                results.put(
                        entry.getKey(),
                        new Result(
                                samples.get(entry.getKey()),
                                child.secondsToFirstStep(),
                                child.peakMemory().orElse(Double.NaN)));
            }
        }
        return results;
    }

    private static boolean onlyPredicts(String contender) {
        return contender.startsWith("onnxruntime") || SINGLY.contains(contender);
    }

    /** Only bn4j shows how it scales, and ONNX Runtime does not train. */
    private static boolean concerns(String contender, String work) {
        if (SINGLY.contains(contender)) {
            return work.matches("infer-.*-1");
        }
        if (onlyPredicts(contender)) {
            return work.startsWith("infer");
        }
        return contender.startsWith("bn4j")
                || Work.compared().stream().anyMatch(compared -> compared.name().equals(work));
    }

    private int stepsPerRound(long[] times) {
        double mean = Arrays.stream(times).average().orElseThrow();
        return (int) Math.max(1, Math.min(2000, seconds * 1e9 / mean));
    }

    private void skip(String work, String contender, Child.Skipped reason, Map<String, Child> children)
            throws IOException {
        out.println("skipped: " + contender + " at " + work + ", " + reason.getMessage());
        Child child = children.remove(contender);
        if (child != null) {
            child.close();
        }
    }

    private void report(String work, Map<String, Result> results) {
        out.println();
        out.println("### " + work);
        out.println();
        out.println("| contender | min ms | median ms | 10 %–90 % | steps | peak MiB | first step s |");
        out.println("|---|---|---|---|---|---|---|");
        results.forEach((contender, result) -> out.println("| " + contender + " | " + result.samples.columns() + " | "
                + Math.round(result.peakMemory) + " | " + Samples.number(result.secondsToFirstStep) + " |"));
        out.flush();
    }

    private void ratios(
            String title,
            List<String> compared,
            Map<String, Map<String, Result>> results,
            ToDoubleFunction<Result> quantity) {
        List<String> own = commands.keySet().stream()
                .filter(name -> name.startsWith("bn4j"))
                .toList();
        if (own.isEmpty() || compared.isEmpty()) {
            return;
        }
        String ours = own.get(own.size() - 1);
        List<String> theirs =
                commands.keySet().stream().filter(name -> !name.equals(ours)).toList();
        out.println();
        out.println("### " + title + ", " + ours + " ÷ theirs");
        out.println();
        out.println("| work | " + String.join(" | ", theirs) + " |");
        out.println("|---|" + "---|".repeat(theirs.size()));
        for (String work : compared) {
            Map<String, Result> row = results.get(work);
            out.println("| " + work + " | "
                    + theirs.stream()
                            .map(name -> row.containsKey(name) && row.containsKey(ours)
                                    ? Samples.number(quantity.applyAsDouble(row.get(ours))
                                            / quantity.applyAsDouble(row.get(name)))
                                    : "–")
                            .collect(Collectors.joining(" | "))
                    + " |");
        }
    }

    /** Each way into bn4j against the runtime that does nothing but predict. */
    private void predictions(List<String> compared, Map<String, Map<String, Result>> results) {
        List<String> own = commands.keySet().stream()
                .filter(name -> name.startsWith("bn4j"))
                .toList();
        List<String> common = compared.stream()
                .filter(work -> results.get(work).containsKey("onnxruntime"))
                .toList();
        if (own.isEmpty() || common.isEmpty()) {
            return;
        }
        out.println();
        out.println("### Predictions, ÷ onnxruntime, minima (medians)");
        out.println();
        out.println("| work | " + String.join(" | ", own) + " |");
        out.println("|---|" + "---|".repeat(own.size()));
        for (String work : common) {
            Map<String, Result> row = results.get(work);
            Samples theirs = row.get("onnxruntime").samples;
            out.println("| " + work + " | "
                    + own.stream()
                            .map(name -> row.containsKey(name)
                                    ? Samples.number(row.get(name).samples.minimum() / theirs.minimum()) + " ("
                                            + Samples.number(
                                                    row.get(name).samples.quantile(0.5) / theirs.quantile(0.5))
                                            + ")"
                                    : "–")
                            .collect(Collectors.joining(" | "))
                    + " |");
        }
    }

    private void scaling(Map<String, Map<String, Result>> results) {
        List<String> own = commands.keySet().stream()
                .filter(name -> name.startsWith("bn4j"))
                .toList();
        List<String> towers = Work.scaling().stream()
                .map(Work::name)
                .filter(results::containsKey)
                .toList();
        if (own.isEmpty() || towers.isEmpty()) {
            return;
        }
        out.println();
        out.println("### Scaling, min ms");
        out.println();
        out.println("| channels | depth | batch | " + String.join(" | ", own) + " |");
        out.println("|---|---|---|" + "---|".repeat(own.size()));
        for (String tower : towers) {
            String[] words = tower.split("-");
            Map<String, Result> row = results.get(tower);
            out.println("| " + words[1] + " | " + words[2] + " | " + words[3] + " | "
                    + own.stream()
                            .map(name -> row.containsKey(name)
                                    ? Samples.number(row.get(name).samples.minimum())
                                    : "–")
                            .collect(Collectors.joining(" | "))
                    + " |");
        }
    }
}
