package io.github.bn4j.console.internal;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import jdk.jshell.execution.LocalExecutionControl;
import jdk.jshell.spi.ExecutionControl;
import jdk.jshell.spi.ExecutionControlProvider;
import jdk.jshell.spi.ExecutionEnv;
import org.jspecify.annotations.Nullable;

/**
 * Runs what is typed in the JVM of the shell, and answers Ctrl-C with an interrupt, after which a training ends with its history. A second
 * Ctrl-C does what the one of JShell does, which on JDK 17 throws an error wherever the thread happens to be, amid a step too.
 */
public final class InterruptingExecution implements ExecutionControlProvider {

    private static final String LIBRARY = "io.github.bn4j.";

    /** What {@code --execution} takes. */
    public static final String NAME = "bn4j";

    private static final AtomicReference<@Nullable Throwable> LAST_ERROR = new AtomicReference<>();

    /** The last error whose message was shown alone. */
    public static Optional<Throwable> lastError() {
        return Optional.ofNullable(LAST_ERROR.get());
    }

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

        /* The messages of the library end in what to do, which a trace would follow. */
        @Override
        protected String throwConvertedInvocationException(Throwable cause) throws RunException, InternalException {
            String message = cause.getMessage();
            StackTraceElement[] trace = cause.getStackTrace();
            if (message == null || trace.length == 0 || !trace[0].getClassName().startsWith(LIBRARY)) {
                return super.throwConvertedInvocationException(cause);
            }
            LAST_ERROR.set(cause);
            throw new UserException(message, cause.getClass().getName(), new StackTraceElement[0]);
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
