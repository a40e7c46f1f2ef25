package dev.syncline.redis.endtoend;

import dev.syncline.testkit.server.RedisRelease;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Random commands over all types of data that a release has. They meet in few keys, so that many
 * change what others have made; some are refused for that. Immutable.
 */
final class RandomKeys {

  /** Databases from 0 on that are written to. */
  static final int DATABASES = 4;

  private static final int NAMES = 8;

  /** One command in so many empties a database, and one in ten times as many all of them. */
  private static final int FLUSH = 8_000;

  /**
   * The release from which on it is, how often it comes, and the command. A master before 6.0 sends
   * INCRBYFLOAT as a SET, by which even its own replicas lose the expiry; PFMERGE makes other bytes
   * before 4.0; ZRANGESTORE of a long member crashes 6.2 before 6.2.8.
   */
  private static final String TEMPLATES =
      """
      2.8 8 | SELECT {db}
      2.8 6 | SET {str} {text}
      2.8 2 | SET {str} {text} EX {seconds}
      2.8 2 | SET {str} {text} PX {millis}
      2.8 1 | SET {num} {int} NX
      2.8 1 | SET {str} {text} XX PX {long}
      6.0 2 | SET {str} {text} KEEPTTL
      6.2 1 | SET {str} {text} GET
      6.2 1 | SET {str} {text} PXAT {pxat}
      2.8 1 | SETEX {str} {seconds} {text}
      2.8 1 | PSETEX {str} {millis} {text}
      2.8 1 | SETNX {num} {int}
      2.8 2 | MSET {str} {text} {str} {text} {num} {int}
      2.8 1 | MSETNX {str} {text} {num} {int}
      2.8 3 | APPEND {str} {text}
      2.8 1 | SETRANGE {str} {small} {text}
      2.8 6 | INCR {num}
      2.8 2 | DECRBY {num} {int}
      6.0 3 | INCRBYFLOAT {num} {float}
      2.8 1 | GETSET {str} {text}
      6.2 1 | GETDEL {str}
      6.2 1 | GETEX {str} PX {millis}
      6.2 1 | GETEX {str} PERSIST
      2.8 2 | SETBIT {bit} {small} 1
      2.8 1 | BITOP OR {bit} {bit} {bit}
      2.8 1 | BITOP NOT {bit} {bit}
      3.2 1 | BITFIELD {bit} INCRBY u8 {small} 7
      2.8 3 | PFADD {hll} {member} {member} {text}
      4.0 1 | PFMERGE {hll} {hll} {hll}
      2.8 1 | PFCOUNT {hll}
      2.8 4 | RPUSH {list} {text} {member}
      2.8 4 | LPUSH {list} {member}
      2.8 1 | LPUSHX {list} {member}
      2.8 2 | LPOP {list}
      2.8 1 | RPOP {list}
      6.2 1 | LPOP {list} 3
      7.0 1 | LMPOP 2 {list} {list} RIGHT COUNT 2
      2.8 2 | RPOPLPUSH {list} {list}
      2.8 1 | BRPOPLPUSH {list} {list} 1
      6.2 2 | LMOVE {list} {list} RIGHT LEFT
      2.8 1 | LINSERT {list} BEFORE {member} {text}
      2.8 1 | LTRIM {list} 0 40
      2.8 1 | LREM {list} 1 {member}
      2.8 1 | LSET {list} 0 {text}
      2.8 4 | SADD {set} {member} {member} {text}
      2.8 1 | SREM {set} {member}
      2.8 1 | SMOVE {set} {set} {member}
      2.8 1 | SPOP {set}
      3.2 1 | SPOP {set} 3
      2.8 1 | SUNIONSTORE {set} {set} {set}
      2.8 1 | SINTERSTORE {set} {set} {set}
      2.8 1 | SDIFFSTORE {set} {set} {set}
      2.8 4 | HSET {hash} {member} {text}
      2.8 1 | HMSET {hash} {member} {text} {member} {int}
      2.8 1 | HSETNX {hash} {member} {text}
      2.8 2 | HINCRBY {hash} counter {int}
      2.8 1 | HINCRBYFLOAT {hash} float {float}
      2.8 1 | HDEL {hash} {member}
      2.8 4 | ZADD {zset} {float} {member} {int} {text}
      2.8 2 | ZINCRBY {zset} {float} {member}
      2.8 1 | ZREM {zset} {member}
      2.8 1 | ZUNIONSTORE {zset} 2 {zset} {zset} WEIGHTS 1 0.5
      2.8 1 | ZINTERSTORE {zset} 2 {zset} {zset} AGGREGATE MIN
      6.2 1 | ZDIFFSTORE {zset} 2 {zset} {zset}
      7.0 1 | ZRANGESTORE {zset} {zset} 0 9
      5.0 1 | ZPOPMIN {zset}
      5.0 1 | ZPOPMAX {zset} 2
      2.8 1 | ZREMRANGEBYRANK {zset} 20 -1
      2.8 1 | ZREMRANGEBYSCORE {zset} -5 5
      3.2 2 | GEOADD {geo} {degree} {degree} {member}
      3.2 1 | GEORADIUS {geo} 10 10 2000 km STORE {geo}
      6.2 1 | GEOSEARCHSTORE {geo} {geo} FROMLONLAT 10 10 BYRADIUS 2000 km
      5.0 6 | XADD {stream} * field {text} {member} {int}
      5.0 1 | XADD {stream} MAXLEN ~ 100 * field {text}
      5.0 1 | XTRIM {stream} MAXLEN 50
      5.0 2 | XGROUP CREATE {stream} {group} 0 MKSTREAM
      5.0 1 | XGROUP SETID {stream} {group} $
      5.0 1 | XGROUP DESTROY {stream} {group}
      6.2 1 | XGROUP CREATECONSUMER {stream} {group} {consumer}
      5.0 1 | XGROUP DELCONSUMER {stream} {group} {consumer}
      5.0 4 | XREADGROUP GROUP {group} {consumer} COUNT 5 STREAMS {stream} >
      5.0 1 | XREADGROUP GROUP {group} {consumer} COUNT 2 NOACK STREAMS {stream} >
      5.0 2 | XACK {lastStream} {group} {lastId}
      5.0 1 | XDEL {lastStream} {lastId}
      5.0 1 | XCLAIM {lastStream} {group} {consumer} 0 {lastId}
      6.2 1 | XAUTOCLAIM {stream} {group} {consumer} 0 0 COUNT 3
      2.8 3 | HSET {slide} {member} {text}
      2.8 2 | HINCRBY {slide} counter {int}
      2.8 1 | HDEL {slide} {member}
      2.8 4 | PEXPIRE {slide} {life}
      2.8 2 | EXPIRE {any} {seconds}
      2.8 3 | PEXPIRE {any} {millis}
      2.8 2 | PEXPIRE {any} {long}
      2.8 1 | PEXPIREAT {any} {pxat}
      7.0 1 | PEXPIRE {any} {long} GT
      2.8 2 | PERSIST {any}
      2.8 3 | DEL {any} {any}
      4.0 1 | UNLINK {any}
      2.8 1 | RENAME {any} {any}
      2.8 1 | RENAMENX {any} {any}
      6.2 1 | COPY {any} {any} REPLACE
      6.2 1 | COPY {any} {any} DB {db}
      2.8 1 | MOVE {any} {db}
      2.8 1 | SORT {list} ALPHA LIMIT 0 20 STORE {list}
      3.0 2 | RESTORE {any} 0 {dump} REPLACE
      2.8 1 | RESTORE {any} {millis} {dump}
      2.8 2 | EVAL {counting} 2 {num} {list} {int}
      2.8 1 | EVAL {growing} 1 {big} {text}
      2.8 1 | RPUSH {big} {text}
      2.8 1 | EVAL {widening} 1 {wide} {text}
      2.8 1 | HSET {wide} {member} {text}
      7.0 1 | FUNCTION LOAD REPLACE {library}
      7.0 2 | FCALL count_a 1 {num}
      7.0 1 | FUNCTION DELETE library_{letter}
      2.8 1 | PUBLISH channel {text}
      """;

