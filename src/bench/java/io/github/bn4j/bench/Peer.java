package io.github.bn4j.bench;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * A peer that runs on the JVM: a folder of {@code src/bench/peers} with a POM that names its jars, and a worker's source; or bn4j
 * itself with another oneDNN.
 */
final class Peer {

    private static final Path SOURCES = Path.of("src", "bench", "peers");
    private static final Path SHARED = Path.of("src", "bench", "java", "io", "github", "bn4j", "bench", "peer");

    private Peer() {}

    /** Resolves the jars, compiles the worker, and returns its class path. */
    static String classPath(String name, Path target) throws IOException, Child.Skipped {
        Path folder = SOURCES.resolve(name);
        String jars = jars(name, target, folder.resolve("pom.xml"));
        List<Path> sources = new ArrayList<>(javaFiles(SHARED));
        sources.addAll(javaFiles(folder));
        return compiled(name, target, sources, jars);
    }

    /** bn4j with oneDNN 3, whose jars a profile brings; the engine chooses by them. */
    static String classPathWithOneDnn3(String name, Path target) throws IOException, Child.Skipped {
        String ours = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> Files.isDirectory(Path.of(entry)))
                .collect(Collectors.joining(File.pathSeparator));
        return ours + File.pathSeparator + jars(name, target, Path.of("pom.xml"), "-Donednn=3", "-Pbench");
    }

    /* With the new classes before all others. */
    private static String compiled(String name, Path target, List<Path> sources, String classPath) throws IOException {
        Path classes = Files.createDirectories(target.resolve(name));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter messages = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            List<String> options = List.of("-proc:none", "-nowarn", "-cp", classPath, "-d", classes.toString());
            boolean compiled = compiler.getTask(
                            messages, files, null, options, null, files.getJavaFileObjectsFromPaths(sources))
                    .call();
            if (!compiled) {
                throw new IllegalStateException(name + " does not compile: " + messages);
            }
        }
        return classes + File.pathSeparator + classPath;
    }

    private static String jars(String name, Path target, Path pom, String... settings)
            throws IOException, Child.Skipped {
        Path list = target.resolve(name + ".classpath").toAbsolutePath();
        Path log = target.resolve(name + "-maven.log");
        if (Files.exists(list) && Files.getLastModifiedTime(list).compareTo(Files.getLastModifiedTime(pom)) > 0) {
            return Files.readString(list).strip();
        }
        String maven = System.getProperty("maven.home");
        String command = maven == null ? "mvn" : Path.of(maven, "bin", "mvn").toString();
        List<String> call = new ArrayList<>(List.of(command, "-B", "-f", pom.toString()));
        call.addAll(List.of(settings));
        call.addAll(List.of("dependency:build-classpath", "-Dmdep.outputFile=" + list));
        Process process = new ProcessBuilder(call)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            if (process.waitFor() != 0) {
                throw new Child.Skipped("its jars cannot be had; see " + log);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new Child.Skipped("interrupted");
        }
        return Files.readString(list).strip();
    }

    private static List<Path> javaFiles(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList();
        }
    }
}
