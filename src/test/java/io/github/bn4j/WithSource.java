package io.github.bn4j;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;

/** Leaves out what the build makes of the source of another package, the engine for the other version of oneDNN. */
final class WithSource implements ImportOption {

    @Override
    public boolean includes(Location location) {
        return !location.contains("/engine/onednn3/");
    }
}
