package dev.syncline.redis;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Commands in the form in which clients send them (<a
 * href="https://redis.io/docs/latest/develop/reference/protocol-spec/">RESP</a>), one behind the
 * other. Not thread-safe.
 */
final class RespWriter {

  private static final int FIRST_BYTES = 512;
  private static final int MOST_DIGITS = 20;

  private byte[] bytes = new byte[FIRST_BYTES];
  private int length;
  private int commands;

  /** Adds a command; {@code arguments} are texts, numbers and arrays of bytes. */
  RespWriter add(Object... arguments) {
    begin(arguments.length);
    for (Object argument : arguments) {
      argument(
          argument instanceof byte[] raw
              ? raw
              : argument.toString().getBytes(StandardCharsets.UTF_8));
    }
    return this;
  }

  /** Adds a command. */
  RespWriter command(byte[][] arguments) {
    begin(arguments.length);
    for (byte[] argument : arguments) {
      argument(argument);
    }
    return this;
  }

  /** Begins a command, all arguments of which must be added next. */
  void begin(int arguments) {
    commands++;
    header('*', arguments);
  }

  /** Adds an argument of the command that was begun. */
  void argument(byte[] value) {
    header('$', value.length);
    reserve(value.length + 2);
    System.arraycopy(value, 0, bytes, length, value.length);
    length += value.length;
    endLine();
  }

  private void header(char type, int number) {
    reserve(MOST_DIGITS);
    bytes[length++] = (byte) type;
    int digits = 1;
    for (int rest = number; rest >= 10; rest /= 10) {
      digits++;
    }
    int rest = number;
    for (int i = length + digits - 1; i >= length; i--) {
      bytes[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    length += digits;
    endLine();
  }

  private void endLine() {
    bytes[length++] = '\r';
    bytes[length++] = '\n';
  }

  private void reserve(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(length, more), bytes.length * 2));
    }
  }

  /** How many commands there are. */
  int commands() {
    return commands;
  }

  /** How many bytes there are. */
  int length() {
    return length;
  }

  /** Writes all of it. */
  void writeTo(OutputStream out) throws IOException {
    out.write(bytes, 0, length);
  }

  /** Writes a part of it. */
  void writeTo(OutputStream out, int from, int count) throws IOException {
    out.write(bytes, from, count);
  }

  /** Begins anew. */
  void clear() {
    length = 0;
    commands = 0;
  }
}
