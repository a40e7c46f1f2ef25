package dev.syncline.redis;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a server sends in RESP 2: replies, and the commands of a replication stream. Strict:
 * what does not belong to the protocol ends the connection. Not thread-safe.
 */
final class RespReader {

  private static final int BUFFER = 1 << 16;
  private static final int MOST_DEPTH = 32;
  private static final int LONGEST_LINE = 1 << 16;

  /** A text that is said to be longer gets room as its bytes come. */
  private static final int BELIEVED = 1 << 20;

  /** The most that a server itself takes as one argument. */
  private static final int LONGEST_BULK = 1 << 29;

  private final InputStream in;
  private final byte[] buffer = new byte[BUFFER];
  private int at;
  private int end;
  private long taken;

  RespReader(InputStream in) {
    this.in = in;
  }

  /** How many bytes were taken since the beginning. */
  long taken() {
    return taken + at;
  }

  /** Whether a byte can be taken without asking for more. */
  boolean hasBuffered() {
    return at < end;
  }

  /**
   * The next reply: a {@link Long}, an array of bytes, a {@link String} for a line of text, a list
   * of these, null, or a {@link RedisReplyException} for an error.
   */
  @Nullable Object reply() throws IOException {
    return nested(0);
  }

  private @Nullable Object nested(int depth) throws IOException {
    int type = read();
    switch (type) {
      case '+' -> {
        return line();
      }
      case '-' -> {
        return new RedisReplyException(line());
      }
      case ':' -> {
        return number();
      }
      case '$' -> {
        long length = number();
        return length < 0 ? null : bulk(length);
      }
      case '*' -> {
        long count = number();
        if (depth >= MOST_DEPTH) {
          throw new ProtocolException("A reply is nested more than " + MOST_DEPTH + " times.");
        }
        return count < 0 ? null : list(count, depth);
      }
      default -> throw unexpected(type);
    }
  }

  /** A text that was left out. */
  record Omitted(long bytes) {}

  /** The same, but of a text that is longer than that nothing is kept ({@link Omitted}). */
  @Nullable Object reply(long most) throws IOException {
    int type = read();
    if (type != '$') {
      at--;
      return nested(0);
    }
    long length = number();
    if (length <= most) {
      return length < 0 ? null : bulk(length);
    }
    skip(length + 2);
    return new Omitted(length);
  }

  private void skip(long count) throws IOException {
    long left = count;
    while (left > 0) {
      if (at == end) {
        fill();
      }
      int step = (int) Math.min(left, end - at);
      at += step;
      left -= step;
    }
  }

  /**
   * How many replies follow that the next one consists of; -1 if there is none.
   *
   * @throws RedisReplyException if the next reply is an error
   */
  long listed() throws IOException, RedisReplyException {
    int type = read();
    if (type == '-') {
      throw new RedisReplyException(line());
    }
    if (type != '*') {
      throw unexpected(type);
    }
    return number();
  }

  private List<@Nullable Object> list(long count, int depth) throws IOException {
    List<@Nullable Object> list = new ArrayList<>((int) Math.min(count, 1024));
    for (long i = 0; i < count; i++) {
      list.add(nested(depth + 1));
    }
    return list;
  }

  /** The arguments of the next command of a replication stream; null for an empty line. */
  byte @Nullable [][] command() throws IOException {
    int type = read();
    if (type == '\n') {
      return null;
    }
    if (type != '*') {
      throw unexpected(type);
    }
    long count = number();
    if (count < 1 || count > Integer.MAX_VALUE - 8) {
      throw new ProtocolException("A command of " + count + " arguments.");
    }
    List<byte[]> rest = count > 1024 ? new ArrayList<>() : List.of();
    byte[][] arguments = new byte[count > 1024 ? 0 : (int) count][];
    for (int i = 0; i < count; i++) {
      int next = read();
      if (next != '$') {
        throw unexpected(next);
      }
      byte[] argument = bulk(number());
      if (count > 1024) {
        rest.add(argument);
      } else {
        arguments[i] = argument;
      }
    }
    return count > 1024 ? rest.toArray(byte[][]::new) : arguments;
  }

