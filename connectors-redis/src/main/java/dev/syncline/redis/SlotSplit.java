package dev.syncline.redis;

import dev.syncline.change.KeyCommand;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A command as the nodes of a cluster can carry it out: one part for each slot that has keys of it.
 */
final class SlotSplit {

  /** The slot of what any one node may carry out, such as PUBLISH. */
  static final int ANY_NODE = -1;

  /** The slot of what each master has to carry out, such as FUNCTION LOAD. */
  static final int EACH_MASTER = -2;

  /**
   * What a node gets.
   *
   * @param slot the slot of its keys, or {@link #ANY_NODE}, or {@link #EACH_MASTER}
   */
  record Part(int slot, KeyCommand command) {

    private Part allowedToFail(Runnable told) {
      return new Part(slot, command.allowedToFail(told));
    }
  }

  private SlotSplit() {}

  /**
   * The parts of a command, in an order in which they may be carried out; none if its keys are in
   * several slots and it cannot be split.
   */
  static List<Part> of(KeyCommand command) {
    int[] keys = command.keyPlaces();
    if (keys.length == 0) {
      return List.of(new Part(withoutKeys(command), command));
    }
    int slot = ClusterSlots.of(command.argument(keys[0]));
    boolean one = true;
    for (int i = 1; i < keys.length; i++) {
      one &= ClusterSlots.of(command.argument(keys[i])) == slot;
    }
    if (one) {
      return List.of(new Part(slot, command));
    }
    List<Part> parts = split(command);
    return command
        .onFailure()
        .map(told -> parts.stream().map(part -> part.allowedToFail(told)).toList())
        .orElse(parts);
  }

  private static List<Part> split(KeyCommand command) {
    return switch (command.name()) {
      case "DEL", "UNLINK", "TOUCH" -> each(command, command.argument(0), 1);
      // The source has set all keys of an MSETNX, or would not have sent it.
      case "MSET", "MSETNX" -> each(command, Words.bytes("MSET"), 2);
      case "SMOVE" -> setMove(command);
      default -> List.of();
    };
  }

  private static int withoutKeys(KeyCommand command) {
    return switch (command.name()) {
      case "SPUBLISH" -> ClusterSlots.of(command.argument(1));
      case "SCRIPT", "FUNCTION" -> EACH_MASTER;
      default -> ANY_NODE;
    };
  }

  private static List<Part> each(KeyCommand command, byte[] name, int step) {
    Map<Integer, List<byte[]>> bySlot = new TreeMap<>();
    for (int key : command.keyPlaces()) {
      int slot = ClusterSlots.of(command.argument(key));
      List<byte[]> arguments = bySlot.computeIfAbsent(slot, s -> new ArrayList<>(List.of(name)));
      arguments.addAll(Arrays.asList(command.arguments()).subList(key, key + step));
    }
    List<Part> parts = new ArrayList<>(bySlot.size());
    bySlot.forEach(
        (slot, arguments) -> {
          int[] keys = new int[(arguments.size() - 1) / step];
          Arrays.setAll(keys, i -> 1 + i * step);
          parts.add(part(slot, command.database(), arguments.toArray(byte[][]::new), keys));
        });
    return parts;
  }

  /** The source has found the member in the first set, or would not have sent the command. */
  private static List<Part> setMove(KeyCommand command) {
    byte[] from = command.argument(1);
    byte[] to = command.argument(2);
    byte[][] remove = {Words.bytes("SREM"), from, command.argument(3)};
    byte[][] add = {Words.bytes("SADD"), to, command.argument(3)};
    return List.of(
        part(ClusterSlots.of(from), command.database(), remove, 1),
        part(ClusterSlots.of(to), command.database(), add, 1));
  }

  private static Part part(int slot, int database, byte[][] arguments, int... keys) {
    return new Part(slot, KeyCommand.of(database, arguments, keys));
  }
}
