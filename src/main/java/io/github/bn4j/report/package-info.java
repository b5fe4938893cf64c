/** Trainings as pages for a browser: {@link io.github.bn4j.report.Report}. */
@NullMarked
package io.github.bn4j.report;

import org.jspecify.annotations.NullMarked;