  /** A few megabytes, now and then a dozen: a backlog of 32 MB has room for what comes together. */
  private static final String VALUE = "string.rep(string.sub(ARGV[1], 1, 200), 20)";

  private static final String GROWING =
      "if redis.call('LLEN', KEYS[1]) < 3000 then for i = 1, 3000 do redis.call('RPUSH',"
          + " KEYS[1], i .. "
          + VALUE
          + ") end else redis.call('LTRIM', KEYS[1], 0, 2999) end";

  private static final String WIDENING =
      "if redis.call('HLEN', KEYS[1]) < 3000 then for i = 1, 3000 do redis.call('HSET',"
          + " KEYS[1], 'field' .. i, i .. "
          + VALUE
          + ") end else for i = 1, 3000, 2 do redis.call('HDEL', KEYS[1], 'field' .. i) end end";

  /**
   * Which keys there are, each with a number behind it. Those that slide live for one to three
   * seconds, and are renewed about so often.
   */
  private static final List<String> TYPES =
      List.of("str", "num", "bit", "hll", "list", "set", "hash", "zset", "geo", "stream", "slide");

  private final List<String[]> templates = new ArrayList<>();
  private final boolean swaps;

  /**
   * Whether a consumer is there that has asked for entries and got none, of which replicas do not
   * hear.
   */
  private final boolean makesConsumers;

  /** All that a release has, without some commands. */
  RandomKeys(RedisRelease release, Set<String> without) {
    this(release, release, without);
  }

  /** What a release has, for a source of another one that has it too. */
  RandomKeys(RedisRelease release, RedisRelease source, Set<String> without) {
    TEMPLATES
        .lines()
        .forEach(
            line -> {
              String[] parts = line.split(" \\| ", 2);
              String[] when = parts[0].split("[ .]", -1);
              String[] command = parts[1].split(" ", -1);
              if (release.isFrom(Integer.parseInt(when[0]), Integer.parseInt(when[1]))
                  && !without.contains(command[0])) {
                for (int i = 0; i < Integer.parseInt(when[2]); i++) {
                  templates.add(command);
                }
              }
            });
    swaps = release.isFrom(4, 0);
    makesConsumers = source.isFrom(7, 2);
  }

