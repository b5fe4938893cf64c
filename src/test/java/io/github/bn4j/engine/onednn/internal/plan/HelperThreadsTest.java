package io.github.bn4j.engine.onednn.internal.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class HelperThreadsTest {

    /** More parts than this machine has cores, and a pause now and then in which the helpers fall asleep. */
    @Test
    void runsEachPartOnce() {
        int parts = Runtime.getRuntime().availableProcessors() + 3;
        int[] runs = new int[parts];
        List<Runnable> all = new ArrayList<>();
        for (int i = 0; i < parts; i++) {
            int part = i;
            all.add(() -> runs[part]++);
        }
        for (int time = 0; time < 2000; time++) {
            alone(all);
            if (time % 100 == 0) {
                LockSupport.parkNanos(2_000_000);
            }
        }
        assertThat(runs).containsOnly(2000);
    }

    /** Two parts that wait for each other would never end one after the other. */
    @Test
    void runsPartsAtTheSameTime() {
        CountDownLatch both = new CountDownLatch(2);
        Runnable meet = () -> {
            both.countDown();
            try {
                both.await();
            } catch (InterruptedException interrupted) {
                throw new IllegalStateException(interrupted);
            }
        };
        Runnable helped = () -> {
            while (both.getCount() == 2) {
                Thread.onSpinWait();
            }
            meet.run();
        };
        alone(List.of(helped, meet));
        assertThat(both.getCount()).isZero();
    }

    @Test
    void failsWhenAllHaveEnded() {
        for (int failing = 0; failing < 3; failing++) {
            AtomicInteger ended = new AtomicInteger();
            List<Runnable> all = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                boolean fails = i == failing;
                all.add(() -> {
                    ended.incrementAndGet();
                    if (fails) {
                        throw new IllegalArgumentException("part");
                    }
                });
            }
            assertThatThrownBy(() -> alone(all))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("part");
            assertThat(ended).hasValue(3);
        }
        List<Runnable> error = List.of(() -> {}, () -> {
            throw new OutOfMemoryError("helper");
        });
        assertThatThrownBy(() -> alone(error)).isInstanceOf(OutOfMemoryError.class);
    }

    /** What the caller would spin away, the helper may need. */
    @Test
    void sleepsWhileAHelperTakesLong() {
        CountDownLatch begun = new CountDownLatch(1);
        Runnable waiting = () -> {
            while (begun.getCount() > 0) {
                Thread.onSpinWait();
            }
        };
        AtomicInteger ended = new AtomicInteger();
        Runnable lasting = () -> {
            begun.countDown();
            LockSupport.parkNanos(400_000_000);
            ended.incrementAndGet();
        };
        alone(List.of(() -> {}, () -> {}));
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long[] start = {0};
        alone(List.of(
                () -> {
                    waiting.run();
                    start[0] = threads.getCurrentThreadCpuTime();
                },
                lasting));
        assertThat(threads.getCurrentThreadCpuTime() - start[0]).isLessThan(200_000_000);
        assertThat(ended).hasValue(1);
    }

    /** As Maven's exec:java does when a program has ended. */
    @Test
    void goesOnWithoutHelpersThatWereInterrupted() throws InterruptedException {
        int[] runs = new int[2];
        List<Runnable> parts = List.of(() -> runs[0]++, () -> runs[1]++);
        for (int time = 0; time < 3; time++) {
            alone(parts);
            for (Thread thread : Thread.getAllStackTraces().keySet()) {
                if (thread.getName().startsWith("bn4j-team-")) {
                    thread.interrupt();
                    thread.join(10_000);
                    assertThat(thread.isAlive()).isFalse();
                }
            }
        }
        assertThat(runs).containsOnly(3);
    }

    private static void alone(List<Runnable> parts) {
        CoreTurns.run(true, () -> {
            HelperThreads.run(parts);
            return parts;
        });
    }
}
