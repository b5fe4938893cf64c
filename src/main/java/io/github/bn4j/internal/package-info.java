/** Checks and tensor plumbing shared by all packages; not part of the public API. */
@NullMarked
package io.github.bn4j.internal;

import org.jspecify.annotations.NullMarked;
