/** Reading examples on demand, for data sets and those who train on them. */
@NullMarked
package io.github.bn4j.data.internal;

import org.jspecify.annotations.NullMarked;
