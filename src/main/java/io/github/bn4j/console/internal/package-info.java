/** How the shell runs what is typed. */
@NullMarked
package io.github.bn4j.console.internal;

import org.jspecify.annotations.NullMarked;
