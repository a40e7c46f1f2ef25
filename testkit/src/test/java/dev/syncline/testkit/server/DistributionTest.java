package dev.syncline.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.testkit.server.Distribution.Layout;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DistributionTest {
  private static final List<String> NEEDED =
      List.of("bin/mysqld", "bin/lib*", "lib/private/**", "share/*.sql");

  private @TempDir Path temporary;
  private Path jar;
  private Path folder;

  @BeforeEach
  void makeFolder() throws IOException {
    jar = temporary.resolve("server.jar");
    folder = Files.createDirectory(temporary.resolve("server"));
  }

  @Test
  void unpacksNeededFilesOfATarFile() throws IOException {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(content))) {
      addFile(tar, "./bin/mysqld", "program");
      addFile(tar, "bin/mysql", "client");
      addFile(tar, "share/install.sql", "script");
      addFile(tar, "lib/private/libssl.so.1.1", "library");
      addLink(tar, "lib/private/libssl.so", "libssl.so.1.1");
      addLink(tar, "bin/libprotobuf.so", "/tmp/packager/libprotobuf.so");
    }
    writeJar("server.tar.gz", content.toByteArray());

    new Distribution("g:a:1", Layout.TAR_IN_JAR, "server.tar.gz", NEEDED).unpack(jar, folder);

    assertThat(folder.resolve("bin/mysqld")).hasContent("program").isExecutable();
    assertThat(folder.resolve("share/install.sql")).hasContent("script");
    assertThat(folder.resolve("lib/private/libssl.so")).isSymbolicLink().hasContent("library");
    assertThat(folder.resolve("bin/mysql")).doesNotExist();
    assertThat(Files.exists(folder.resolve("bin/libprotobuf.so"), LinkOption.NOFOLLOW_LINKS))
        .isFalse();
  }

  @Test
  void unpacksNeededFilesOfAFolder() throws IOException {
    writeJar("deep/linux/bin/mysqld", "program".getBytes(StandardCharsets.UTF_8));

    new Distribution("g:a:1", Layout.FOLDER_IN_JAR, "deep/linux/", NEEDED).unpack(jar, folder);

    assertThat(folder.resolve("bin/mysqld")).hasContent("program").isExecutable();
  }

  @Test
  void unpacksNeededFilesOfAZipFileWithoutFolder() throws IOException {
    writeJar("bin/mysqld", "program".getBytes(StandardCharsets.UTF_8));

    new Distribution("g:a:zip:linux:1", Layout.FOLDER_IN_JAR, "", NEEDED).unpack(jar, folder);

    assertThat(folder.resolve("bin/mysqld")).hasContent("program").isExecutable();
  }

  @Test
  void unpacksAProgramToItsPlace() throws IOException {
    writeJar("redis-server-7.0", "program".getBytes(StandardCharsets.UTF_8));

    new Distribution(
            "g:a:1", Layout.PROGRAM_IN_JAR, "redis-server-7.0", List.of("bin/redis-server"))
        .unpack(jar, folder);

    assertThat(folder.resolve("bin/redis-server")).hasContent("program").isExecutable();
  }

  @Test
  void refusesALinkThatLeavesTheFolder() throws IOException {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(content))) {
      addLink(tar, "lib/private/libssl.so", "../../../elsewhere");
    }
    writeJar("server.tar.gz", content.toByteArray());
    Distribution distribution =
        new Distribution("g:a:1", Layout.TAR_IN_JAR, "server.tar.gz", NEEDED);

    assertThatThrownBy(() -> distribution.unpack(jar, folder))
        .isInstanceOf(IOException.class)
        .hasMessage("Artifact 'g:a:1' has an entry '../elsewhere' outside its folder.");
  }

  @Test
  void namesTheEntryThatIsMissing() throws IOException {
    writeJar("other.tar.gz", new byte[0]);
    Distribution distribution =
        new Distribution("g:a:1", Layout.TAR_IN_JAR, "server.tar.gz", NEEDED);

    assertThatThrownBy(() -> distribution.unpack(jar, folder))
        .isInstanceOf(IOException.class)
        .hasMessage("Artifact 'g:a:1' has no entry 'server.tar.gz'.");
  }

  private void writeJar(String name, byte[] content) throws IOException {
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      out.putNextEntry(new JarEntry(name));
      out.write(content);
      out.closeEntry();
    }
  }

  private static void addFile(TarArchiveOutputStream tar, String name, String text)
      throws IOException {
    byte[] content = text.getBytes(StandardCharsets.UTF_8);
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setSize(content.length);
    tar.putArchiveEntry(entry);
    tar.write(content);
    tar.closeArchiveEntry();
  }

  private static void addLink(TarArchiveOutputStream tar, String name, String target)
      throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
    entry.setLinkName(target);
    tar.putArchiveEntry(entry);
    tar.closeArchiveEntry();
  }
}
