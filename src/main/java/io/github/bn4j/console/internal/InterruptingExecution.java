package io.github.bn4j.console.internal;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import jdk.jshell.execution.LocalExecutionControl;
import jdk.jshell.spi.ExecutionControl;
import jdk.jshell.spi.ExecutionControlProvider;
import jdk.jshell.spi.ExecutionEnv;

/**
 * Runs what is typed in the JVM of the shell, and answers Ctrl-C with an interrupt, after which a training ends with its history. A second
 * Ctrl-C does what the one of JShell does, which on JDK 17 throws an error wherever the thread happens to be, amid a step too.
 */
public final class InterruptingExecution implements ExecutionControlProvider {

    /** What {@code --execution} takes. */
    public static final String NAME = "bn4j";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public ExecutionControl generate(ExecutionEnv env, Map<String, String> parameters) {
        return new Control();
    }

    private static final class Control extends LocalExecutionControl {

        private final Object lock = new Object();
        private ThreadGroup parent = Thread.currentThread().getThreadGroup();
        private List<ThreadGroup> others = List.of();
        private boolean runs;
        private boolean interrupted;

        @Override
        protected String invoke(Method snippet) throws Exception {
            synchronized (lock) {
                parent = Thread.currentThread().getThreadGroup();
                others = groups();
                runs = true;
                interrupted = false;
            }
            try {
                return super.invoke(snippet);
            } finally {
                synchronized (lock) {
                    runs = false;
                }
            }
        }

        @Override
        public void stop() throws EngineTerminationException, InternalException {
            synchronized (lock) {
                if (!runs) {
                    return;
                }
                if (!interrupted) {
                    interrupted = true;
                    threads().min(Comparator.comparingLong(Thread::getId)).ifPresent(Thread::interrupt);
                    return;
                }
            }
            super.stop();
        }

        private List<ThreadGroup> groups() {
            ThreadGroup[] groups = new ThreadGroup[parent.activeGroupCount() + 1];
            return Arrays.asList(groups).subList(0, parent.enumerate(groups, false));
        }

        /** Those of the snippet that runs, which has a group of its own; its first one runs it, and may have made the others. */
        private Stream<Thread> threads() {
            return groups().stream().filter(group -> !others.contains(group)).flatMap(group -> {
                Thread[] threads = new Thread[group.activeCount() + 1];
                return Arrays.stream(threads, 0, group.enumerate(threads, false));
            });
        }
    }
}
