package io.github.bn4j.engine;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.concurrent.ConcurrentHashMap;
import org.nd4j.linalg.api.buffer.DataType;

/** The engines on the class path, and the choice of the fastest, made once per type and process. */
final class FoundEngines {

    private static final Optional<BuiltInEngines> BUILT_IN = ServiceLoader.load(
                    BuiltInEngines.class, FoundEngines.class.getClassLoader())
            .findFirst();

    private static final Map<DataType, Engine> FASTEST = new ConcurrentHashMap<>();

    private FoundEngines() {}

    static BuiltInEngines builtIn() {
        return BUILT_IN.orElseThrow(() -> new IllegalStateException("Engine expects the file META-INF/services/"
                + BuiltInEngines.class.getName()
                + " of bn4j on the class path but got none; keep META-INF/services when jars are packed into one"));
    }

    static Engine fastest(DataType type) {
        return FASTEST.computeIfAbsent(type, any -> {
            Engine chosen = fastest(type, FoundEngines.class.getClassLoader());
            if (chosen instanceof InsteadOf) {
                System.getLogger(Engine.class.getName()).log(System.Logger.Level.INFO, "bn4j runs on " + chosen);
            }
            return chosen;
        });
    }

    /** The fastest of the library's and of those that a class loader finds. */
    static Engine fastest(DataType type, ClassLoader loader) {
        List<String> passed = new ArrayList<>();
        List<Offer> offers = new ArrayList<>();
        builtIn().providers().forEach(provider -> offer(provider, type, offers, passed));
        found(loader, passed).forEach(provider -> offer(provider, type, offers, passed));
        offers.sort(Comparator.comparingInt(Offer::speed).reversed());
        for (Offer offer : offers) {
            EngineProvider provider = offer.provider();
            try {
                Optional<String> obstacle = provider.obstacle();
                if (obstacle.isEmpty()) {
                    return told(requireNonNull(provider.engine(), "no engine"), passed);
                }
                passed.add(provider.name() + ", which cannot run here: " + obstacle.get());
            } catch (RuntimeException | LinkageError failure) {
                passed.add(failed(provider, failure));
            }
        }
        return told(builtIn().nd4j(), passed);
    }

    private static Engine told(Engine engine, List<String> passed) {
        return passed.isEmpty() ? engine : new InsteadOf(engine, String.join("; and of ", passed));
    }

    private static void offer(EngineProvider provider, DataType type, List<Offer> offers, List<String> passed) {
        try {
            if (provider.computes(type)) {
                offers.add(new Offer(provider.speed(), provider));
            }
        } catch (RuntimeException | LinkageError failure) {
            passed.add(failed(provider, failure));
        }
    }

    private static String failed(EngineProvider provider, Throwable failure) {
        return "that of " + provider.getClass().getName() + ", which failed: " + failure;
    }

    private static List<EngineProvider> found(ClassLoader loader, List<String> passed) {
        List<EngineProvider> providers = new ArrayList<>();
        Iterator<EngineProvider> services =
                ServiceLoader.load(EngineProvider.class, loader).iterator();
        boolean more = true;
        while (more) {
            try {
                more = services.hasNext();
                if (more) {
                    providers.add(services.next());
                }
            } catch (ServiceConfigurationError | LinkageError failure) {
                // The next one may still be whole.
                passed.add("one that does not load: " + failure.getMessage()
                        + (failure.getCause() == null ? "" : " (" + failure.getCause() + ")"));
            }
        }
        return providers;
    }

    private record Offer(int speed, EngineProvider provider) {}
}
