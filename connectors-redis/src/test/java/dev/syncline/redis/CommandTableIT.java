package dev.syncline.redis;

import static dev.syncline.redis.CommandText.arguments;
import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.KeySelection;
import dev.syncline.redis.CommandTable.Command;
import dev.syncline.redis.CommandTable.Meaning;
import dev.syncline.testkit.server.EachRedis;
import dev.syncline.testkit.server.RedisRelease;
import dev.syncline.testkit.server.RedisServer;
import dev.syncline.testkit.server.RespClient;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;

/** What the table says of commands is what the servers say. */
@ParameterizedClass
@EachRedis
class CommandTableIT {

  /** Each command whose keys are not just its first argument, with its options. */
  private static final String EXAMPLES =
      """
      DEL a b c
      UNLINK a b c
      TOUCH a b c
      PFCOUNT a b
      MSET a 1 b 2
      MSETNX a 1 b 2
      MSETEX 2 a 1 b 2 EX 10
      SUNIONSTORE d a b
      SINTERSTORE d a b
      SDIFFSTORE d a b
      PFMERGE d a b
      ZUNIONSTORE d 2 a b WEIGHTS 1 2
      ZINTERSTORE d 2 a b AGGREGATE SUM
      ZDIFFSTORE d 2 a b
      ZRANGESTORE d a 0 -1
      GEOSEARCHSTORE d a FROMMEMBER m BYRADIUS 1 m
      BITOP AND d a b
      GEORADIUS a 1 1 2 km STORE d
      GEORADIUS a 1 1 2 km STOREDIST d
      GEORADIUSBYMEMBER a m 2 km STORE d
      SORT a LIMIT 0 1 STORE d
      SORT a STORE d STORE e
      RPOPLPUSH a b
      BRPOPLPUSH a b 0
      LMOVE a b LEFT RIGHT
      BLMOVE a b LEFT RIGHT 0
      SMOVE a b m
      RENAME a b
      RENAMENX a b
      COPY a b DB 3
      EVAL script 2 a b x
      EVALSHA script 2 a b x
      FCALL function 2 a b x
      BLPOP a b 0
      BRPOP a b 0
      BZPOPMIN a b 0
      BZPOPMAX a b 0
      LMPOP 2 a b LEFT
      ZMPOP 2 a b MIN
      BLMPOP 0 2 a b LEFT
      BZMPOP 0 2 a b MIN
      XGROUP CREATE a g $
      PFDEBUG GETREG a
      """;

  /** Of these, servers before that version tell only the first key, or nothing. */
  private static final Map<String, Integer> TOLD_FROM =
      Map.ofEntries(
          Map.entry("PFCOUNT", 3),
          Map.entry("BRPOP", 4),
          Map.entry("GEORADIUS", 4),
          Map.entry("GEORADIUSBYMEMBER", 4),
          Map.entry("TOUCH", 6),
          Map.entry("PFDEBUG", 7));

  @Parameter private RedisRelease release;
  private RedisServer server;
  private RespClient client;

  /** What the server says of its commands, by their names in upper case. */
  private final TreeMap<String, List<?>> commands = new TreeMap<>();

  @BeforeEach
  void start() {
    server = RedisServer.start(release);
    client = server.connect();
    for (Object command : (List<?>) client.command("COMMAND")) {
      add((List<?>) command);
    }
  }

  private void add(List<?> command) {
    commands.put(text(command.get(0)).toUpperCase(Locale.ROOT), command);
    // From 7.0 on, what follows tells of subcommands.
    for (Object sub : command.size() > 9 ? (List<?>) command.get(9) : List.of()) {
      add((List<?>) sub);
    }
  }

  @AfterEach
  void close() {
    client.close();
    server.close();
  }

  @Test
  void knowsEachCommandThatWrites() {
    TreeSet<String> unknown = new TreeSet<>();
    commands.forEach(
        (name, command) -> {
          List<String> flags = ((List<?>) command.get(2)).stream().map(this::text).toList();
          String container = name.split("\\|", -1)[0];
          boolean writes = flags.contains("write") || flags.contains("may_replicate");
          if (writes && CommandTable.find(Words.bytes(container)) == null) {
            unknown.add(name);
          }
        });

    assertThat(unknown).isEmpty();
  }

