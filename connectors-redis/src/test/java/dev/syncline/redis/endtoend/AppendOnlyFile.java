package dev.syncline.redis.endtoend;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The append-only files of a server that was killed. A kill may leave half of a transaction at the
 * end, which servers carry out when they start; the job stops there by name, which other tests
 * show. Here it must not get in the way, so it is cut off, as the tool {@code redis-check-aof}
 * does.
 */
public final class AppendOnlyFile {

  private final ByteBuffer bytes;
  private int at;

  private AppendOnlyFile(ByteBuffer bytes) {
    this.bytes = bytes;
  }

  /** Cuts off what is not whole at the end of each file. */
  public static void mend(Path folder) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(folder)) {
      files =
          all.filter(Files::isRegularFile)
              .filter(file -> file.getFileName().toString().startsWith("appendonly.aof"))
              .filter(file -> !file.toString().endsWith(".manifest"))
              .toList();
    }
    for (Path file : files) {
      try (FileChannel channel =
          FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
        ByteBuffer bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
        if (bytes.limit() > 0 && bytes.get(0) == '*') {
          channel.truncate(new AppendOnlyFile(bytes).whole());
        }
      }
    }
  }

  /** How many bytes are whole commands, and whole transactions. */
  private int whole() {
    int whole = 0;
    boolean multi = false;
    for (String name = command(); !name.isEmpty(); name = command()) {
      multi = name.equals("MULTI") || (multi && !name.equals("EXEC"));
      whole = multi ? whole : at;
    }
    return whole;
  }

  /** The name of the next command; empty if none is whole. */
  private String command() {
    int arguments = number('*');
    String name = "";
    for (int i = 0; i < arguments; i++) {
      int length = number('$');
      if (length < 0 || bytes.limit() - at < length + 2) {
        return "";
      }
      name = i == 0 ? text(at, length).toUpperCase(Locale.ROOT) : name;
      at += length + 2;
    }
    return name;
  }

  /** The number in a line that begins with a sign; -1 if there is no such line. */
  private int number(char sign) {
    int end = at;
    while (end < bytes.limit() && bytes.get(end) != '\n') {
      end++;
    }
    if (end >= bytes.limit() || bytes.get(at) != sign) {
      return -1;
    }
    int value = Integer.parseInt(text(at + 1, end - at - 2));
    at = end + 1;
    return value;
  }

  private String text(int from, int length) {
    byte[] text = new byte[length];
    bytes.get(from, text);
    return new String(text, US_ASCII);
  }
}
