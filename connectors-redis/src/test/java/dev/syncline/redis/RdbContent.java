package dev.syncline.redis;

import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;

/** What a key holds, to be compared. Bytes are written as Latin-1. */
sealed interface RdbContent {

  record Text(String text) implements RdbContent {}

  record Elements(List<String> elements) implements RdbContent {}

  record Members(SortedSet<String> members) implements RdbContent {}

  record Scores(SortedMap<String, Double> scores) implements RdbContent {}

  record Fields(SortedMap<String, String> fields, SortedMap<String, Long> expiring)
      implements RdbContent {}

  record Stream(
      SortedMap<RdbStreamId, List<String>> entries,
      RdbStreamId last,
      RdbStreamId deleted,
      long added,
      SortedMap<String, Group> groups)
      implements RdbContent {

    /** Without what streams count only from Redis 7.0. */
    Stream uncounted() {
      TreeMap<String, Group> uncounted = new TreeMap<>();
      groups.forEach(
          (name, group) ->
              uncounted.put(name, new Group(group.delivered, -1, group.pending, group.consumers)));
      return new Stream(entries, last, RdbStreamId.ZERO, 0, uncounted);
    }
  }

  record Group(
      RdbStreamId delivered,
      long read,
      SortedMap<RdbStreamId, Pending> pending,
      SortedSet<String> consumers) {}

  record Pending(String consumer, long millis, long deliveries) {}
}
