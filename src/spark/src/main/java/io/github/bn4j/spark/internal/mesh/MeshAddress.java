package io.github.bn4j.spark.internal.mesh;

import static io.github.bn4j.internal.Checks.checkArgument;

/** Where a rank can be reached. */
record MeshAddress(String host, int port) {

    /** Reads {@code host:port}; the host may be an IPv6 address in brackets. */
    static MeshAddress parse(String text) {
        int colon = text.lastIndexOf(':');
        checkArgument(colon > 0, "MeshAddress expects \"host:port\" but got \"%s\"", text);
        return new MeshAddress(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
