package dev.syncline.redis;

import dev.syncline.setting.Setting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** The folder of temporary files that builders of sources and sinks are given. Not thread-safe. */
final class SpoolFolder {

  private final Setting<Path> folder = new Setting<>("spoolFolder");

  void set(Path path) {
    if (!Files.isDirectory(Objects.requireNonNull(path, "spoolFolder"))) {
      throw new IllegalArgumentException("There is no folder '" + path + "'.");
    }
    folder.set(path);
  }

  /** What was given, or the system's. */
  Path path() {
    return folder.get().orElseGet(() -> Path.of(System.getProperty("java.io.tmpdir")));
  }
}
