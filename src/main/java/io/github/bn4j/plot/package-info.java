/** Pictures of reports and trainings, drawn by XChart, which is an optional dependency. */
@NullMarked
package io.github.bn4j.plot;

import org.jspecify.annotations.NullMarked;
