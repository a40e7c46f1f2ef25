package dev.syncline.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Writes values in all forms that RDB files have had for them. */
final class RdbForms {

  private final Random random;

  RdbForms(Random random) {
    this.random = random;
  }

  /** The types in which a value can be written. */
  static List<Integer> types(RdbContent content) {
    if (content instanceof RdbContent.Elements) {
      return List.of(1, 10, 14, 18);
    }
    if (content instanceof RdbContent.Members set) {
      boolean numbers = set.members().stream().allMatch(RdbWriter::isLong);
      return numbers ? List.of(2, 11, 20) : List.of(2, 20);
    }
    if (content instanceof RdbContent.Scores) {
      return List.of(3, 5, 12, 17);
    }
    if (content instanceof RdbContent.Fields hash) {
      return hash.expiring().isEmpty()
          ? List.of(4, 9, 13, 16, 22, 24, 25)
          : List.of(22, 23, 24, 25);
    }
    return content instanceof RdbContent.Text ? List.of(0) : List.of(15, 19, 21, 26);
  }

  /** The value without its type. */
  byte[] body(RdbContent content, int type, boolean valkey) {
    RdbWriter out = new RdbWriter();
    if (content instanceof RdbContent.Text text) {
      string(out, text.text());
    } else if (content instanceof RdbContent.Elements list) {
      list(out, list.elements(), type);
    } else if (content instanceof RdbContent.Members set) {
      set(out, new ArrayList<>(set.members()), type);
    } else if (content instanceof RdbContent.Scores scores) {
      sortedSet(out, scores.scores(), type);
    } else if (content instanceof RdbContent.Fields hash) {
      hash(out, hash, type, valkey);
    } else {
      stream(out, (RdbContent.Stream) content, type);
    }
    return out.toBytes();
  }

  private void string(RdbWriter out, String text) {
    RdbWriter.Form[] forms = RdbWriter.Form.values();
    out.string(text, forms[random.nextInt(forms.length)]);
  }

  private void blob(RdbWriter out, byte[] packed) {
    if (random.nextBoolean()) {
      out.string(packed);
    } else {
      byte[] lzf = RdbWriter.lzf(packed);
      out.oneByte(0xc3).length(lzf.length).length(packed.length).raw(lzf);
    }
  }

  private void list(RdbWriter out, List<String> elements, int type) {
    if (type == 1) {
      out.length(elements.size());
      elements.forEach(element -> string(out, element));
    } else if (type == 10) {
      blob(out, RdbWriter.ziplist(elements));
    } else {
      List<List<String>> nodes = chunks(elements);
      out.length(nodes.size());
      for (List<String> node : nodes) {
        if (type == 14) {
          blob(out, RdbWriter.ziplist(node));
        } else if (node.size() == 1 && random.nextBoolean() && !node.get(0).isEmpty()) {
          out.length(1);
          blob(out, RdbWriter.bytes(node.get(0)));
        } else {
          out.length(2);
          blob(out, RdbWriter.listpack(node));
        }
      }
    }
  }

  private <T> List<List<T>> chunks(List<T> all) {
    List<List<T>> chunks = new ArrayList<>();
    for (int at = 0; at < all.size(); ) {
      int to = Math.min(all.size(), at + 1 + random.nextInt(5));
      chunks.add(all.subList(at, to));
      at = to;
    }
    return chunks;
  }

  private void set(RdbWriter out, List<String> members, int type) {
    if (type == 2) {
      out.length(members.size());
      members.forEach(member -> string(out, member));
    } else {
      blob(out, type == 11 ? RdbWriter.intset(members) : RdbWriter.listpack(members));
    }
  }

  private void sortedSet(RdbWriter out, SortedMap<String, Double> scores, int type) {
    if (type == 3 || type == 5) {
      out.length(scores.size());
      scores.forEach(
          (member, score) -> {
            string(out, member);
            if (type == 3) {
              out.textScore(score);
            } else {
              out.binaryScore(score);
            }
          });
      return;
    }
    List<String> all = new ArrayList<>();
    scores.forEach(
        (member, score) -> {
          all.add(member);
          all.add(scoreText(score));
        });
    blob(out, type == 12 ? RdbWriter.ziplist(all) : RdbWriter.listpack(all));
  }

  private static String scoreText(double score) {
    if (Double.isInfinite(score)) {
      return score > 0 ? "inf" : "-inf";
    }
    boolean whole = Double.compare((double) (long) score, score) == 0 && Math.abs(score) < 1e15;
    return whole ? Long.toString((long) score) : Double.toString(score);
  }

