package dev.syncline.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.syncline.change.KeyCommand;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Carries commands out as a server would, as far as values are built with them. */
final class RdbServer {

  /** A stream while it is built. */
  private static final class StreamKey {
    final SortedMap<RdbStreamId, List<String>> entries = new TreeMap<>();
    final SortedMap<String, RdbContent.Group> groups = new TreeMap<>();
    RdbStreamId last = RdbStreamId.ZERO;
    RdbStreamId deleted = RdbStreamId.ZERO;
    long added;

    RdbContent.Stream content() {
      return new RdbContent.Stream(entries, last, deleted, added, groups);
    }
  }

  private final Map<String, Object> keys = new TreeMap<>();
  private final Map<String, Long> expiring = new TreeMap<>();

  void execute(List<KeyCommand> commands) {
    commands.forEach(this::execute);
  }

  void execute(KeyCommand command) {
    List<String> arguments = new ArrayList<>();
    for (byte[] argument : command.arguments()) {
      arguments.add(new String(argument, ISO_8859_1));
    }
    String key = arguments.get(command.keyPlaces()[0]);
    List<String> rest = arguments.subList(2, arguments.size());
    switch (command.name()) {
      case "DEL" -> keys.remove(key);
      case "SET" -> keys.put(key, new RdbContent.Text(rest.get(0)));
      case "APPEND" ->
          keys.merge(
              key,
              new RdbContent.Text(rest.get(0)),
              (a, b) ->
                  new RdbContent.Text(((RdbContent.Text) a).text() + ((RdbContent.Text) b).text()));
      case "RENAME" -> keys.put(rest.get(0), keys.remove(key));
      case "PEXPIREAT" -> expiring.put(key, Long.parseLong(rest.get(0)));
      case "RPUSH" -> make(key, new RdbContent.Elements(new ArrayList<>())).elements().addAll(rest);
      case "SADD" -> {
        SortedSet<String> members = make(key, new RdbContent.Members(new TreeSet<>())).members();
        rest.forEach(member -> check(members.add(member)));
      }
      case "ZADD" -> {
        SortedMap<String, Double> scores =
            make(key, new RdbContent.Scores(new TreeMap<>())).scores();
        for (int i = 0; i < rest.size(); i += 2) {
          scores.put(rest.get(i + 1), score(rest.get(i)));
        }
      }
      case "HMSET", "HPEXPIREAT" -> hash(command.name(), key, rest);
      default -> stream(arguments, key);
    }
  }

  private void hash(String name, String key, List<String> rest) {
    RdbContent.Fields hash = make(key, new RdbContent.Fields(new TreeMap<>(), new TreeMap<>()));
    if (name.equals("HMSET")) {
      for (int i = 0; i < rest.size(); i += 2) {
        hash.fields().put(rest.get(i), rest.get(i + 1));
      }
      return;
    }
    check(Integer.parseInt(rest.get(2)) == rest.size() - 3);
    for (String field : rest.subList(3, rest.size())) {
      check(hash.fields().containsKey(field));
      hash.expiring().put(field, Long.parseLong(rest.get(0)));
    }
  }

  private static double score(String text) {
    return switch (text) {
      case "inf" -> Double.POSITIVE_INFINITY;
      case "-inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(text);
    };
  }

  private void stream(List<String> arguments, String key) {
    StreamKey stream = make(key, new StreamKey());
    List<String> rest = arguments.subList(2, arguments.size());
    switch (arguments.get(0)) {
      case "XADD" -> {
        boolean empty = rest.get(0).equals("MAXLEN");
        RdbStreamId id = id(rest.get(empty ? 2 : 0));
        check(id.compareTo(stream.last) > 0);
        stream.last = id;
        stream.added++;
        if (!empty) {
          stream.entries.put(id, List.copyOf(rest.subList(1, rest.size())));
        }
      }
      case "XDEL" -> {
        for (String id : rest) {
          check(stream.entries.remove(id(id)) != null);
          stream.deleted = id(id);
        }
      }
      case "XTRIM" -> {
        while (stream.entries.size() > Integer.parseInt(rest.get(1))) {
          stream.entries.remove(stream.entries.firstKey());
        }
      }
      case "XSETID" -> {
        stream.last = id(rest.get(0));
        check(stream.entries.isEmpty() || stream.last.compareTo(stream.entries.lastKey()) >= 0);
        if (rest.size() > 1) {
          stream.added = Long.parseLong(rest.get(2));
          stream.deleted = id(rest.get(4));
        }
      }
      case "XCLAIM" -> claim(stream, rest);
      case "XCFGSET" -> check(rest.equals(List.of("IDMP-DURATION", "100", "IDMP-MAXSIZE", "100")));
      default -> group(stream, arguments);
    }
  }

  private static void group(StreamKey stream, List<String> arguments) {
    if (arguments.get(0).equals("XREADGROUP")) {
      stream.groups.get(arguments.get(2)).consumers().add(arguments.get(3));
      return;
    }
    check(arguments.get(0).equals("XGROUP"));
    if (arguments.get(1).equals("CREATECONSUMER")) {
      stream.groups.get(arguments.get(3)).consumers().add(arguments.get(4));
      return;
    }
    check(arguments.get(1).equals("CREATE"));
    long read = arguments.size() > 5 ? Long.parseLong(arguments.get(6)) : -1;
    stream.groups.put(
        arguments.get(3),
        new RdbContent.Group(id(arguments.get(4)), read, new TreeMap<>(), new TreeSet<>()));
  }

  private static void claim(StreamKey stream, List<String> rest) {
    int options = rest.size() - 6;
    check(rest.subList(options + 4, rest.size()).equals(List.of("FORCE", "JUSTID")));
    RdbContent.Group group = stream.groups.get(rest.get(0));
    group.consumers().add(rest.get(1));
    for (String id : rest.subList(3, options)) {
      // A server passes over entries that the stream does not have.
      if (stream.entries.containsKey(id(id))) {
        group
            .pending()
            .put(
                id(id),
                new RdbContent.Pending(
                    rest.get(1),
                    Long.parseLong(rest.get(options + 1)),
                    Long.parseLong(rest.get(options + 3))));
      }
    }
  }

  private static RdbStreamId id(String text) {
    int dash = text.indexOf('-');
    return new RdbStreamId(
        Long.parseUnsignedLong(text.substring(0, dash)),
        Long.parseUnsignedLong(text.substring(dash + 1)));
  }

  @SuppressWarnings("unchecked") // A test fails here if a command is sent to a key of another type.
  private <T> T make(String key, T empty) {
    return (T) keys.computeIfAbsent(key, name -> empty);
  }

  private static void check(boolean right) {
    if (!right) {
      throw new AssertionError("a server would refuse that");
    }
  }

  RdbContent content(String key) {
    Object content = keys.get(key);
    return content instanceof StreamKey stream ? stream.content() : (RdbContent) content;
  }

  int size() {
    return keys.size();
  }

  /** When a key expires; null if it does not. */
  Long expiry(String key) {
    return expiring.get(key);
  }
}
