package dev.syncline.redis;

import static dev.syncline.redis.CommandText.arguments;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.KeySelection;
import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.KeyChange;
import dev.syncline.change.KeyCommand;
import dev.syncline.change.KeyFlush;
import dev.syncline.change.KeyScope;
import dev.syncline.redis.CommandReader.Unknown;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandReaderTest {

  private static final Moment LIVE = new Moment(1_000_000, false);
  private static final Moment HELD = new Moment(1_000_000, true);

  private final HeardExpiries expiries = new HeardExpiries();
  private final CommandReader all =
      new CommandReader(
          CommandText.scope(KeySelection.all()), CommandText.SOURCE, Unknown.STOP, expiries);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SET k v",
        "set k v",
        "APPEND k v",
        "SETNX k v",
        "GETSET k v",
        "INCRBY k 2",
        "DEL a b c",
        "MSET a 1 b 2",
        "MSETNX a 1 b 2",
        "RPOPLPUSH a b",
        "LMOVE a b LEFT RIGHT",
        "SMOVE a b m",
        "RENAME a b",
        "RENAMENX a b",
        "MOVE k 3",
        "COPY a b REPLACE",
        "COPY a b DB 3",
        "BITOP AND a b c",
        "ZUNIONSTORE d 2 a b WEIGHTS 1 2",
        "SORT l BY w_* GET o_* STORE d",
        "GEORADIUS g 1 1 2 km STORE d",
        "XADD s MAXLEN = 2 1-1 f v",
        "XGROUP SETID s g 1-1 ENTRIESREAD 3",
        "XCLAIM s g c 0 1-1 TIME 1000 RETRYCOUNT 1 FORCE JUSTID LASTID 1-1",
        "EVAL script 2 a b x",
        "EVAL script 0",
        "EVALSHA 0123456789012345678901234567890123456789 1 k",
        "SCRIPT LOAD script",
        "SCRIPT FLUSH",
        "FUNCTION LOAD REPLACE code",
        "FUNCTION DELETE library",
        "FUNCTION FLUSH",
        "FUNCTION RESTORE payload APPEND",
        "PUBLISH channel message",
        "SPUBLISH channel message",
        "SWAPDB 0 1",
        "HPERSIST h FIELDS 1 f",
        "VADD v VALUES 2 1 2 e"
      })
  void passesOnWhatDoesNotDependOnTheMoment(String command) {
    byte[][] arguments = arguments(command);

    List<KeyChange> changes = all.read(0, arguments, LIVE);

    assertThat(changes).hasSize(1);
    assertThat(((KeyCommand) changes.get(0)).arguments()).isSameAs(arguments);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          # from Redis 7.0 on masters send what is at the right
          SETEX k 100 v                 | SET k v PXAT 1100000
          PSETEX k 100 v                | SET k v PXAT 1000100
          SET k v EX 100                | SET k v PXAT 1100000
          SET k v px 100 NX             | SET k v PXAT 1000100
          SET k v XX EXAT 1234          | SET k v PXAT 1234000
          SET k v PXAT 1234             | SET k v PXAT 1234
          SET k v KEEPTTL               | SET k v KEEPTTL
          SET k v NX                    | SET k v
          SET k v XX GET KEEPTTL        | SET k v KEEPTTL
          SET k v IFEQ EX               | SET k v
          MSETEX 2 a 1 b 2 EX 100 NX    | SET a 1 PXAT 1100000; SET b 2 PXAT 1100000
          MSETEX 1 a 1                  | SET a 1
          EXPIRE k 100                  | PEXPIREAT k 1100000
          PEXPIRE k 100                 | PEXPIREAT k 1000100
          EXPIREAT k 1234               | PEXPIREAT k 1234000
          PEXPIREAT k 1234              | PEXPIREAT k 1234
          PEXPIREAT k 1234 GT           | PEXPIREAT k 1234
          GETEX k EX 100                | PEXPIREAT k 1100000
          GETEX k PXAT 1234             | PEXPIREAT k 1234
          GETEX k PERSIST               | PERSIST k
          GETEX k                       | -
          RESTORE k 0 p                 | RESTORE k 0 p REPLACE
          RESTORE k 100 p REPLACE       | RESTORE k 1000100 p REPLACE ABSTTL
          RESTORE k 1234 p absttl FREQ 3 | RESTORE k 1234 p REPLACE ABSTTL
          RESTORE-ASKING k 100 p        | RESTORE k 1000100 p REPLACE ABSTTL
          HEXPIRE h 100 FIELDS 1 f      | HPEXPIREAT h 1100000 FIELDS 1 f
          HPEXPIRE h 100 GT FIELDS 1 f  | HPEXPIREAT h 1000100 GT FIELDS 1 f
          HEXPIREAT h 1234 FIELDS 1 f   | HPEXPIREAT h 1234000 FIELDS 1 f
          HPEXPIREAT h 1234 FIELDS 2 f g | HPEXPIREAT h 1234 FIELDS 2 f g
          HSETEX h EX 100 FIELDS 1 f v  | HSETEX h PXAT 1100000 FIELDS 1 f v
          HSETEX h FNX PXAT 1234 FIELDS 1 f v | HSETEX h PXAT 1234 FIELDS 1 f v
          HSETEX h KEEPTTL FIELDS 1 f v | HSETEX h KEEPTTL FIELDS 1 f v
          HSETEX h FIELDS 2 f v g w     | HSET h f v g w
          HGETEX h PX 100 FIELDS 1 f    | HPEXPIREAT h 1000100 FIELDS 1 f
          HGETEX h PERSIST FIELDS 1 f   | HPERSIST h FIELDS 1 f
          HGETEX h FIELDS 1 f           | -
          HGETDEL h FIELDS 2 f g        | HDEL h f g
          BRPOPLPUSH a b 0              | RPOPLPUSH a b
          BLMOVE a b LEFT RIGHT 1       | LMOVE a b LEFT RIGHT
          """)
  void givesWhatDependsOnTheMomentAFormThatDoesNot(String command, String expected) {
    assertThat(CommandText.of(all.read(0, arguments(command), LIVE))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          SETEX k 100 v                 | SET k v PXAT 1099512727776               | 0:k
          SET k v PXAT 1234             | SET k v PXAT 1099511629010               | 0:k
          SET k v KEEPTTL               | SET k v KEEPTTL                          |
          SET k v                       | SET k v                                  |
          MSETEX 1 a 1 PXAT 1234        | SET a 1 PXAT 1099511629010               | 0:a
          EXPIRE k 100                  | PEXPIREAT k 1099512727776                | 0:k
          PEXPIREAT k 1234              | PEXPIREAT k 1099511629010                | 0:k
          PEXPIREAT k 9223372036854775807 | PEXPIREAT k 9223372036854775807        | 0:k
          RESTORE k 100 p               | RESTORE k 1099512627876 p REPLACE ABSTTL | 0:k
          RESTORE k 0 p                 | RESTORE k 0 p REPLACE                    |
          HPEXPIREAT h 1234 FIELDS 1 f  | HPEXPIREAT h 1234 FIELDS 1 f             |
          HSETEX h EX 1 FIELDS 1 f v    | HSETEX h PXAT 1001000 FIELDS 1 f v       |
          RENAME a b                    | RENAME a b                               | 0:b
          MOVE a 2                      | MOVE a 2                                 | 2:a
          COPY a b DB 2                 | COPY a b DB 2                            | 2:b
          SWAPDB 0 1                    | SWAPDB 0 1                               | all
          EVAL script 1 k               | EVAL script 1 k                          | 0:k
          DEL a b                       | DEL a b                                  |
          """)
  void holdsExpiriesWhileBehindAndSaysWhichToSettle(String command, String expected, String keys) {
    assertThat(CommandText.of(all.read(0, arguments(command), HELD))).isEqualTo(expected);
    assertThat(String.join(",", expiries.heard)).isEqualTo(keys == null ? "" : keys);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          # what is to be settled | if all is settled | if something is held yet
          SET k v EX 9         |                | ""
          EXPIRE k 9           |                | ""
          HEXPIRE h 9 FIELDS 1 f |              | ""
          RENAME a b           |                | 0:b
          MOVE a 2             |                | 2:a
          COPY a b             |                | 0:b
          SWAPDB 0 1           |                | all
          EVAL script 1 k      | 0:k | 0:k,0:k
          """)
  void saysOnlyWhichExpiriesMayDiffer(String command, String settled, String held) {
    all.read(0, arguments(command), LIVE);
    assertThat(String.join(",", expiries.heard)).isEqualTo(settled == null ? "" : settled);

    expiries.settled = false;
    all.read(0, arguments(command), LIVE);
    assertThat(String.join(",", expiries.heard)).isEqualTo(held);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          SET k v EX 9                        | k
          MSET a 1 b 2                        | a b
          BITOP AND d a b                     | d a b
          ZUNIONSTORE d 2 a b WEIGHTS 1 2     | d a b
          EVAL script 2 a b x                 | a b
          SORT l LIMIT 0 1 STORE d            | l d
          GEORADIUS g 1 1 2 km STORE d STOREDIST e | g e
          GEORADIUSBYMEMBER g STORE 2 km STORE d | g d
          XGROUP SETID s g 1                  | s
          PUBLISH c m                         | ""
          """)
  void saysWhichArgumentsAreKeys(String command, String keys) {
    KeyCommand read = (KeyCommand) all.read(0, arguments(command), LIVE).get(0);

    assertThat(CommandText.names(read.keys())).isEqualTo(keys);
  }

  @Test
  void saysWhichArgumentsAreDatabases() {
    assertThat(databases("MOVE k 3")).containsExactly(2);
    assertThat(databases("COPY a b REPLACE DB 3")).containsExactly(5);
    assertThat(databases("COPY a b REPLACE")).isEmpty();
    assertThat(databases("SWAPDB 2 3")).containsExactly(1, 2);
  }

  private int[] databases(String command) {
    return ((KeyCommand) all.read(2, arguments(command), LIVE).get(0)).databasePlaces();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          FLUSHALL        | flush of keys * of all databases
          FLUSHALL ASYNC  | flush of keys * of all databases
          FLUSHDB         | flush of keys * of all databases, of these database 2
          """)
  void makesFlushesOfFlushes(String command, String expected) {
    assertThat(CommandText.of(all.read(2, arguments(command), LIVE))).isEqualTo(expected);
  }

  @Test
  void aMasterOfAClusterFlushesItsOwnSlots() {
    KeySelection selection = KeySelection.all();
    StreamScope scope = new StreamScope("job", "0-8191", Optional.of("0-8191"), selection, false);
    CommandReader reader = new CommandReader(scope, CommandText.SOURCE, Unknown.STOP, expiries);
    for (String command : List.of("FLUSHALL", "FLUSHDB")) {
      KeyScope flushed = ((KeyFlush) reader.read(0, arguments(command), LIVE).get(0)).scope();

      assertThat(flushed.isWhole()).isFalse();
      assertThat(flushed.databases()).containsExactly(0);
      assertThat(flushed.includes(0, Words.bytes("bar"))).isTrue(); // slot 5061
      assertThat(flushed.includes(0, Words.bytes("foo"))).isFalse(); // slot 12182
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PING",
        "REPLCONF GETACK *",
        "SELECT 3",
        "MULTI",
        "EXEC",
        "SWAPDB 1 1",
        "PUBLISH __sentinel__:hello 127.0.0.1,26379,id,1,mymaster,10.0.0.1,6379,0",
        "SET syncline:heartbeat:job 1",
        "PEXPIREAT syncline:heartbeat:job:2 1"
      })
  void dropsWhatBelongsToTheSource(String command) {
    assertThat(all.read(0, arguments(command), LIVE)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          JSON.SET k $ 1       | 'JSON.SET'
          JSON.SET k $ 1       | build the source with unknownCommands(PASS)
          NEWCOMMAND k         | 'NEWCOMMAND'
          LMPOP 1 k LEFT       | 'LMPOP'
          BLPOP k 0            | 'BLPOP'
          XREADGROUP GROUP g c STREAMS s > | 'XREADGROUP'
          CLUSTER SETSLOT 1 NODE n | slots of its cluster
          SET k v NEWOPTION    | 'NEWOPTION'
          SET k v EX much      | argument 4
          SET k                | more of them
          SCRIPT NEW           | 'NEW'
          FUNCTION NEW         | 'NEW'
          MSETEX 5 a 1         | 'MSETEX'
          EVAL script 3 a      | 'EVAL'
          """)
  void stopsInFrontOfWhatItDoesNotUnderstand(String command, String named) {
    assertThatThrownBy(() -> all.read(0, arguments(command), LIVE))
        .isInstanceOf(UnsupportedChangeException.class)
        .hasMessageContaining(named);
  }

  @Test
  void passesOnCommandsOfModulesIfAskedTo() {
    CommandReader passing =
        new CommandReader(
            CommandText.scope(KeySelection.all()), CommandText.SOURCE, Unknown.PASS, expiries);
    byte[][] command = arguments("JSON.SET k $ 1");

    assertThat(((KeyCommand) passing.read(3, command, LIVE).get(0)).arguments()).isSameAs(command);
  }

  @Test
  void passesOnNoCommandsOfModulesIfOnlySomeKeysAreSelected() {
    KeySelection some = KeySelection.builder().keys("k*").build();
    CommandReader passing =
        new CommandReader(CommandText.scope(some), CommandText.SOURCE, Unknown.PASS, expiries);

    assertThatThrownBy(() -> passing.read(0, arguments("JSON.SET k $ 1"), LIVE))
        .isInstanceOf(UnsupportedChangeException.class)
        .hasMessageContaining("Select all keys of database 0");
  }

  @Test
  void namesNoValuesInItsMessages() {
    assertThatThrownBy(() -> all.read(0, arguments("UNKNOWN secret"), LIVE))
        .hasMessageNotContaining("secret");
  }
}
