/** The program that {@code java -jar} starts: commands for models in files. */
@NullMarked
package io.github.bn4j.command;

import org.jspecify.annotations.NullMarked;
