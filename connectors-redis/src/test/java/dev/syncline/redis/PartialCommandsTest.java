package dev.syncline.redis;

import static dev.syncline.redis.CommandText.arguments;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.KeySelection;
import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.KeyChange;
import dev.syncline.change.KeyCommand;
import dev.syncline.redis.CommandReader.Unknown;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys whose names begin with s are selected, in the databases 0 and 1. */
class PartialCommandsTest {

  private static final Moment LIVE = new Moment(1_000_000, false);

  private final CommandReader some =
      new CommandReader(
          CommandText.scope(KeySelection.builder().database(0).database(1, 7).keys("s*").build()),
          CommandText.SOURCE,
          Unknown.STOP,
          new HeardExpiries());

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          SET s1 v                      | SET s1 v
          SET other v                   | -
          SETEX other 10 v              | -
          EXPIRE other 10               | -
          HEXPIRE other 1 FIELDS 1 f    | -
          RESTORE other 0 p             | -
          # each key by itself
          DEL s1 other s2               | DEL s1 s2
          UNLINK other s1               | UNLINK s1
          DEL other                     | -
          MSET s1 1 other 2 s2 3        | MSET s1 1 s2 3
          MSETNX other 2 s2 3           | MSET s2 3
          MSETEX 2 s1 1 other 2 PXAT 9  | SET s1 1 PXAT 9
          # what leaves the selection
          RENAME s1 other               | DEL s1
          RENAMENX s1 other             | DEL s1
          MOVE s1 2                     | DEL s1
          RPOPLPUSH s1 other            | RPOP s1
          BRPOPLPUSH s1 other 0         | RPOP s1
          LMOVE s1 other LEFT RIGHT     | LPOP s1
          LMOVE s1 other RIGHT LEFT     | RPOP s1
          SMOVE s1 other m              | SREM s1 m
          # the member was there, or the source would not have sent it
          SMOVE other s1 m              | SADD s1 m
          # whatever is stored outside
          SUNIONSTORE other s1 s2       | -
          ZUNIONSTORE other 2 s1 s2     | -
          BITOP AND other s1 s2         | -
          PFMERGE other s1              | -
          SORT s1 STORE other           | -
          GEORADIUS s1 1 1 2 km STORE other | -
          GEOSEARCHSTORE other s1 FROMMEMBER m BYRADIUS 1 m | -
          COPY s1 other                 | -
          COPY s1 s2 DB 2               | -
          # and what is all selected
          SUNIONSTORE s3 s1 s2          | SUNIONSTORE s3 s1 s2
          RENAME s1 s2                  | RENAME s1 s2
          MOVE s1 1                     | MOVE s1 1
          MOVE other 1                  | -
          COPY s1 s2 DB 1               | COPY s1 s2 DB 1
          SORT s1 BY nosort STORE s2    | SORT s1 BY nosort STORE s2
          SORT s1 GET # STORE s2        | SORT s1 GET # STORE s2
          EVAL script 2 s1 s2           | EVAL script 2 s1 s2
          EVAL script 1 other           | SCRIPT LOAD script
          # what another job builds at the source may become a selected key
          DEL syncline:copy:o:5          | DEL syncline:copy:job:{syncline:copy:o:5}
          RPUSH syncline:copy:o:5 a      | RPUSH syncline:copy:job:{syncline:copy:o:5} a
          RENAME syncline:copy:o:5 s1    | RENAME syncline:copy:job:{syncline:copy:o:5} s1
          RENAME syncline:copy:o:5 other | DEL syncline:copy:job:{syncline:copy:o:5}
          XGROUP SETID syncline:copy:o:5 | XGROUP SETID syncline:copy:job:{syncline:copy:o:5}
          # no keys
          PUBLISH c m                   | PUBLISH c m
          SWAPDB 4 5                    | -
          FLUSHDB | flush of keys [s*] of databases {0=0, 1=7}, of these database 0
          FLUSHALL                      | flush of keys [s*] of databases {0=0, 1=7}
          """)
  void leavesTheSelectedKeysAsTheyAreAtTheSource(String command, String expected) {
    assertThat(CommandText.of(some.read(0, arguments(command), LIVE))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          RENAME other s1               | 'other'
          RENAMENX other s1             | 'other'
          RPOPLPUSH other s1            | 'other'
          LMOVE other s1 LEFT LEFT      | 'other'
          COPY other s1                 | 'other'
          SUNIONSTORE s1 s2 other third | 'other', 'third'
          SINTERSTORE s1 other          | 'other'
          ZUNIONSTORE s1 1 other        | 'other'
          ZRANGESTORE s1 other 0 -1     | 'other'
          BITOP NOT s1 other            | 'other'
          PFMERGE s1 other              | 'other'
          SORT other STORE s1           | 'other'
          GEORADIUS other 1 1 2 km STOREDIST s1 | 'other'
          EVAL script 2 s1 other        | 'other'
          SORT s1 BY w_* STORE s2       | 'w_*'
          SORT s1 GET w_* STORE s2      | 'w_*'
          EVAL script 0                 | names no keys
          SWAPDB 0 1                    | databases 0 and 1
          SWAPDB 0 5                    | databases 0 and 5
          """)
  void stopsWhereASelectedKeyIsWrittenFromOthers(String command, String named) {
    assertThatThrownBy(() -> some.read(0, arguments(command), LIVE))
        .isInstanceOf(UnsupportedChangeException.class)
        .hasMessageContaining(named);
  }

  @Test
  void stopsWhereAKeyComesFromAnotherDatabase() {
    assertThat(some.read(5, arguments("MOVE other 1"), LIVE)).isEmpty();
    assertThat(some.read(5, arguments("MOVE s1 6"), LIVE)).isEmpty();
    assertThatThrownBy(() -> some.read(5, arguments("MOVE s1 1"), LIVE))
        .hasMessageContaining("'s1'");
    assertThatThrownBy(() -> some.read(5, arguments("COPY s1 s2 DB 1"), LIVE))
        .hasMessageContaining("'s1'");
  }

  @ParameterizedTest
  @CsvSource({"2,8,19,true", "2,8,23,false", "3,0,4,true", "3,0,5,false", "3,2,0,false"})
  void aKeyThatLosesItsExpiryByAMoveDoesSoAtTheTarget(
      int major, int minor, int patch, boolean loses) {
    RedisVersion source = new RedisVersion(false, major, minor, patch);
    KeySelection all = KeySelection.builder().database(0).database(1, 7).build();
    CommandReader reader =
        new CommandReader(CommandText.scope(all), source, Unknown.STOP, new HeardExpiries());

    List<KeyChange> changes = reader.read(0, arguments("MOVE k 1"), LIVE);

    assertThat(CommandText.of(changes)).isEqualTo(loses ? "MOVE k 1; PERSIST k" : "MOVE k 1");
    assertThat(((KeyCommand) changes.get(changes.size() - 1)).database()).isEqualTo(loses ? 1 : 0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"SET s1 v", "DEL s1 s2", "EVALSHA sha 0", "FLUSHDB", "RENAME a s1", "COPY s1 s2"})
  void dropsWhatIsInAnotherDatabase(String command) {
    assertThat(some.read(5, arguments(command), LIVE)).isEmpty();
  }

  @Test
  void loadsScriptsOfAnotherDatabaseSinceTheyMayComeByTheirNamesLater() {
    KeyCommand load = (KeyCommand) some.read(5, arguments("EVAL script 1 s1"), LIVE).get(0);

    assertThat(CommandText.of(load)).isEqualTo("SCRIPT LOAD script");
    assertThat(load.database()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"PUBLISH c m", "SCRIPT LOAD s", "FUNCTION FLUSH"})
  void passesOnWhatHasNoKeysInADatabaseThatIsSelected(String command) {
    KeyCommand passed = (KeyCommand) some.read(5, arguments(command), LIVE).get(0);

    assertThat(passed.database()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          MSET s1 1 other 2 s2 3        | s1 s2
          DEL other s1                  | s1
          SMOVE other s1 m              | s1
          RENAME s1 other               | s1
          """)
  void saysWhichKeysAreLeft(String command, String keys) {
    KeyCommand read = (KeyCommand) some.read(0, arguments(command), LIVE).get(0);

    assertThat(CommandText.names(read.keys())).isEqualTo(keys);
  }

  @Test
  void keepsHeartbeatsOutEvenIfAllKeysAreSelected() {
    CommandReader all =
        new CommandReader(
            CommandText.scope(KeySelection.all()),
            CommandText.SOURCE,
            Unknown.STOP,
            new HeardExpiries());

    assertThat(CommandText.of(all.read(0, arguments("DEL a syncline:heartbeat:job"), LIVE)))
        .isEqualTo("DEL a");
  }
}
