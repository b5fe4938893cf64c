package io.github.bn4j.engine;

import io.github.bn4j.internal.Summands;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Where threads add up what each of them brings, in the order of their ranks. One that leaves ends it for all. */
final class Meeting {

    private final @Nullable Object[] brought;
    private final Duration patience;
    private final Map<Integer, List<Meeting>> groups = new HashMap<>();
    private Object sum = new double[0];
    private int round;
    private @Nullable String end;
    private @Nullable Throwable cause;

    Meeting(int threads, Duration patience) {
        brought = new Object[threads];
        this.patience = patience;
    }

    int size() {
        return brought.length;
    }

    /** Where the threads of one of several groups meet. */
    synchronized Meeting group(int members, int number) {
        Meeting group = groups.computeIfAbsent(members, this::cut).get(number);
        if (end != null) {
            // Who asks for its group after somebody has left would wait for that one.
            group.end(end, cause);
        }
        return group;
    }

    private List<Meeting> cut(int members) {
        return IntStream.range(0, brought.length / members)
                .mapToObj(group -> new Meeting(members, patience))
                .toList();
    }

    /**
     * Waits until all have come, and yields the sum of what they brought.
     *
     * @param own an array of float or double. Not modified until the same thread comes again.
     * @throws CollectiveException if somebody has left, brings something else or does not come
     */
    synchronized Object sum(int rank, Object own) {
        requireAll();
        int mine = round;
        brought[rank] = own;
        if (missing().isEmpty()) {
            add();
        }
        long latest = System.nanoTime() + patience.toNanos();
        while (round == mine && end == null) {
            await(rank, latest - System.nanoTime());
        }
        if (round == mine) {
            requireAll();
        }
        return sum;
    }

    private void add() {
        List<@Nullable Object> all = Arrays.asList(brought);
        Optional<String> difference = Summands.difference(all);
        if (difference.isPresent()) {
            end(difference.get(), null);
            return;
        }
        sum = Summands.added(all);
        Arrays.fill(brought, null);
        round++;
        notifyAll();
    }

    private void await(int rank, long nanos) {
        try {
            if (nanos <= 0) {
                end("none of ranks " + missing() + " within " + patience.toMillis() / 1e3 + " s", null);
            } else {
                TimeUnit.NANOSECONDS.timedWait(this, nanos);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            end("rank " + rank + ", which was interrupted", e);
        }
    }

    private List<Integer> missing() {
        return IntStream.range(0, brought.length)
                .filter(rank -> brought[rank] == null)
                .boxed()
                .toList();
    }

    private void requireAll() {
        if (end != null) {
            throw new CollectiveException(
                    "collective expects every rank to ask for the same sums but got " + end, cause);
        }
    }

    /**
     * Ends this and all its groups.
     *
     * @param failure why the thread leaves; null if there is nothing to tell
     */
    void leave(int rank, @Nullable Throwable failure) {
        end("rank " + rank + ", which has " + (failure == null ? "left" : "failed: " + failure.getMessage()), failure);
    }

    private synchronized void end(String what, @Nullable Throwable why) {
        if (end == null) {
            end = what;
            cause = why;
            notifyAll();
        }
        groups.values().forEach(all -> all.forEach(group -> group.end(what, why)));
    }
}
