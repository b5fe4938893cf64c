package io.github.bn4j;

import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The browser, without a screen. */
public final class Chromium {

    private static final Path PROGRAM = Path.of("/usr/bin/chromium");
    private static final int SECONDS = 120;

    private Chromium() {}

    /** Skips a test where the browser is missing; there it fails if CI is true. */
    public static void require() {
        boolean installed = Files.isExecutable(PROGRAM);
        if (!installed && "true".equals(System.getenv("CI"))) {
            fail("chromium is not installed");
        }
        assumeTrue(installed, "chromium is not installed");
    }

    /** What a page has become when it and all that it loads have been shown. */
    public static String dom(Path page, Path scratch) throws IOException, InterruptedException {
        Path out = scratch.resolve("dom.html");
        Process browser = new ProcessBuilder(List.of(
                        PROGRAM.toString(),
                        "--headless=new",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--user-data-dir=" + scratch.resolve("profile"),
                        "--virtual-time-budget=10000",
                        "--dump-dom",
                        page.toUri().toString()))
                .redirectOutput(out.toFile())
                .redirectError(scratch.resolve("chromium.log").toFile())
                .start();
        if (!browser.waitFor(SECONDS, TimeUnit.SECONDS)) {
            browser.destroyForcibly();
            fail("chromium did not end: " + Files.readString(scratch.resolve("chromium.log")));
        }
        return Files.readString(out, StandardCharsets.UTF_8);
    }
}
