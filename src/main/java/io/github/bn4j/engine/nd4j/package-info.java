/** The reference engine: interprets a graph with each op's own arithmetic, on any ND4J backend. */
@NullMarked
package io.github.bn4j.engine.nd4j;

import org.jspecify.annotations.NullMarked;
