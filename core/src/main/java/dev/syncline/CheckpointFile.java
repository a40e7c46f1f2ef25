package dev.syncline;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * The bytes of a checkpoint's file: a line with the format's number and a checksum of all that
 * follows, a line with the version, a line with the job's safe name, then the content.
 */
final class CheckpointFile {

  private static final int FORMAT = 1;
  private static final int LINES = 3;
  private static final Pattern FIRST = Pattern.compile("syncline-checkpoint (\\d+) ([0-9a-f]{8})");
  private static final Pattern SECOND = Pattern.compile("version ([1-9]\\d{0,18})");
  private static final Pattern THIRD = Pattern.compile("job (.+)");

  private CheckpointFile() {}

  /** The file does not hold what it should; the message says why, without its name. */
  static final class DamagedException extends Exception {

    private static final long serialVersionUID = 1;

    DamagedException(String message) {
      super(message);
    }
  }

  static byte[] print(String safeName, StoredCheckpoint checkpoint) {
    byte[] rest =
        "version %d\njob %s\n%s"
            .formatted(checkpoint.version(), safeName, checkpoint.content())
            .getBytes(StandardCharsets.UTF_8);
    byte[] first =
        "syncline-checkpoint %d %s\n"
            .formatted(FORMAT, checksum(rest, 0))
            .getBytes(StandardCharsets.UTF_8);
    byte[] all = Arrays.copyOf(first, first.length + rest.length);
    System.arraycopy(rest, 0, all, first.length, rest.length);
    return all;
  }

  static StoredCheckpoint parse(String safeName, byte[] bytes) throws DamagedException {
    int[] lineEnds = lineEnds(bytes);
    Matcher first = match(FIRST, bytes, 0, lineEnds[0]);
    if (!first.group(1).equals(Integer.toString(FORMAT))) {
      throw new DamagedException(
          "it has format %s, but this version of Syncline reads %d"
              .formatted(first.group(1), FORMAT));
    }
    String checksum = checksum(bytes, lineEnds[0] + 1);
    if (!first.group(2).equals(checksum)) {
      throw new DamagedException(
          "its checksum is %s instead of %s".formatted(checksum, first.group(2)));
    }
    Matcher second = match(SECOND, bytes, lineEnds[0] + 1, lineEnds[1]);
    Matcher third = match(THIRD, bytes, lineEnds[1] + 1, lineEnds[2]);
    if (!third.group(1).equals(safeName)) {
      throw new DamagedException("it is the file of job '" + third.group(1) + "'");
    }
    return new StoredCheckpoint(
        Long.parseLong(second.group(1)), text(bytes, lineEnds[2] + 1, bytes.length));
  }

  private static int[] lineEnds(byte[] bytes) throws DamagedException {
    int[] ends = new int[LINES];
    int from = 0;
    for (int line = 0; line < LINES; line++) {
      int end = from;
      while (end < bytes.length && bytes[end] != '\n') {
        end++;
      }
      if (end == bytes.length) {
        throw new DamagedException("it ends after " + bytes.length + " bytes in its first lines");
      }
      ends[line] = end;
      from = end + 1;
    }
    return ends;
  }

  private static Matcher match(Pattern pattern, byte[] bytes, int from, int to)
      throws DamagedException {
    Matcher matcher = pattern.matcher(text(bytes, from, to));
    if (!matcher.matches()) {
      throw new DamagedException("its first lines are not those of a checkpoint");
    }
    return matcher;
  }

  private static String text(byte[] bytes, int from, int to) throws DamagedException {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes, from, to - from))
          .toString();
    } catch (CharacterCodingException e) {
      throw new DamagedException("it is not UTF-8 text");
    }
  }

  private static String checksum(byte[] bytes, int from) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, bytes.length - from);
    return String.format(Locale.ROOT, "%08x", crc.getValue());
  }
}
