package io.github.bn4j.internal;

/** Patterns of names: {@code *} stands for any characters, {@code ?} for one. */
public final class NamePattern {

    private NamePattern() {}

    /** Whether {@code pattern} fits all of {@code name}. */
    public static boolean fits(String pattern, String name) {
        String quoted = "\\Q" + pattern + "\\E";
        return name.matches(quoted.replace("*", "\\E.*\\Q").replace("?", "\\E.\\Q"));
    }
}
