package io.github.bn4j.command;

/** What a command tells who started it. */
final class ExitStatus {

    static final int DONE = 0;
    static final int FOUND = 1;

    /** For wrong arguments and for what cannot be read, written or done, so that 1 means one thing only. */
    static final int REFUSED = 2;

    private ExitStatus() {}
}
