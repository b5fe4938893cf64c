/** Diagnosis of whole networks: whether one is fit to be trained, and what is wrong where it is not. */
@NullMarked
package io.github.bn4j.diagnose;

import org.jspecify.annotations.NullMarked;