  private byte[] bulk(long length) throws IOException {
    if (length < 0 || length > LONGEST_BULK) {
      throw new ProtocolException("A text of " + length + " bytes.");
    }
    byte[] value = new byte[(int) Math.min(length, BELIEVED)];
    take(value, 0);
    while (value.length < length) {
      int have = value.length;
      value = Arrays.copyOf(value, (int) Math.min(length, have * 4L));
      take(value, have);
    }
    if (read() != '\r' || read() != '\n') {
      throw new ProtocolException("A text of " + length + " bytes does not end where it should.");
    }
    return value;
  }

  private void take(byte[] value, int from) throws IOException {
    int buffered = Math.min(end - at, value.length - from);
    System.arraycopy(buffer, at, value, from, buffered);
    at += buffered;
    int have = from + buffered;
    while (have < value.length) {
      int count = in.read(value, have, value.length - have);
      if (count < 0) {
        throw new EOFException("The server has closed the connection.");
      }
      taken += count;
      have += count;
    }
  }

  /** The rest of a line. */
  String line() throws IOException {
    StringBuilder text = null;
    int begin = at;
    while (true) {
      for (int i = at; i < end; i++) {
        if (buffer[i] == '\n') {
          int stop = i > begin && buffer[i - 1] == '\r' ? i - 1 : i;
          String part = new String(buffer, begin, stop - begin, StandardCharsets.UTF_8);
          at = i + 1;
          if (text == null) {
            return part;
          }
          String whole = text.append(part).toString();
          return whole.endsWith("\r") ? whole.substring(0, whole.length() - 1) : whole;
        }
      }
      text = text == null ? new StringBuilder() : text;
      text.append(new String(buffer, begin, end - begin, StandardCharsets.UTF_8));
      if (text.length() > LONGEST_LINE) {
        throw new ProtocolException("A line of more than " + LONGEST_LINE + " bytes.");
      }
      at = end;
      fill();
      begin = at;
    }
  }

  /** Takes bytes as they are, at least one; -1 at the end of the connection. */
  int read(byte[] into, int from, int length) throws IOException {
    if (at < end) {
      int count = Math.min(length, end - at);
      System.arraycopy(buffer, at, into, from, count);
      at += count;
      return count;
    }
    int count = in.read(into, from, length);
    taken += Math.max(count, 0);
    return count;
  }

  private long number() throws IOException {
    int next = read();
    boolean negative = next == '-';
    if (negative) {
      next = read();
    }
    if (next < '0' || next > '9') {
      throw unexpected(next);
    }
    long value = 0;
    while (next >= '0' && next <= '9') {
      try {
        // Counted downwards, since the least number has no positive one.
        value = Math.subtractExact(Math.multiplyExact(value, 10L), next - '0');
      } catch (ArithmeticException e) {
        throw new ProtocolException("A number that is too large.");
      }
      next = read();
    }
    if (next != '\r' || read() != '\n') {
      throw new ProtocolException("A number does not end with its line.");
    }
    if (!negative && value == Long.MIN_VALUE) {
      throw new ProtocolException("A number that is too large.");
    }
    return negative ? value : -value;
  }

  private int read() throws IOException {
    if (at == end) {
      fill();
    }
    return buffer[at++] & 0xff;
  }

  private void fill() throws IOException {
    taken += at;
    at = 0;
    end = 0;
    int count = in.read(buffer, 0, buffer.length);
    if (count <= 0) {
      throw new EOFException("The server has closed the connection.");
    }
    end = count;
  }

  private static IOException unexpected(int type) {
    return new ProtocolException(
        "The server does not speak the protocol of Redis: byte %d where none such can be."
            .formatted(type));
  }
}
