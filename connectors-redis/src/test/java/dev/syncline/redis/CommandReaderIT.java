package dev.syncline.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.KeySelection;
import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.KeyChange;
import dev.syncline.change.KeyCommand;
import dev.syncline.change.KeyFlush;
import dev.syncline.redis.CommandReader.Unknown;
import dev.syncline.testkit.server.EachRedis;
import dev.syncline.testkit.server.RedisRelease;
import dev.syncline.testkit.server.RedisServer;
import dev.syncline.testkit.server.RedisState;
import dev.syncline.testkit.server.RespClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Random commands of a real master, read and carried out by another server: the selected keys are
 * the same there as at a replica of the server's own, or the command was refused because it wrote
 * them from others.
 *
 * <p>A replica need not be equal to its master: INCRBYFLOAT loses the expiry there before Redis
 * 6.0, and consumers that XAUTOCLAIM makes without claiming anything are not there.
 */
@ParameterizedClass
@EachRedis
class CommandReaderIT {

  private static final int COMMANDS = Integer.getInteger("syncline.redis.commands", 2_000);
  private static final int DATABASES = 3;

  /**
   * What is read some commands later expires so much later if the source tells for how long a key
   * lives. The times that are sent are a hundred seconds apart.
   */
  private static final Duration TOLERANCE = Duration.ofSeconds(30);

  /**
   * What is sent: S, N, L, T, Z, H, P, G, X and A are keys of one type each or of any type, half of
   * which are selected; v is a value, d a database, t a time in seconds.
   */
  private static final List<String> COMMANDS_SENT =
      """
      SET S v
      SET S v EX t
      SET S v PX t000 NX
      SET S v XX
      SET S v KEEPTTL
      SET S v GET
      SET S v EXAT 4000000000
      SETEX S t v
      PSETEX S t000 v
      SETNX S v
      GETSET S v
      GETDEL S
      GETEX S EX t
      GETEX S PERSIST
      APPEND S v
      SETRANGE S 3 v
      SETBIT S 9 1
      BITFIELD S SET u8 0 v
      BITOP OR S S S
      BITOP NOT S S
      MSET S v S v S v
      MSETNX S v S v
      MSETEX 2 S v S v EX t
      INCR N
      DECRBY N v
      INCRBYFLOAT N 0.5
      RPUSH L v v v v
      LPUSH L v
      LPUSHX L v v
      LPOP L
      RPOP L 2
      LMPOP 2 L L LEFT COUNT 2
      LINSERT L BEFORE v v
      LREM L 1 v
      LSET L 0 v
      LTRIM L 0 5
      RPOPLPUSH L L
      LMOVE L L LEFT RIGHT
      BLMOVE L L RIGHT LEFT 0.05
      SORT L STORE L
      SORT L BY nosort GET # STORE L
      SADD T v v v v
      SREM T v
      SPOP T
      SPOP T 2
      SMOVE T T v
      SUNIONSTORE T T T
      SINTERSTORE T T T
      SDIFFSTORE T T T
      ZADD Z v v 3 b
      ZADD Z GT CH v v
      ZINCRBY Z 1 v
      ZREM Z v
      ZPOPMIN Z
      ZMPOP 2 Z Z MAX
      ZREMRANGEBYSCORE Z 3 5
      ZUNIONSTORE Z 2 Z Z
      ZINTERSTORE Z 2 Z T
      ZRANGESTORE Z Z 0 2
      HSET H v v
      HMSET H f v g v
      HINCRBY H n 2
      HINCRBYFLOAT H n 0.5
      HDEL H v
      HEXPIRE H t FIELDS 2 f v
      HPEXPIRE H t000 NX FIELDS 2 f g
      HSETEX H EX t FIELDS 1 f v
      HGETEX H EX t FIELDS 1 g
      HGETDEL H FIELDS 1 v
      HPERSIST H FIELDS 1 f
      PFADD P v v v
      PFMERGE P P P
      PFCOUNT P
      GEOADD G 1.v 2.v v
      GEORADIUS G 1 2 90 km STORE Z
      GEOSEARCHSTORE Z G FROMLONLAT 1 2 BYRADIUS 90 km
      XADD X * f v
      XADD X MAXLEN 5 * f v
      XGROUP CREATE X g 0 MKSTREAM
      XREADGROUP GROUP g c COUNT 1 STREAMS X >
      XTRIM X MAXLEN 3
      XAUTOCLAIM X g e 0 0
      DEL A A A
      UNLINK A A
      EXPIRE A t
      PEXPIRE A t000
      EXPIREAT A 4000000000
      EXPIRE A 0
      PERSIST A
      RENAME S S
      RENAME Z Z
      RENAMENX L L
      MOVE A d
      COPY S S DB d
      COPY H H REPLACE
      EVAL return(redis.call('set',KEYS[1],ARGV[1])) 1 S v
      EVAL return(redis.call('rename',KEYS[1],KEYS[2])) 2 S S
      SELECT d
      SELECT d
      MULTI
      EXEC
      FLUSHDB
      FLUSHALL
      """
          .lines()
          .toList();