  /** A command, or several that are to be executed at once. */
  List<Object[]> unit(Random random, LastEntry last) {
    int chance = random.nextInt(FLUSH);
    if (chance == 0) {
      return List.<Object[]>of(new Object[] {random.nextInt(10) == 0 ? "FLUSHALL" : "FLUSHDB"});
    }
    if (chance < 8 && swaps) {
      return List.<Object[]>of(
          new Object[] {"SWAPDB", random.nextInt(DATABASES), random.nextInt(DATABASES)});
    }
    int commands = random.nextInt(10) == 0 ? 2 + random.nextInt(8) : 1;
    List<Object[]> unit = new ArrayList<>();
    for (int i = 0; i < commands; i++) {
      String[] template = templates.get(random.nextInt(templates.size()));
      Object[] command = new Object[template.length];
      for (int k = 0; k < command.length; k++) {
        command[k] = argument(template[k], random, last);
      }
      if (makesConsumers && command[0].toString().matches("XREADGROUP|XCLAIM|XAUTOCLAIM")) {
        unit.add(newConsumer(command));
      }
      unit.add(command);
    }
    if (commands == 1 && unit.get(0)[0].equals("BRPOPLPUSH")) {
      // It does not wait for an element between MULTI and EXEC.
      unit.add(new Object[] {"PING"});
    }
    return unit;
  }

  /** What makes the consumer of a command, in a way of which replicas hear. */
  private static Object[] newConsumer(Object[] command) {
    boolean reads = command[0].equals("XREADGROUP");
    Object stream = reads ? command[command.length - 2] : command[1];
    return new Object[] {"XGROUP", "CREATECONSUMER", stream, command[2], command[3]};
  }

  private static Object argument(String template, Random random, LastEntry last) {
    int open = template.indexOf('{');
    if (open < 0) {
      return template;
    }
    String name = template.substring(open + 1, template.length() - 1);
    return switch (name) {
      case "db" -> random.nextInt(DATABASES);
      case "text" -> text(random);
      case "int" -> random.nextInt(2_000) - 1_000;
      case "small" -> random.nextInt(200);
      case "float" -> String.valueOf((random.nextInt(2_000) - 1_000) / 8.0);
      case "degree" -> String.valueOf(random.nextInt(2_000) / 100.0);
      case "seconds" -> 1 + random.nextInt(3);
      case "millis" -> 50 + random.nextInt(2_950);
      case "life" -> 1_000 + random.nextInt(2_000);
      case "long" -> 100_000 + random.nextInt(100_000_000);
      case "pxat" -> System.currentTimeMillis() + random.nextInt(200_000) - 1_000;
      case "member" -> "member" + random.nextInt(40);
      case "group" -> "group" + random.nextInt(2);
      case "consumer" -> "consumer" + random.nextInt(3);
      case "letter" -> template.substring(0, open) + letter(random);
      case "library" -> library(letter(random), random);
      case "counting" ->
          // A script that fails halfway is sent as it is before 5.0, and would stop the job.
          "redis.pcall('INCRBY', KEYS[1], ARGV[1]); redis.pcall('RPUSH', KEYS[2], ARGV[1]);"
              + " if #ARGV[1] > 3 then redis.pcall('LTRIM', KEYS[2], 0, 50) end";
      case "growing" -> GROWING;
      case "widening" -> WIDENING;
      case "dump" -> new Dump(key(TYPES.get(random.nextInt(TYPES.size())), random));
      case "lastStream" -> last.stream();
      case "lastId" -> last.id();
      case "any" -> key(TYPES.get(random.nextInt(TYPES.size())), random);
      default -> key(name, random);
    };
  }

  /** Stands for what DUMP says about a key. */
  record Dump(String key) {}

  /** The entry that somebody has added to a stream last. */
  record LastEntry(String stream, String id) {}

  private static String key(String type, Random random) {
    return type + ":" + random.nextInt(NAMES);
  }

  private static String letter(Random random) {
    return random.nextBoolean() ? "a" : "b";
  }

  private static String library(String letter, Random random) {
    return "#!lua name=library_"
        + letter
        + "\nredis.register_function('count_"
        + letter
        + "', function(keys) return redis.call('INCRBY', keys[1], "
        + random.nextInt(10)
        + ") end)";
  }

  /** Some text, now and then with bytes that are none, and seldom a long one. */
  private static Object text(Random random) {
    byte[] bytes = new byte[random.nextInt(100) == 0 ? random.nextInt(5_000) : random.nextInt(40)];
    random.nextBytes(bytes);
    if (random.nextInt(4) > 0) {
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) ('a' + (bytes[i] & 15));
      }
    }
    return bytes;
  }
}