  private void hash(RdbWriter out, RdbContent.Fields hash, int type, boolean valkey) {
    long first = hash.expiring().values().stream().mapToLong(v -> v).min().orElse(0);
    if (type == 24 || type == 25) {
      out.little(first, 8);
    }
    if (type == 4 || type == 22 || type == 24) {
      out.length(hash.fields().size());
      hash.fields()
          .forEach(
              (field, value) -> {
                Long expiry = hash.expiring().get(field);
                if (type == 24) {
                  out.length(expiry == null ? 0 : expiry - first + 1);
                } else if (type == 22 && !valkey) {
                  out.length(expiry == null ? 0 : expiry);
                }
                string(out, field);
                string(out, value);
                if (type == 22 && valkey) {
                  out.little(expiry == null ? -1 : expiry, 8);
                }
              });
      return;
    }
    List<String> all = new ArrayList<>();
    hash.fields()
        .forEach(
            (field, value) -> {
              all.add(field);
              all.add(value);
              if (type == 23 || type == 25) {
                all.add(String.valueOf(hash.expiring().getOrDefault(field, 0L)));
              }
            });
    switch (type) {
      case 9 -> blob(out, RdbWriter.zipmap(all, random.nextInt(4)));
      case 13 -> blob(out, RdbWriter.ziplist(all));
      default -> blob(out, RdbWriter.listpack(all));
    }
  }

  private void stream(RdbWriter out, RdbContent.Stream stream, int type) {
    SortedSet<RdbStreamId> all = new TreeSet<>(stream.entries().keySet());
    stream.groups().values().forEach(group -> all.addAll(marked(stream, group)));
    List<List<RdbStreamId>> nodes = chunks(List.copyOf(all));
    out.length(nodes.size());
    nodes.forEach(node -> node(out, stream, node));
    out.length(stream.entries().size());
    id(out, stream.last());
    if (type >= 19) {
      id(out, stream.entries().isEmpty() ? RdbStreamId.ZERO : stream.entries().firstKey());
      id(out, stream.deleted());
      out.length(stream.added());
    }
    out.length(stream.groups().size());
    stream.groups().forEach((name, group) -> group(out, name, group, type));
    if (type == 26) {
      out.length(100).length(100).length(0).length(3).length(4);
    }
  }

  /** Entries that are pending but deleted: some are marked as that, some are gone altogether. */
  private SortedSet<RdbStreamId> marked(RdbContent.Stream stream, RdbContent.Group group) {
    SortedSet<RdbStreamId> marked = new TreeSet<>(group.pending().keySet());
    marked.removeIf(
        id ->
            stream.entries().isEmpty()
                || (id.compareTo(stream.entries().firstKey()) < 0 && random.nextBoolean()));
    return marked;
  }

  private void node(RdbWriter out, RdbContent.Stream stream, List<RdbStreamId> ids) {
    RdbStreamId first = ids.get(0);
    List<String> firstEntry = stream.entries().getOrDefault(first, List.of("gone", "x"));
    List<String> fields = fields(firstEntry);
    long live = ids.stream().filter(id -> stream.entries().containsKey(id)).count();
    List<String> all = new ArrayList<>();
    all.add(Long.toString(live));
    all.add(Long.toString(ids.size() - live));
    all.add(Integer.toString(fields.size()));
    all.addAll(fields);
    all.add("0");
    for (RdbStreamId id : ids) {
      List<String> entry = stream.entries().getOrDefault(id, List.of("gone", "x"));
      boolean same = fields(entry).equals(fields);
      int flags = (same ? 2 : 0) | (stream.entries().containsKey(id) ? 0 : 1);
      all.add(Integer.toString(flags));
      all.add(Long.toString(id.millis() - first.millis()));
      all.add(Long.toString(id.number() - first.number()));
      if (!same) {
        all.add(Integer.toString(entry.size() / 2));
      }
      for (int i = 0; i < entry.size(); i++) {
        if (!same || i % 2 == 1) {
          all.add(entry.get(i));
        }
      }
      all.add(Integer.toString(same ? 3 + entry.size() / 2 : 4 + entry.size()));
    }
    out.length(16).big(first.millis(), 8).big(first.number(), 8);
    blob(out, RdbWriter.listpack(all));
  }

  private static List<String> fields(List<String> entry) {
    List<String> fields = new ArrayList<>();
    for (int i = 0; i < entry.size(); i += 2) {
      fields.add(entry.get(i));
    }
    return fields;
  }

  private static void id(RdbWriter out, RdbStreamId id) {
    out.length(id.millis()).length(id.number());
  }

  private static void group(RdbWriter out, String name, RdbContent.Group group, int type) {
    out.string(name);
    id(out, group.delivered());
    if (type >= 19) {
      out.length(group.read());
    }
    out.length(group.pending().size());
    group
        .pending()
        .forEach(
            (id, pending) ->
                out.big(id.millis(), 8)
                    .big(id.number(), 8)
                    .little(pending.millis(), 8)
                    .length(pending.deliveries()));
    out.length(group.consumers().size());
    Map<String, List<RdbStreamId>> byConsumer = new TreeMap<>();
    group.consumers().forEach(consumer -> byConsumer.put(consumer, new ArrayList<>()));
    group.pending().forEach((id, pending) -> byConsumer.get(pending.consumer()).add(id));
    byConsumer.forEach(
        (consumer, ids) -> {
          out.string(consumer).little(1_000_000, 8);
          if (type >= 21) {
            out.little(-1, 8);
          }
          out.length(ids.size());
          ids.forEach(id -> out.big(id.millis(), 8).big(id.number(), 8));
        });
  }
}