  @Parameter private RedisRelease release;
  private RedisServer source;
  private RedisServer model;
  private RedisServer target;
  private RespClient in;
  private RespClient out;
  private final Random random = new Random(Long.getLong("syncline.seed", 20_261_122L));
  private KeySelection selection =
      KeySelection.builder().database(0).database(1).keys("s*").build();
  private int refused;
  private int changes;

  @BeforeEach
  void start() {
    target = RedisServer.builder(release).name("target").start();
    out = target.connect();
  }

  private void startMaster(RedisRelease of) {
    source = RedisServer.builder(of).name("source").option("repl-diskless-sync", "no").start();
    model = RedisServer.builder(of).name("replica").start();
    model.follow(source);
    in = source.connect();
  }

  @AfterEach
  void close() {
    in.close();
    out.close();
    model.close();
    source.close();
    target.close();
  }

  @Test
  void selectedKeysAreEqualAfterWhateverTheMasterSends() {
    startMaster(release);

    follow(COMMANDS_SENT);

    assertThat(refused).isPositive();
  }

  /** Commands that the older server has not, and their options that it has not, are not sent. */
  @Test
  void anOlderServerUnderstandsWhatANewerMasterSends() {
    startMaster(RedisRelease.REDIS_7_0);
    selection = KeySelection.builder().database(0).database(1).database(2).build();
    Set<String> known = new HashSet<>();
    for (Object command : (List<?>) out.command("COMMAND")) {
      byte[] name = (byte[]) ((List<?>) command).get(0);
      known.add(new String(name, StandardCharsets.US_ASCII).toUpperCase(Locale.ROOT));
    }

    follow(
        COMMANDS_SENT.stream()
            .filter(command -> known.contains(command.split(" ", -1)[0]))
            .filter(command -> !command.startsWith("ZADD Z GT"))
            // Redis 2.8 stores the same count in another form.
            .filter(command -> !command.startsWith("PFMERGE"))
            .toList());

    assertThat(refused).isZero();
  }

  @ParameterizedTest
  @EnumSource(names = {"REDIS_2_8", "REDIS_7_0"})
  void aKeyThatMovesKeepsItsExpiryIfItDoesSoAtTheSource(RedisRelease from) {
    startMaster(from);
    try (RawReplica replica = new RawReplica(source)) {
      Stream stream = new Stream(replica);
      for (String command : List.of("SET s1 v EX 1000", "MOVE s1 1", "SET s2 v", "MOVE s2 1")) {
        send(command);
      }

      assertThat(stream.readUpTo("end")).isTrue();
      model.awaitCaughtUp(source);
      assertEqual();
    }
    out.select(1);
    boolean loses = from == RedisRelease.REDIS_2_8;
    assertThat((Long) out.command("TTL", "s1")).isBetween(loses ? -1L : 900L, loses ? -1L : 1001L);
  }

  private void follow(List<String> sent) {
    try (RawReplica replica = new RawReplica(source)) {
      Stream stream = new Stream(replica);
      for (int i = 0; i < COMMANDS; i++) {
        send(sent.get(random.nextInt(sent.size())));
        if (i % 50 == 49) {
          end();
          boolean whole = stream.readUpTo("mark " + i);
          model.awaitCaughtUp(source);
          if (!whole) {
            stream.copyAll();
          }
          assertEqual();
        }
      }
    }

    assertThat(changes).as("changes, and %s were refused", refused).isGreaterThan(COMMANDS / 50);
  }

