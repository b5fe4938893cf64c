package io.github.bn4j.bench;

import io.github.bn4j.Network;
import io.github.bn4j.Predictor;
import io.github.bn4j.data.Digits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Requests per second, and what a request takes, of many clients that ask for one example each: by {@code net.predict} and through
 * a {@code Predictor}. Both have turns of a fraction of a second in alternation, so that a slow minute of the machine hits both alike.
 */
final class Serving {

    /** What one turn gave. */
    private record Turn(double perSecond, long... nanoseconds) {

        double microseconds(double share) {
            return nanoseconds.length == 0 ? 0 : nanoseconds[(int) (share * (nanoseconds.length - 1))] / 1e3;
        }
    }

    private static final float[][] DIGITS = digits();

    private Serving() {}

    /** Takes the words of the property: {@code clients=1,16,256 rounds=10 seconds=0.5 busy=0 nets=mlp,cnn threads=virtual}. */
    static void run(List<String> words) throws InterruptedException {
        int rounds = Integer.parseInt(setting(words, "rounds", "10"));
        double seconds = Double.parseDouble(setting(words, "seconds", "0.5"));
        keepBusy(Integer.parseInt(setting(words, "busy", "0")));
        Function<Runnable, Thread> threads =
                setting(words, "threads", "platform").equals("virtual") ? Serving::virtual : Thread::new;
        System.out.println("| net | clients | | requests/s | ratio, median of rounds | median µs | 99 % µs |");
        System.out.println("|---|---|---|---|---|---|---|");
        for (String name : setting(words, "nets", "mlp,cnn").split(",")) {
            Network net = net(name);
            for (String clients : setting(words, "clients", "1,16,256").split(",")) {
                try (Predictor service = net.predictor().batch(64).wait(Duration.ofMillis(2))) {
                    compare(name, Integer.parseInt(clients), rounds, seconds, threads, net, service);
                }
            }
        }
    }

    /* By reflection, as the benchmark is compiled for 17. */
    private static Thread virtual(Runnable client) {
        try {
            Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
            return (Thread) Class.forName("java.lang.Thread$Builder")
                    .getMethod("unstarted", Runnable.class)
                    .invoke(builder, client);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(
                    "serving expects Java 21 or later for threads=virtual; take a newer JDK", e);
        }
    }

    private static void compare(
            String name,
            int clients,
            int rounds,
            double seconds,
            Function<Runnable, Thread> threads,
            Network net,
            Predictor service)
            throws InterruptedException {
        List<Turn> direct = new ArrayList<>();
        List<Turn> gathered = new ArrayList<>();
        for (int round = -2; round < rounds; round++) {
            Turn one = turn(clients, seconds, threads, net::predict);
            Turn other = turn(clients, seconds, threads, service::predict);
            if (round >= 0) {
                direct.add(one);
                gathered.add(other);
            }
        }
        double[] ratios = new double[rounds];
        Arrays.setAll(ratios, i -> gathered.get(i).perSecond / direct.get(i).perSecond);
        Arrays.sort(ratios);
        print(name, clients, "direct", direct, "1");
        print(
                name,
                clients,
                "Predictor",
                gathered,
                String.format("%.2f (%.2f to %.2f)", ratios[rounds / 2], ratios[0], ratios[rounds - 1]));
    }

    private static void print(String name, int clients, String what, List<Turn> turns, String ratio) {
        double perSecond = turns.stream().mapToDouble(Turn::perSecond).sorted().toArray()[turns.size() / 2];
        double median = turns.stream()
                .mapToDouble(turn -> turn.microseconds(0.5))
                .sorted()
                .toArray()[turns.size() / 2];
        double late = turns.stream()
                .mapToDouble(turn -> turn.microseconds(0.99))
                .sorted()
                .toArray()[turns.size() / 2];
        System.out.printf(
                "| %s | %d | %s | %,.0f | %s | %,.0f | %,.0f |%n", name, clients, what, perSecond, ratio, median, late);
    }

    private static Turn turn(int clients, double seconds, Function<Runnable, Thread> maker, Consumer<float[]> predict)
            throws InterruptedException {
        CountDownLatch ready = new CountDownLatch(clients);
        CountDownLatch start = new CountDownLatch(1);
        long[][] times = new long[clients][];
        List<Thread> threads = new ArrayList<>();
        for (int client = 0; client < clients; client++) {
            int number = client;
            Thread thread = maker.apply(() -> {
                long[] taken = new long[1 << 8];
                int count = 0;
                ready.countDown();
                try {
                    start.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                long end = System.nanoTime() + (long) (seconds * 1e9);
                for (long before = System.nanoTime(); before < end; ) {
                    predict.accept(DIGITS[(number + count) % DIGITS.length]);
                    long now = System.nanoTime();
                    taken = count == taken.length ? Arrays.copyOf(taken, 2 * count) : taken;
                    taken[count] = now - before;
                    count++;
                    before = now;
                }
                times[number] = Arrays.copyOf(taken, count);
            });
            thread.start();
            threads.add(thread);
        }
        ready.await();
        long before = System.nanoTime();
        start.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        double took = (System.nanoTime() - before) / 1e9;
        long[] all = Stream.of(times).flatMapToLong(Arrays::stream).sorted().toArray();
        return new Turn(all.length / took, all);
    }

    private static void keepBusy(int threads) {
        for (int i = 0; i < threads; i++) {
            Thread thread = new Thread(() -> {
                while (true) {
                    Thread.onSpinWait();
                }
            });
            thread.setDaemon(true);
            thread.start();
        }
    }

    private static Network net(String name) {
        return name.equals("mlp")
                ? Network.input(64)
                        .dense(128)
                        .batchNorm1d()
                        .relu()
                        .dense(128)
                        .batchNorm1d()
                        .relu()
                        .dense(10)
                        .build(42)
                : Network.input(1, 8, 8)
                        .conv2d(16, 3)
                        .batchNorm2d()
                        .relu()
                        .conv2d(32, 3)
                        .batchNorm2d()
                        .relu()
                        .maxPool2d(2)
                        .flatten()
                        .dense(64)
                        .batchNorm1d()
                        .relu()
                        .dense(10)
                        .build(42);
    }

    private static float[][] digits() {
        float[] all = Digits.load().features().data().asFloat();
        float[][] digits = new float[all.length / 64][];
        Arrays.setAll(digits, i -> Arrays.copyOfRange(all, i * 64, (i + 1) * 64));
        return digits;
    }

    static String setting(List<String> words, String name, String otherwise) {
        return words.stream()
                .filter(word -> word.startsWith(name + "="))
                .map(word -> word.substring(name.length() + 1))
                .findFirst()
                .orElse(otherwise);
    }
}
