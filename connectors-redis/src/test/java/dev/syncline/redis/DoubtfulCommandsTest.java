package dev.syncline.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.KeySelection;
import dev.syncline.redis.DoubtfulCommands.Coming;
import dev.syncline.redis.DoubtfulCommands.Late;
import dev.syncline.redis.HeldKeys.Name;
import dev.syncline.redis.RedisPosition.Doubt;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DoubtfulCommandsTest {

  private static final Doubt PLACE = new Doubt(100, 0);

  private static final SpoolLimits NO_FILES =
      new SpoolLimits(0, 0, Path.of(System.getProperty("java.io.tmpdir")));

  private final DoubtfulKeys keys = new DoubtfulKeys(10, NO_FILES);
  private final UnwrittenKeys unwritten = new UnwrittenKeys(keys);
  private DoubtfulCommands commands =
      new DoubtfulCommands(keys, unwritten, scope(KeySelection.all()));

  private static StreamScope scope(KeySelection selection) {
    return new StreamScope("job", "redis", Optional.empty(), selection, false);
  }

  private boolean read(String command, boolean late) {
    return read(0, command, late ? Late.YES : Late.NEVER, 100, 1_000).isPresent();
  }

  /** Reads a command of 10 bytes behind an offset. */
  private Optional<Runnable> read(int database, String text, Late late, long offset, long millis) {
    Doubt before = new Doubt(offset, database);
    return commands.read(
        database, CommandText.arguments(text), new Coming(late, millis, before, offset + 10));
  }

  private static Name name(String key) {
    return new Name(0, ByteBuffer.wrap(Words.bytes(key)));
  }

  /** The keys in doubt, each with its database. */
  private String doubtful() {
    return keys.first(100, name -> true).stream()
        .map(name -> name.database() + ":" + new String(name.key().array(), StandardCharsets.UTF_8))
        .sorted()
        .collect(Collectors.joining(" "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          # renewed without a value
          EXPIRE k 1                  | 0:k
          PEXPIREAT k 1000            | 0:k
          GETEX k EX 1                | 0:k
          PERSIST k                   | 0:k
          HPEXPIREAT k 1000 FIELDS 1 f | 0:k
          # made of others
          RENAME a b                  | 0:a 0:b
          COPY a b                    | 0:b
          COPY a b DB 3 REPLACE       | 3:b
          MOVE k 3                    | 0:k 3:k
          SUNIONSTORE d a b           | 0:d
          ZUNIONSTORE d 2 a b         | 0:d
          SMOVE a b m                 | 0:a 0:b
          RPOPLPUSH a b               | 0:a 0:b
          BITOP AND d a b             | 0:d
          PFMERGE d a                 | 0:d
          SORT l STORE d              | 0:d
          GEORADIUS g 1 1 2 km STORE d | 0:d
          EVAL script 2 a b           | 0:a 0:b
          # what fails if the key is not there
          LSET k 0 v                  | 0:k
          XGROUP SETID k g $          | 0:k
          XCLAIM k g c 0 1-1          | 0:k
          # the end is right by the source's DEL
          SET k v EX 1                | ""
          SET k v KEEPTTL             | ""
          HSET k f v                  | ""
          INCR k                      | ""
          LTRIM k 0 1                 | ""
          DEL a b                     | ""
          MSET a 1 b 2                | ""
          PUBLISH c m                 | ""
          JSON.SET k v                | ""
          """)
  void putInDoubtWhatIsRenewedOrMadeOfOthersWhileLate(String command, String expected) {
    boolean may = read(command, true);

    assertThat(doubtful()).isEqualTo(expected);
    assertThat(may).isEqualTo(!expected.isEmpty());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          # counts twice, or meets what only came later
          INCR k                      | 0:k
          RPUSH k v                   | 0:k
          HSET k f v                  | 0:k
          XADD k 5-1 f v              | 0:k
          LTRIM k 0 1                 | 0:k
          SETNX k v                   | 0:k
          SET k v KEEPTTL             | 0:k
          EXPIRE k 1                  | 0:k
          LSET k 0 v                  | 0:k
          MSETNX a 1 b 2              | 0:a 0:b
          MOVE k 3                    | 0:k 3:k
          COPY a b DB 3               | 3:b
          SUNIONSTORE d a b           | 0:d
          SMOVE a b m                 | 0:a 0:b
          EVAL script 2 a b           | 0:a 0:b
          SORT l STORE d              | 0:d
          # leaves the same whatever was there
          SET k v EX 1                | ""
          RESTORE k 0 p               | ""
          DEL a b                     | ""
          MSET a 1 b 2                | ""
          FLUSHALL                    | ""
          SORT l                      | ""
          """)
  void putInDoubtAllThatComesAgainButWholeValues(String command, String expected) {
    boolean may = read(0, command, Late.AGAIN, 100, 1_000).isPresent();

    assertThat(doubtful()).isEqualTo(expected);
    assertThat(may).isEqualTo(!expected.isEmpty());
  }

  /** A library that is there already cannot be loaded, and one that is not cannot be deleted. */
  @Test
  void letFunctionsAndScriptsThatComeAgainFail() {
    assertThat(read(0, "FUNCTION LOAD code", Late.AGAIN, 100, 1_000)).isPresent();
    assertThat(read(0, "FUNCTION LOAD code", Late.YES, 100, 1_000)).isEmpty();
    // It may find what only came later.
    assertThat(read(0, "EVAL script 0", Late.AGAIN, 100, 1_000)).isPresent();
    assertThat(read(0, "EVAL script 0", Late.YES, 100, 1_000)).isEmpty();
    assertThat(doubtful()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          # command                 | in doubt then  | whether it may fail
          EXPIRE other 1            | 0:k            | false
          RENAME a b                | 0:k            | false
          HSET k f v                | 0:k            | true
          EXPIRE k 1                | 0:k            | true
          SET k v KEEPTTL           | 0:k            | true
          SETNX k v                 | 0:k            | true
          SUNIONSTORE d a k         | 0:d 0:k        | true
          RENAME k b                | 0:b 0:k        | true
          COPY k b DB 2             | 0:k 2:b        | true
          MOVE k 2                  | 0:k 2:k        | true
          MSETNX k 1 b 2            | 0:b 0:k        | true
          SORT l STORE d            | 0:d 0:k        | true
          EVAL script 1 a           | 0:a 0:k        | true
          # written as a whole
          SET k v                   | ""             | false
          SETEX k 1 v               | ""             | false
          RESTORE k 0 p REPLACE     | ""             | false
          MSET a 1 k 2              | ""             | false
          DEL a k                   | ""             | false
          FLUSHDB                   | ""             | false
          FLUSHALL                  | ""             | false
          SWAPDB 0 3                | 3:k            | false
          SWAPDB 1 3                | 0:k            | false
          """)
  void spreadsFromKeysInDoubt(String command, String expected, boolean mayFail) {
    keys.add(name("k"), PLACE);

    boolean may = read(command, false);

    assertThat(doubtful()).isEqualTo(expected);
    assertThat(may).isEqualTo(mayFail);
  }

  @Test
  void leavesOutKeysThatAreNotSelected() {
    KeySelection some = KeySelection.builder().database(0).keys("own:*").build();
    commands = new DoubtfulCommands(keys, unwritten, scope(some));

    read("RENAME own:a other:b", true);
    read("EXPIRE other:c 1", true);
    read("MOVE own:d 2", true);

    assertThat(doubtful()).isEqualTo("0:own:a 0:own:d");
  }

  @Test
  void knowsThePlaceBehindWhichTheFirstOfThemCame() {
    assertThat(keys.since()).isEmpty();
    read(0, "EXPIRE a 1", Late.YES, 10, 0);
    read(0, "EXPIRE b 1", Late.YES, 20, 0);
    assertThat(keys.since()).contains(new Doubt(10, 0));
    read("DEL a", false);
    assertThat(keys.since()).contains(new Doubt(20, 0));
    read("DEL b", false);
    assertThat(keys.since()).isEmpty();
    read(3, "EXPIRE b 1", Late.YES, 30, 0);
    assertThat(keys.since()).contains(new Doubt(30, 3));
  }

  @Test
  void remembersSoManyNamesAndThenThatThereAreMore() {
    for (int i = 0; i < 11; i++) {
      read("EXPIRE key" + i + " 1", true);
    }

    assertThat(keys.areTooMany()).isTrue();
    assertThat(keys.isEmpty()).isFalse();
    assertThat(keys.contains(name("any"))).isTrue();
    assertThat(keys.since()).contains(PLACE);
    assertThat(keys.first(5, name -> true)).isEqualTo(List.of());
  }

  @Test
  void putInDoubtWhatIsWrittenTooLate() {
    read(0, "EXPIRE a 1", Late.NOT_YET, 10, 1_000);
    read(0, "EXPIRE b 1", Late.NOT_YET, 20, 1_100);
    read(0, "HSET c f v", Late.NOT_YET, 30, 1_100);
    read(0, "EXPIRE d 1", Late.NOT_YET, 40, 1_500);
    assertThat(unwritten.since()).contains(new Doubt(10, 0));

    unwritten.written(20, 1_250);
    assertThat(doubtful()).isEmpty();
    unwritten.look(1_400);
    assertThat(doubtful()).isEmpty();
    unwritten.look(1_401);
    assertThat(doubtful()).isEqualTo("0:b");
    unwritten.written(50, 1_900);
    assertThat(doubtful()).isEqualTo("0:b 0:d");
    assertThat(keys.since()).contains(new Doubt(20, 0));
    assertThat(unwritten.isEmpty()).isTrue();
  }

  /** More than the job remembers may come in a moment. */
  @Test
  void putInDoubtWhatIsWrittenInTimeIfItIsTooMuchToBeKnown() {
    for (int i = 0; i <= 100_000; i++) {
      read(0, "EXPIRE key" + i % 9 + " 1", Late.NOT_YET, i, 1_000);
    }

    assertThat(doubtful()).hasSize(9 * "0:key0 ".length() - 1);
    assertThat(keys.since()).contains(new Doubt(0, 0));
    assertThat(unwritten.since()).contains(new Doubt(100_000, 0));
  }

  @Test
  void knowsWhetherTheTargetLags() {
    read(0, "EXPIRE a 1", Late.NOT_YET, 10, 1_000);
    read(0, "EXPIRE b 1", Late.NOT_YET, 20, 1_200);
    unwritten.look(1_250);
    assertThat(unwritten.lags()).isFalse();
    unwritten.look(1_350);
    assertThat(unwritten.lags()).isTrue();
    unwritten.written(20, 1_400);
    assertThat(unwritten.lags()).isFalse();
  }

  @Test
  void putInDoubtWhatFailsAlthoughItIsWrittenInTime() {
    Runnable failed = read(0, "RENAME a b", Late.NOT_YET, 10, 1_000).orElseThrow();
    assertThat(read(0, "HSET b f v", Late.NOT_YET, 20, 1_000)).isEmpty();
    failed.run();
    unwritten.written(20, 1_001);

    assertThat(doubtful()).isEqualTo("0:a 0:b");
  }

  /** The key that it is made of may be gone, although the command itself is not late. */
  @Test
  void putInDoubtWhatIsMadeOfKeysThatAreWrittenTooLate() {
    read(0, "EXPIRE a 1", Late.NOT_YET, 10, 1_000);
    read(0, "EXPIRE other 1", Late.NOT_YET, 20, 1_200);
    read(0, "SUNIONSTORE d a c", Late.NOT_YET, 30, 1_200);
    read(0, "SUNIONSTORE e d c", Late.NOT_YET, 40, 1_250);
    unwritten.written(100, 1_350);

    assertThat(doubtful()).isEqualTo("0:a 0:d 0:e");
  }

  @Test
  void keepTheOrderOfTheirPlaces() {
    read(0, "EXPIRE a 1", Late.NOT_YET, 10, 1_000);
    read(0, "EXPIRE b 1", Late.YES, 20, 1_000);
    read(0, "DEL b", Late.NOT_YET, 30, 1_000);

    assertThat(keys.since()).contains(new Doubt(10, 0));
  }

  @Test
  void changeTheirDatabases() {
    read(0, "EXPIRE a 1", Late.NOT_YET, 10, 1_000);
    read(0, "SWAPDB 0 3", Late.NOT_YET, 20, 1_000);

    assertThat(doubtful()).isEqualTo("3:a");
  }
}
