package dev.syncline.redis;

import dev.syncline.SyncException;
import dev.syncline.change.KeyScope;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Predicate;

/**
 * Deletes the keys of a scope that a copy has not brought: what the source does not have any more.
 * Memory is bounded, however many keys there are. Used once.
 */
final class Sweep {

  private static final int AT_ONCE = 1000;

  private final RespConnection connection;
  private final ScopeScan scan;
  private final String delete;
  private final CopyLimits limits;
  private final Predicate<byte[]> goes;
  private long deleted;

  /**
   * A sweep.
   *
   * @param delete the command that deletes: UNLINK where the server knows it, else DEL
   * @param limits how much is kept in memory
   * @param goes whether a key is to go that has not come
   */
  Sweep(ScopeScan scan, String delete, CopyLimits limits, Predicate<byte[]> goes) {
    this.connection = scan.connection();
    this.scan = scan;
    this.limits = limits;
    this.delete = delete;
    this.goes = goes;
  }

  /** Deletes, and returns how many keys there were to delete. */
  long run(KeyScope scope, CopyMarks marks, KeyHash hash) {
    // Both sides in parts by hash: one part of the marks at a time is all that is looked into.
    try (Partitions found = new Partitions(limits)) {
      scan.forEach(
          scope,
          (database, key) -> {
            if (goes.test(key)) {
              found.add(Partitions.of(hash.of(database, key)), record(database, key));
            }
            return true;
          });
      for (int part = 0; part < Partitions.COUNT; part++) {
        sweep(found, part, marks.part(part), hash);
      }
    }
    return deleted;
  }

  private void sweep(Partitions found, int part, long[] came, KeyHash hash) {
    Deletion deletion = new Deletion();
    found.forEach(
        part,
        bytes -> {
          while (bytes.hasRemaining()) {
            int database = bytes.getInt();
            byte[] key = new byte[bytes.getInt()];
            bytes.get(key);
            if (Arrays.binarySearch(came, hash.of(database, key)) < 0) {
              deletion.add(database, key);
            }
          }
        });
    deletion.send();
  }

  private static byte[] record(int database, byte[] key) {
    return ByteBuffer.allocate(2 * Integer.BYTES + key.length)
        .putInt(database)
        .putInt(key.length)
        .put(key)
        .array();
  }

  /** Commands that delete a key each; one for many would have to be split on a cluster. */
  private final class Deletion {

    private final RespWriter commands = new RespWriter();
    private int selected = -1;

    void add(int database, byte[] key) {
      if (database != selected) {
        commands.add("SELECT", database);
        selected = database;
      }
      commands.add(delete, key);
      deleted++;
      if (commands.commands() >= AT_ONCE) {
        send();
      }
    }

    void send() {
      connection.send(commands);
      for (int i = commands.commands(); i > 0; i--) {
        if (connection.read() instanceof RedisReplyException error) {
          throw refused(error);
        }
      }
      commands.clear();
    }

    private SyncException refused(RedisReplyException error) {
      return RedisErrors.refused(
          connection.address(), "to delete keys that the source does not have", error);
    }
  }
}
