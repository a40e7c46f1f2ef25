package dev.syncline.testkit.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The file that a server writes its messages to.
 *
 * @param file the file, which may not exist yet
 */
record ServerLog(Path file) {
  /** The last lines, at most so many; empty when nothing was written. */
  String tail(int lines) {
    return tailOf(textAfter(0), lines);
  }

  /** The last lines of a text, at most so many. */
  static String tailOf(String text, int lines) {
    List<String> all = text.lines().toList();
    return String.join("\n", all.subList(Math.max(0, all.size() - lines), all.size()));
  }

  /** The number of bytes written so far, to be given to {@link #textAfter} later. */
  long size() {
    try {
      return Files.exists(file) ? Files.size(file) : 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What was written after the file had so many bytes. */
  String textAfter(long bytes) {
    try {
      if (!Files.exists(file)) {
        return "";
      }
      byte[] content = Files.readAllBytes(file);
      int start = (int) Math.min(bytes, content.length);
      return new String(content, start, content.length - start, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
