package io.github.bn4j;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;

/** The types that users may name: public ones outside packages named internal. */
public final class PublicApi {

    private static final List<JavaClass> TYPES = new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .withImportOption(new WithSource())
                    .importPackages("io.github.bn4j")
                    .stream()
                    .filter(PublicApi::isPublic)
                    .filter(type -> !type.getPackageName().matches(".*\\.internal(\\..*)?"))
                    .toList();

    private PublicApi() {}

    /** Also those within others. */
    public static List<JavaClass> types() {
        return TYPES;
    }

    private static boolean isPublic(JavaClass type) {
        return type.getModifiers().contains(JavaModifier.PUBLIC)
                && type.getEnclosingClass().map(PublicApi::isPublic).orElse(true);
    }
}
