package io.github.bn4j.internal;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Sets the system property {@code bn4j.memory} for each test, and puts it back. */
public final class LimitedMemory implements BeforeEachCallback, AfterEachCallback {

    /** The name of the property. */
    public static final String PROPERTY = "bn4j.memory";

    private final String limit;
    private @Nullable String before;

    /** A limit such as {@code 16m}. */
    public LimitedMemory(String limit) {
        this.limit = limit;
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        before = System.getProperty(PROPERTY);
        System.setProperty(PROPERTY, limit);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        if (before == null) {
            System.clearProperty(PROPERTY);
        } else {
            System.setProperty(PROPERTY, before);
        }
    }
}
