package dev.syncline.testkit.server;

import static dev.syncline.testkit.server.RedisStateReader.bytes;
import static dev.syncline.testkit.server.RedisStateReader.fields;
import static dev.syncline.testkit.server.RedisStateReader.list;
import static dev.syncline.testkit.server.RedisStateReader.millis;
import static dev.syncline.testkit.server.RedisStateReader.number;

import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a stream has beside its entries: its last id, groups, consumers, pending entries.
 *
 * @param client reads it, in the database of the stream
 * @param tellsAllConsumers whether replicas and copies get consumers that nothing was given to,
 *     which is so from 7.0 on
 */
record RedisStreamReader(RespClient client, boolean tellsAllConsumers) {
  static void addEntries(Map<String, String> parts, List<?> entries) {
    for (Object entry : entries) {
      List<?> idAndFields = list(entry);
      StringBuilder fields = new StringBuilder();
      List<?> flat = list(idAndFields.get(1));
      for (int i = 0; i < flat.size(); i += 2) {
        fields.append(fields.isEmpty() ? "" : ", ");
        fields.append(RedisText.shortOf(bytes(flat.get(i))));
        fields.append("=").append(RedisText.shortOf(bytes(flat.get(i + 1))));
      }
      parts.put("entry " + RespClient.textOf(idAndFields.get(0)), fields.toString());
    }
  }

  /** Adds all but the entries, if the value is a stream; false if it has expired meanwhile. */
  boolean read(RedisValue value, byte[] key) {
    if (!value.type().equals("stream")) {
      return true;
    }
    try {
      Map<String, @Nullable Object> stream = fields(client.command("XINFO", "STREAM", key));
      value.parts().put("last id", String.valueOf(text(stream, "last-generated-id")));
      for (String told : List.of("max-deleted-entry-id", "entries-added")) {
        if (stream.containsKey(told)) {
          value.details().put(told, String.valueOf(text(stream, told)));
        }
      }
      for (Object group : list(client.command("XINFO", "GROUPS", key))) {
        readGroup(value, key, fields(group));
      }
      return true;
    } catch (RespClient.ErrorReply refusal) {
      if (refusal.getMessage().contains("no such key")) {
        return false;
      }
      throw refusal;
    }
  }

  private void readGroup(RedisValue value, byte[] key, Map<String, @Nullable Object> group) {
    byte[] name = bytes(group.get("name"));
    String title = "group '" + RedisText.of(name) + "'";
    value.parts().put("last id of " + title, String.valueOf(text(group, "last-delivered-id")));
    // Not how many entries it has read: a master does not tell that to its replicas either.
    if (tellsAllConsumers) {
      TreeSet<String> consumers = new TreeSet<>();
      for (Object consumer : list(client.command("XINFO", "CONSUMERS", key, name))) {
        consumers.add(RedisText.of(bytes(fields(consumer).get("name"))));
      }
      value.details().put("consumers of " + title, consumers.toString());
    }
    long pending = number(group.get("pending"));
    if (pending > 0) {
      long now = millis(client.command("TIME"));
      for (Object entry : list(client.command("XPENDING", key, name, "-", "+", pending))) {
        List<?> told = list(entry);
        String part = "pending entry %s of %s".formatted(RespClient.textOf(told.get(0)), title);
        value
            .parts()
            .put(
                part,
                "with consumer '%s', delivered %d times"
                    .formatted(RedisText.of(bytes(told.get(1))), number(told.get(3))));
        value.times().put("delivery of " + part, now - number(told.get(2)));
      }
    }
  }

  private static @Nullable String text(Map<String, @Nullable Object> fields, String name) {
    return RespClient.textOf(fields.get(name));
  }
}
