package io.github.bn4j.engine;

import static io.github.bn4j.internal.Checks.checkArgument;

import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;

/** What one has is the sum already. */
final class Alone implements Collective {

    static final Alone INSTANCE = new Alone();

    private Alone() {}

    @Override
    public int rank() {
        return 0;
    }

    @Override
    public int size() {
        return 1;
    }

    @Override
    public void allReduce(FloatBuffer values) {
        // Nobody adds anything.
    }

    @Override
    public void allReduce(DoubleBuffer values) {
        // Nobody adds anything.
    }

    @Override
    public Collective group(int members) {
        checkArgument(members == 1, "group expects 1 member of one but got %s", members);
        return this;
    }

    @Override
    public void close() {
        // There is nobody to leave.
    }

    @Override
    public String toString() {
        return "Collective[alone]";
    }
}
