package dev.syncline.testkit.server;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.zip.GZIPInputStream;

/**
 * Stand-ins for two system libraries that MySQL 5.7 and 8.0 are linked with and that many machines
 * lack: {@code libaio.so.1} and {@code libnuma.so.1}.
 *
 * <p>They are built from the C sources in {@code src/main/native}, put on the library path of
 * server processes only, and always used, so that a server behaves alike on every machine.
 */
final class SystemLibraries {
  private static final List<String> NAMES = List.of("libaio.so.1", "libnuma.so.1");

  private SystemLibraries() {}

  /** Writes the libraries into a folder. */
  static void write(Path folder) throws IOException {
    Files.createDirectories(folder);
    for (String name : NAMES) {
      String resource = name + ".gz.base64";
      try (InputStream text = SystemLibraries.class.getResourceAsStream(resource)) {
        if (text == null) {
          throw new FileNotFoundException("Resource '" + resource + "' is missing.");
        }
        Files.copy(new GZIPInputStream(Base64.getMimeDecoder().wrap(text)), folder.resolve(name));
      }
    }
  }
}
