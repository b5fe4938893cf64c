/** Graph in, graph out: rewrites that keep the meaning. */
@NullMarked
package io.github.bn4j.rewrite;

import org.jspecify.annotations.NullMarked;
