package dev.syncline.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.syncline.change.KeyCommand;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Arguments of a command that adds elements to a key. */
final class RdbBatch {

  private final List<byte[]> arguments = new ArrayList<>();
  private final Map<Long, List<byte[]>> expiring = new LinkedHashMap<>();
  private int elements;
  private long bytes;

  /** Begins a command with words and names. */
  RdbBatch(Object... begin) {
    for (Object argument : begin) {
      arguments.add(bytes(argument));
    }
  }

  static byte[] bytes(Object argument) {
    return argument instanceof byte[] given ? given : argument.toString().getBytes(US_ASCII);
  }

  /** Adds an argument. */
  void add(byte[] argument) {
    arguments.add(argument);
    bytes += argument.length;
  }

  /** Says that the arguments that were added since the last time are one element. */
  void close() {
    elements++;
  }

  /** Says that a field expires. */
  void expire(byte[] field, long millis) {
    expiring.computeIfAbsent(millis, at -> new ArrayList<>()).add(field);
  }

  boolean isEmpty() {
    return elements == 0;
  }

  /** Whether no further element should be added. */
  boolean isFull(RdbLimits limits) {
    return elements >= limits.pieceElements() || bytes >= limits.pieceBytes();
  }

  /** Which fields expire, by the time at which they do. */
  Map<Long, List<byte[]>> expiring() {
    return expiring;
  }

  /** The command. */
  KeyCommand command(int database, int... keys) {
    return KeyCommand.of(database, arguments.toArray(new byte[0][]), keys);
  }
}
