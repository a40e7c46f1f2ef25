package dev.syncline.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Random values, and files of them. */
final class RdbFiles {

  private final Random random;
  private final int longest;

  /**
   * Values of a kind of chance.
   *
   * @param longest how long a string can be now and then
   */
  RdbFiles(Random random, int longest) {
    this.random = random;
    this.longest = longest;
  }

  /** A file that has a value in every form of version 13. */
  static byte[] withEverything() {
    Random random = new Random(7);
    RdbFiles files = new RdbFiles(random, 20);
    RdbForms forms = new RdbForms(random);
    RdbWriter out = RdbWriter.redis(13).oneByte(RdbType.AUX).string("ctime").string("1");
    out.oneByte(RdbType.SELECT_DB).length(3);
    int number = 0;
    for (RdbContent content : files.oneOfEach()) {
      for (int type : RdbForms.types(content)) {
        if (number % 3 == 0) {
          out.oneByte(RdbType.EXPIRE_MILLIS).little(1_800_000_000_000L, 8);
        }
        out.key(type, "key" + number++).raw(forms.body(content, type, false));
      }
    }
    return out.end();
  }

  /** A small value of each type. */
  List<RdbContent> oneOfEach() {
    return List.of(
        text(),
        list(1 + random.nextInt(7)),
        set(1 + random.nextInt(7), false),
        set(1 + random.nextInt(7), true),
        sortedSet(1 + random.nextInt(7)),
        hash(1 + random.nextInt(7), false),
        hash(1 + random.nextInt(7), true),
        stream(random.nextInt(8)));
  }

  RdbContent.Text text() {
    return new RdbContent.Text(string());
  }

  RdbContent.Elements list(int size) {
    List<String> elements = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      elements.add(string());
    }
    return new RdbContent.Elements(elements);
  }

  RdbContent.Members set(int size, boolean numbers) {
    SortedSet<String> members = new TreeSet<>();
    while (members.size() < size) {
      members.add(numbers ? Long.toString(number()) : string());
    }
    return new RdbContent.Members(members);
  }

  RdbContent.Scores sortedSet(int size) {
    SortedMap<String, Double> scores = new TreeMap<>();
    while (scores.size() < size) {
      scores.put(string(), score());
    }
    return new RdbContent.Scores(scores);
  }

  RdbContent.Fields hash(int size, boolean expiring) {
    SortedMap<String, String> fields = new TreeMap<>();
    SortedMap<String, Long> expiries = new TreeMap<>();
    while (fields.size() < size) {
      String field = string();
      fields.put(field, string());
      if (expiring && (expiries.isEmpty() || random.nextBoolean())) {
        expiries.put(
            field, 1_700_000_000_000L + random.nextInt(3) * (long) random.nextInt(1 << 20));
      }
    }
    return new RdbContent.Fields(fields, expiries);
  }

  RdbContent.Stream stream(int size) {
    SortedMap<RdbStreamId, List<String>> entries = new TreeMap<>();
    SortedSet<RdbStreamId> gone = new TreeSet<>();
    long millis = random.nextInt(5) == 0 ? -1000 : random.nextInt(1000);
    List<String> fields = list(1 + random.nextInt(2)).elements();
    RdbStreamId id = RdbStreamId.ZERO;
    for (int i = 0; i < size * 2; i++) {
      millis += random.nextInt(3) == 0 ? 0 : 1 + random.nextInt(100);
      id =
          id.millis() == millis
              ? new RdbStreamId(millis, id.number() + 1 + random.nextInt(3))
              : new RdbStreamId(millis, random.nextInt(4));
      if (entries.size() == size || random.nextInt(3) == 0 || id.equals(RdbStreamId.ZERO)) {
        gone.add(id);
        continue;
      }
      List<String> entry = new ArrayList<>();
      for (String field : random.nextInt(4) == 0 ? List.of("other", "one") : fields) {
        entry.add(field);
        entry.add(string());
      }
      entries.put(id, entry);
    }
    gone.remove(RdbStreamId.ZERO);
    SortedMap<String, RdbContent.Group> groups = new TreeMap<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      groups.put("group" + i, group(entries.keySet(), gone));
    }
    RdbStreamId deleted = gone.isEmpty() ? RdbStreamId.ZERO : gone.last();
    return new RdbContent.Stream(entries, id, deleted, entries.size() + gone.size(), groups);
  }

  private RdbContent.Group group(Iterable<RdbStreamId> entries, SortedSet<RdbStreamId> gone) {
    SortedMap<RdbStreamId, RdbContent.Pending> pending = new TreeMap<>();
    SortedSet<String> consumers = new TreeSet<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      consumers.add("consumer" + i);
    }
    List<RdbStreamId> ids = new ArrayList<>(random.nextInt(3) == 0 ? gone : List.of());
    entries.forEach(ids::add);
    for (RdbStreamId id : consumers.isEmpty() ? List.<RdbStreamId>of() : ids) {
      if (random.nextBoolean()) {
        String consumer = "consumer" + (1 + random.nextInt(consumers.size()));
        pending.put(
            id, new RdbContent.Pending(consumer, 1_700_000_000_000L, 1 + random.nextInt(2)));
      }
    }
    return new RdbContent.Group(
        new RdbStreamId(random.nextInt(1000), 0), random.nextInt(9) - 1, pending, consumers);
  }

  private long number() {
    return random.nextLong() >> random.nextInt(64);
  }

  private double score() {
    return switch (random.nextInt(6)) {
      case 0 -> Double.POSITIVE_INFINITY;
      case 1 -> Double.NEGATIVE_INFINITY;
      case 2 -> number() >> 12;
      case 3 -> random.nextGaussian() * Math.pow(10, random.nextInt(40) - 20);
      case 4 -> -0.0;
      default -> 0.1 + random.nextInt(10);
    };
  }

  private String string() {
    return switch (random.nextInt(7)) {
      case 0 -> Long.toString(number());
      case 5 -> "long ".repeat(random.nextInt(1 + (longest >> random.nextInt(12)) / 5));
      case 1 -> "abcd".repeat(random.nextInt(30));
      case 2 -> "";
      case 3 -> "-0" + random.nextInt(100);
      case 4 -> "x".repeat(random.nextInt(20)) + (char) random.nextInt(256);
      default -> {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(20); i > 0; i--) {
          text.append((char) random.nextInt(256));
        }
        yield text.toString();
      }
    };
  }
}
