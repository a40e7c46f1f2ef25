package dev.syncline.redis;

import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.KeyCommand;
import java.util.List;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * How a key is built from nothing.
 *
 * @param name the name under which it is built
 * @param target decides which commands there are
 * @param version the version of the format in which the value is stored
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record RdbBuild(int database, byte[] name, RdbLimits limits, RedisVersion target, int version) {

  /** Deletes what has the name. */
  KeyCommand delete() {
    return new RdbBatch("DEL", name).command(database, 1);
  }

  /** Lets a key expire. */
  static KeyCommand expire(int database, byte[] key, long millis) {
    return new RdbBatch("PEXPIREAT", key, millis).command(database, 1);
  }

  /** Builds a long string. */
  RdbCommands append(RdbLongString text) {
    return () -> {
      byte[] piece = text.next(limits.pieceBytes());
      return piece == null ? null : new RdbBatch("APPEND", name, piece).command(database, 1);
    };
  }

  /**
   * Builds a value of any type but a string.
   *
   * @throws UnsupportedChangeException if there are no commands for it
   */
  RdbCommands commands(RdbInput in, int type) {
    if (RdbType.isStream(type)) {
      return stream(in, type, null);
    }
    return switch (type) {
      case RdbType.LIST, RdbType.LIST_ZIPLIST, RdbType.LIST_QUICKLIST, RdbType.LIST_QUICKLIST_2 ->
          new RdbCollection(this, "RPUSH", list(in, type));
      case RdbType.SET, RdbType.SET_INTSET, RdbType.SET_LISTPACK ->
          new RdbCollection(this, "SADD", set(in, type));
      case RdbType.ZSET, RdbType.ZSET_2, RdbType.ZSET_ZIPLIST, RdbType.ZSET_LISTPACK ->
          new RdbCollection(this, "ZADD", sortedSet(in, type));
      case RdbType.MODULE_2 ->
          throw new UnsupportedChangeException(
              "it is a value of module type '%s', and %s does not restore it as it is stored in RDB"
                      .formatted(RdbType.moduleName(in.length()), target)
                  + " version %d. Use a target of the source's release, or delete the key."
                      .formatted(version));
      default -> new RdbCollection(this, "HMSET", hash(in, type));
    };
  }

  /**
   * Builds a stream.
   *
   * @param placeholders entries that pending ones need, though the stream has them no more
   */
  RdbStream stream(RdbInput in, int type, @Nullable SortedSet<RdbStreamId> placeholders) {
    if (!target.hasStreams()) {
      throw new UnsupportedChangeException(
          "it is a stream, and %s has none; they exist from Redis 5.0. Use a newer target, or leave"
                  .formatted(target)
              + " the key out.");
    }
    return new RdbStream(in, type, this, placeholders);
  }

  private static RdbElements list(RdbInput in, int type) {
    return switch (type) {
      case RdbType.LIST -> RdbElements.strings(in, 1);
      case RdbType.LIST_ZIPLIST -> new RdbPackedElements(in, new RdbZiplist(in.string()), 1);
      default -> new RdbNodes(in, type == RdbType.LIST_QUICKLIST_2);
    };
  }

  private static RdbElements set(RdbInput in, int type) {
    return switch (type) {
      case RdbType.SET -> RdbElements.strings(in, 1);
      case RdbType.SET_INTSET -> new RdbPackedElements(in, new RdbIntset(in.string()), 1);
      default -> new RdbPackedElements(in, new RdbListpack(in.string()), 1);
    };
  }

  private static RdbElements sortedSet(RdbInput in, int type) {
    return switch (type) {
      case RdbType.ZSET, RdbType.ZSET_2 -> RdbElements.scored(in, type == RdbType.ZSET_2);
      case RdbType.ZSET_ZIPLIST -> RdbPackedElements.scored(in, new RdbZiplist(in.string()));
      default -> RdbPackedElements.scored(in, new RdbListpack(in.string()));
    };
  }

  private RdbElements hash(RdbInput in, int type) {
    return switch (type) {
      case RdbType.HASH -> RdbElements.strings(in, 2);
      case RdbType.HASH_ZIPMAP -> new RdbPackedElements(in, new RdbZipmap(in.string()), 2);
      case RdbType.HASH_ZIPLIST -> new RdbPackedElements(in, new RdbZiplist(in.string()), 2);
      case RdbType.HASH_LISTPACK -> new RdbPackedElements(in, new RdbListpack(in.string()), 2);
      default -> RdbExpiringFields.of(in, type, version == RdbFormat.VALKEY);
    };
  }

  /** Commands for the fields of a hash that expire. */
  List<KeyCommand> expireFields(RdbBatch batch) {
    if (!batch.expiring().isEmpty() && !target.hasFieldExpiry()) {
      throw new UnsupportedChangeException(
          "it is a hash with fields that expire, which %s does not know; Redis does from 7.4,"
                  .formatted(target)
              + " Valkey from 9.0. Use a newer target, or remove the expiry (HPERSIST).");
    }
    return batch.expiring().entrySet().stream()
        .map(expiry -> expireFields(expiry.getKey(), expiry.getValue()))
        .toList();
  }

  private KeyCommand expireFields(long millis, List<byte[]> fields) {
    RdbBatch command = new RdbBatch("HPEXPIREAT", name, millis, "FIELDS", fields.size());
    fields.forEach(command::add);
    return command.command(database, 1);
  }
}
