/**
 * The language that everything else speaks: layers trace into a {@link io.github.bn4j.graph.Graph} of ops over named
 * parameters. Nothing here knows a particular layer, op or engine.
 */
@NullMarked
package io.github.bn4j.graph;

import org.jspecify.annotations.NullMarked;
