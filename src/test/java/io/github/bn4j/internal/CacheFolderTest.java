package io.github.bn4j.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CacheFolderTest {

    private static final String HOME = Path.of("home").toAbsolutePath().toString();
    private static final String OTHER = Path.of("other").toAbsolutePath().toString();

    private static Optional<Path> of(String system, Map<String, String> variables) {
        return of(system, HOME, variables);
    }

    private static Optional<Path> of(String system, String home, Map<String, String> variables) {
        Map<String, String> properties = Map.of("os.name", system, "user.home", home);
        return CacheFolder.of(name -> properties.getOrDefault(name, ""), name -> variables.getOrDefault(name, ""));
    }

    @Test
    void isWhereEachSystemKeepsCaches() {
        assertThat(of("Linux", Map.of())).contains(Path.of(HOME, ".cache", "bn4j"));
        assertThat(of("Mac OS X", Map.of())).contains(Path.of(HOME, "Library", "Caches", "bn4j"));
        assertThat(of("Windows 11", Map.of("LOCALAPPDATA", OTHER))).contains(Path.of(OTHER, "bn4j"));
        assertThat(of("Windows 11", Map.of())).contains(Path.of(HOME, "AppData", "Local", "bn4j"));
        assertThat(of("Linux", Map.of("LOCALAPPDATA", OTHER))).contains(Path.of(HOME, ".cache", "bn4j"));
    }

    @Test
    void isWhereTheUserWantsCaches() {
        for (String system : new String[] {"Linux", "Mac OS X", "Windows 10"}) {
            assertThat(of(system, Map.of("XDG_CACHE_HOME", OTHER, "LOCALAPPDATA", HOME)))
                    .contains(Path.of(OTHER, "bn4j"));
        }
        assertThat(of("Linux", Map.of("XDG_CACHE_HOME", "caches"))).contains(Path.of(HOME, ".cache", "bn4j"));
    }

    @Test
    void needsAHome() {
        assertThat(of("Linux", "?", Map.of("HOME", OTHER))).contains(Path.of(OTHER, ".cache", "bn4j"));
        assertThat(of("Linux", "?", Map.of())).isEmpty();
        assertThat(of("Windows 11", "", Map.of())).isEmpty();
    }
}
