/** Programs to run and to copy from. */
@NullMarked
package io.github.bn4j.example;

import org.jspecify.annotations.NullMarked;
