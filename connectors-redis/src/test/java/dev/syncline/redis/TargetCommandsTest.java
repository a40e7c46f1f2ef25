package dev.syncline.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.KeyCommand;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TargetCommandsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          6.2 | SET k v PXAT 9              | SET k v PXAT 9
          6.0 | SET k v PXAT 9              | SET k v; PEXPIREAT k 9
          6.0 | SET k v KEEPTTL             | SET k v KEEPTTL
          2.8 | SET k v                     | SET k v
          5.0 | RESTORE k 9 p REPLACE ABSTTL | RESTORE k 9 p REPLACE ABSTTL
          4.0 | RESTORE k 9 p REPLACE ABSTTL | RESTORE k 0 p REPLACE; PEXPIREAT k 9
          4.0 | RESTORE k 0 p REPLACE       | RESTORE k 0 p REPLACE
          2.8 | RESTORE k 9 p REPLACE ABSTTL | DEL k; RESTORE k 0 p; PEXPIREAT k 9
          2.8 | RESTORE k 0 p REPLACE       | DEL k; RESTORE k 0 p
          4.0 | UNLINK a b                  | UNLINK a b
          3.2 | UNLINK a b                  | DEL a b
          4.0 | HSET h f v g w              | HSET h f v g w
          3.2 | HSET h f v g w              | HMSET h f v g w
          3.2 | HSET h f v                  | HSET h f v
          8.0 | HSETEX h PXAT 9 FIELDS 1 f v | HSETEX h PXAT 9 FIELDS 1 f v
          7.4 | HSETEX h PXAT 9 FIELDS 2 f v g w | HSET h f v g w; HPEXPIREAT h 9 FIELDS 2 f g
          7.2 | HSETEX h KEEPTTL FIELDS 1 f v | HSET h f v
          3.2 | HSETEX h KEEPTTL FIELDS 2 f v g w | HMSET h f v g w
          4.0 | LPUSHX k a b                | LPUSHX k a b
          3.2 | LPUSHX k a b                | LPUSHX k a; LPUSHX k b
          3.2 | RPUSHX k a                  | RPUSHX k a
          6.2 | LPOP k 2                    | LPOP k 2
          6.0 | LPOP k 2                    | LTRIM k 2 -1
          6.0 | RPOP k 2                    | LTRIM k 0 -3
          6.0 | RPOP k                      | RPOP k
          6.0 | LMOVE a b RIGHT LEFT        | RPOPLPUSH a b
          6.0 | LMOVE a b LEFT LEFT         | LMOVE a b LEFT LEFT
          7.0 | XGROUP SETID s g 1-1 ENTRIESREAD 3 | XGROUP SETID s g 1-1 ENTRIESREAD 3
          6.2 | XGROUP SETID s g 1-1 ENTRIESREAD 3 | XGROUP SETID s g 1-1
          6.2 | XGROUP CREATE s g 0 MKSTREAM ENTRIESREAD 3 | XGROUP CREATE s g 0 MKSTREAM
          6.2 | XGROUP CREATECONSUMER s g c | XGROUP CREATECONSUMER s g c
          6.2 | XSETID s 1-1 ENTRIESADDED 3 MAXDELETEDID 1-0 | XSETID s 1-1
          6.2 | XADD s NOMKSTREAM 1-1 f v   | XADD s NOMKSTREAM 1-1 f v
          6.0 | XADD s NOMKSTREAM 1-1 f v   | XADD s 1-1 f v
          6.0 | XADD s MAXLEN = 5 NOMKSTREAM 1-1 f v | XADD s MAXLEN = 5 1-1 f v
          6.0 | XADD s 1-1 NOMKSTREAM MINID | XADD s 1-1 NOMKSTREAM MINID
          6.0 | ZADD z NX 1 GT              | ZADD z NX 1 GT
          6.0 | ZADD z inf GT               | ZADD z inf GT
          6.2 | ZADD z GT 1 m               | ZADD z GT 1 m
          6.2 | SCRIPT FLUSH ASYNC          | SCRIPT FLUSH
          6.2 | SCRIPT LOAD s               | SCRIPT LOAD s
          2.8 | DEL a b                     | DEL a b
          3.2 | MOVE k 3                    | MOVE k 3
          6.2 | GEORADIUS g 1 1 2 km STORE d | GEORADIUS g 1 1 2 km STORE d
          6.0 | GEORADIUS g 1 1 2 km STORE d | DEL d; GEORADIUS g 1 1 2 km STORE d
          6.0 | GEORADIUS g 1 1 2 km STORE g | GEORADIUS g 1 1 2 km STORE g
          """)
  void areThoseThatTheVersionKnows(String version, String command, String expected) {
    List<KeyCommand> commands = at(version).of(CommandText.command(command));

    assertThat(CommandText.of(commands)).isEqualTo(expected);
    for (KeyCommand each : commands) {
      assertThat(CommandText.names(each.keys()))
          .isEqualTo(CommandText.names(CommandText.command(CommandText.of(each)).keys()));
    }
  }

  @Test
  void createAConsumerByReadingWhatIsPendingForIt() {
    KeyCommand create = CommandText.command("XGROUP CREATECONSUMER s g c");

    KeyCommand read = at("6.0").of(create).get(0);

    assertThat(CommandText.of(read)).isEqualTo("XREADGROUP GROUP g c COUNT 1 STREAMS s 0-0");
    assertThat(CommandText.names(read.keys())).isEqualTo("s");
  }

  @ParameterizedTest
  @CsvSource({"5.0, SET k v KEEPTTL, 1 k v", "2.8, MOVE k 3, 1 k 3", "3.0, MOVE k 3, 1 k 3"})
  void areAScriptWhereNoCommandKeepsAnExpiry(String version, String command, String arguments) {
    KeyCommand script = at(version).of(CommandText.command(command)).get(0);

    assertThat(script.name()).isEqualTo("EVAL");
    assertThat(CommandText.names(script.keys())).isEqualTo("k");
    assertThat(CommandText.of(script)).contains("PTTL").endsWith(" " + arguments);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          7.4 | HSETEX h KEEPTTL FIELDS 1 f v | HSETEX
          7.2 | HSETEX h PXAT 9 FIELDS 1 f v  | HSETEX
          6.0 | ZADD z GT 1 m                 | GT
          6.0 | ZADD z CH LT 1 m              | LT
          6.0 | XADD s MINID = 5 6-1 f v      | MINID
          6.0 | XTRIM s MINID = 5             | MINID
          """)
  void areRefusedWhereNothingDoesTheSame(String version, String command, String named) {
    assertThatThrownBy(() -> at(version).of(CommandText.command(command)))
        .isInstanceOf(UnsupportedChangeException.class)
        .hasMessageContaining(named)
        .hasMessageContaining("Redis " + version + ".0");
  }

  private static TargetCommands at(String version) {
    String[] numbers = version.split("\\.", -1);
    return new TargetCommands(
        RedisVersion.redis(Integer.parseInt(numbers[0]), Integer.parseInt(numbers[1])));
  }
}