  /** Ends what may be open; the mark itself is not in a transaction. */
  private void end() {
    send("EXEC");
    in.select(0);
  }

  private void send(String template) {
    // A quarter of the flushes is enough.
    if (template.startsWith("FLUSH") && random.nextInt(4) > 0) {
      return;
    }
    Object[] command =
        Arrays.stream(template.split(" ", -1)).map(this::filled).toArray(Object[]::new);
    try {
      in.command(command);
    } catch (RespClient.ErrorReply e) {
      // The release does not know it, or the key has another type: nothing is sent on.
    }
  }

  private String filled(String word) {
    return switch (word) {
      case "S", "N", "L", "T", "Z", "H", "P", "G", "X" -> key(word);
      case "A" -> key("SNLTZHPGX".substring(random.nextInt(9)).substring(0, 1));
      case "v", "1.v", "2.v" -> word.replace("v", String.valueOf(random.nextInt(9)));
      case "d" -> String.valueOf(random.nextInt(DATABASES));
      case "t", "t000" -> word.replace("t", String.valueOf(100 * (1 + random.nextInt(9))));
      default -> word;
    };
  }

  private String key(String type) {
    return (random.nextInt(3) > 0 ? "s" : "other") + type + random.nextInt(2);
  }

  private void assertEqual() {
    RedisState expected =
        RedisState.of(model)
            .ignoring(key -> !selection.includes(key.database(), bytes(key.name())));
    assertThat(RedisState.of(target).differences(expected, TOLERANCE)).isEmpty();
  }

  private static RedisVersion version(RespClient client) {
    return RedisVersion.of(String.valueOf(client.text("INFO", "server")));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Carries out at the target what is read. */
  private final class Stream {

    private final RawReplica replica;
    private final CommandReader reader =
        new CommandReader(
            CommandText.scope(selection), version(in), Unknown.STOP, new HeardExpiries());
    private final TargetCommands understood = new TargetCommands(version(out));
    private int database;

    Stream(RawReplica replica) {
      this.replica = replica;
    }

    /** Whether all was carried out. */
    boolean readUpTo(String mark) {
      in.command("PUBLISH", "mark", mark);
      boolean whole = true;
      while (true) {
        byte[][] command = replica.next();
        if (Words.is(command[0], "SELECT")) {
          database = (int) Words.number(command, 1);
        } else if (Words.is(command[0], "PUBLISH")) {
          assertThat(command[2]).isEqualTo(bytes(mark));
          return whole;
        } else {
          whole = whole && carriedOut(command);
        }
      }
    }

    /** Whether it was not refused; if it was, the rest is not read. */
    private boolean carriedOut(byte[][] command) {
      try {
        Moment now = new Moment(System.currentTimeMillis(), false);
        for (KeyChange change : reader.read(database, command, now)) {
          apply(change);
          changes++;
        }
        return true;
      } catch (UnsupportedChangeException e) {
        assertThat(e).message().containsPattern("not selected: ('other|.* in database 2)");
        refused++;
        return false;
      }
    }

    private void apply(KeyChange change) {
      if (change instanceof KeyFlush flush) {
        for (int number : flush.scope().databases()) {
          flush(number, flush);
        }
        return;
      }
      out.select(((KeyCommand) change).database());
      for (KeyCommand command : understood.of((KeyCommand) change)) {
        out.command((Object[]) command.arguments());
      }
    }

    private void flush(int number, KeyFlush flush) {
      out.select(number);
      for (String key : out.texts("KEYS", "*")) {
        if (flush.scope().includes(number, bytes(String.valueOf(key)))) {
          out.command("DEL", key);
        }
      }
    }

    /** As a job does that is started anew. */
    void copyAll() {
      out.command("FLUSHALL");
      try (RespClient copied = model.connect()) {
        for (int number : selection.databases()) {
          copied.select(number);
          out.select(number);
          for (Object key : (List<?>) copied.command("KEYS", "s*")) {
            Object payload = copied.command("DUMP", key);
            long left = (Long) copied.command("PTTL", key);
            out.command("RESTORE", key, Math.max(0, left), payload);
          }
        }
      }
    }
  }
}