  @Test
  void hasTheKeysThatTheServerSees() {
    List<String> wrong = new ArrayList<>();
    Set<String> shown = new TreeSet<>();
    for (String example : EXAMPLES.lines().toList()) {
      String name = example.substring(0, example.indexOf(' '));
      shown.add(name);
      if (commands.containsKey(name) && isTold(name)) {
        compare(example, wrong);
      }
    }
    for (Command command : CommandTable.all()) {
      String name = command.name();
      if (commands.containsKey(name) && !shown.contains(name) && hasKeys(command)) {
        int arity = Math.abs(((Long) commands.get(name).get(1)).intValue());
        compare(name + " key" + " 1".repeat(Math.max(0, arity - 2)), wrong);
      }
    }

    assertThat(wrong).isEmpty();
  }

  private boolean isTold(String name) {
    return release.isFrom(TOLD_FROM.getOrDefault(name, 0), 0) && !keys(name).isEmpty();
  }

  /** All that is not in the examples has one key, the first argument, or none. */
  private static boolean hasKeys(Command command) {
    return command.meaning() != Meaning.NEVER
        && command.keys().all(arguments("C 1 1 1 1")).length > 0;
  }

  private void compare(String example, List<String> wrong) {
    byte[][] arguments = arguments(example);
    Command command = CommandTable.find(arguments[0]);
    Set<String> expected = release.isFrom(3, 2) ? asked(arguments) : listed(arguments);
    Set<String> found = new TreeSet<>();
    for (int place : command == null ? new int[0] : command.keys().all(arguments)) {
      found.add(text(arguments[place]));
    }
    if (!found.equals(expected)) {
      wrong.add(example + ": found " + found + ", server says " + expected);
    }
  }

  private Set<String> asked(byte[][] arguments) {
    List<Object> question = new ArrayList<>(List.of("COMMAND", "GETKEYS"));
    Collections.addAll(question, (Object[]) arguments);
    Set<String> keys = new TreeSet<>();
    client.texts(question.toArray()).forEach(key -> keys.add(String.valueOf(key)));
    return keys;
  }

  /** Redis 2.8 does not answer that question, but lists the places of keys. */
  private Set<String> listed(byte[][] arguments) {
    Set<String> keys = new TreeSet<>();
    List<Integer> places = keys(text(arguments[0]));
    int last = places.get(1) < 0 ? arguments.length + places.get(1) : places.get(1);
    for (int i = places.get(0); i <= last; i += places.get(2)) {
      keys.add(text(arguments[i]));
    }
    return keys;
  }

  /** The first, the last and the step of a command's keys; none if they move and are not asked. */
  private List<Integer> keys(String name) {
    List<?> command = commands.get(name);
    List<Integer> places = new ArrayList<>();
    for (int i = 3; i <= 5; i++) {
      places.add(((Long) command.get(i)).intValue());
    }
    boolean unknown = places.get(0) == 0 || name.equals("SORT");
    return unknown && !release.isFrom(3, 2) ? List.of() : places;
  }

  @Test
  void patternsMatchTheKeysThatTheServerFinds() {
    Random random = new Random(42);
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      keys.add(text(random, "aabc]-^*\\", 6));
    }
    keys.forEach(key -> client.command("SET", key, "v"));
    List<String> wrong = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      String pattern = text(random, "aabc**?[[]]^-\\", 7);
      if (pattern.endsWith("\\") && !release.isFrom(4, 0)) {
        // Older servers look behind the end of such a pattern if a class is open.
        continue;
      }
      KeySelection selection = KeySelection.builder().keys(pattern).build();
      TreeSet<String> selected = new TreeSet<>(keys);
      selected.removeIf(key -> !selection.includes(0, key.getBytes(StandardCharsets.US_ASCII)));
      TreeSet<String> found = new TreeSet<>();
      client.texts("KEYS", pattern).forEach(key -> found.add(String.valueOf(key)));
      if (!found.equals(selected)) {
        wrong.add(pattern + ": selects " + selected + ", server finds " + found);
      }
    }

    assertThat(wrong).isEmpty();
  }

  private static String text(Random random, String letters, int longest) {
    StringBuilder text = new StringBuilder();
    int length = 1 + random.nextInt(longest);
    for (int i = 0; i < length; i++) {
      text.append(letters.charAt(random.nextInt(letters.length())));
    }
    return text.toString();
  }

  private String text(Object bytes) {
    return bytes instanceof byte[] array
        ? new String(array, StandardCharsets.US_ASCII)
        : bytes.toString();
  }
}
