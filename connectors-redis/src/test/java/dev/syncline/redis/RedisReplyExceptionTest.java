package dev.syncline.redis;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedisReplyExceptionTest {

  private static String told(String line) {
    return new RedisReplyException(line).getMessage();
  }

  /** As the releases from 2.8 to 8.6 say it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "ERR unknown command 'X.SET'|ERR unknown command 'X.SET'",
        "ERR unknown command `X.SET`, with args beginning with: `k`, `secret`, |"
            + "ERR unknown command `X.SET`",
        "ERR unknown command 'X.SET', with args beginning with: 'k' 'secret' |"
            + "ERR unknown command 'X.SET'",
        "ERR unknown command 'X.SET', with args beginning with: a\u0085secret |"
            + "ERR unknown command 'X.SET'",
        "EXECABORT Transaction discarded because of: ERR unknown command 'A', with args beginning"
            + " with: 'secret' |EXECABORT Transaction discarded because of: ERR unknown command"
            + " 'A'",
        "ERR Unknown subcommand or wrong number of arguments for 'secret'. Try XGROUP HELP.|"
            + "ERR Unknown subcommand or wrong number of arguments for '…'. Try XGROUP HELP.",
        "ERR unknown subcommand 'a secret's end'. Try XGROUP HELP.|"
            + "ERR unknown subcommand '…'. Try XGROUP HELP.",
        "ERR Error in ACL SETUSER modifier '>secret': Syntax error|"
            + "ERR Error in ACL SETUSER modifier '…': Syntax error",
        "ERR Invalid argument 'secret' for CONFIG SET 'save'|ERR Invalid argument '…'",
        "NOGROUP No such key 'k' or consumer group 'secret' in XREADGROUP|"
            + "NOGROUP No such key '…' in XREADGROUP",
        "ERR Error running script (call to f_a9): @user_script:2: user_script:2: it is secret|"
            + "ERR … user_script:2",
        "ERR Error running script (call to f_a9): @user_script: 12: ERR secret|"
            + "ERR … user_script: 12",
        "ERR user_script:1: secret script: a9, on @user_script:1.|ERR … user_script:1",
        "WRONGTYPE secret script: f, on @user_function:7.|WRONGTYPE … user_function:7",
        "ERR Error compiling script (new function): user_script:1: '=' expected near 'secret'|"
            + "ERR … user_script:1",
      })
  void leavesOutWhatServersRepeat(String line, String told) {
    assertThat(told(line)).isEqualTo(told);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "WRONGTYPE Operation against a key holding the wrong kind of value",
        "ERR wrong number of arguments for 'x.set' command",
        "ERR wrong number of arguments for 'xgroup|create' command",
        "NOPERM this user has no permissions to run the 'set' command or its subcommand",
        "NOPERM User sync has no permissions to run the 'client|list' command",
        "NOPERM this user has no permissions to access one of the keys used as arguments",
        "WRONGPASS invalid username-password pair or user is disabled.",
        "CROSSSLOT Keys in request don't hash to the same slot",
        "ERR It isn't what it doesn't say",
        "MOVED 3999 127.0.0.1:6381",
        "OOM command not allowed when used memory > 'maxmemory'.",
        "NOSCRIPT",
        ""
      })
  void keepsWhatTheyNeverRepeat(String line) {
    assertThat(told(line)).isEqualTo(line);
  }

  @Test
  void saysOfWhatOthersSayHowItBegins() {
    assertThat(new RedisReplyException("MINE it is secret").ofOthers()).hasMessage("MINE …");
    assertThat(new RedisReplyException("secret").ofOthers()).hasMessage("…");
    assertThat(new RedisReplyException("secret it is").ofOthers()).hasMessage("…");
    assertThat(new RedisReplyException("WRONGTYPE").ofOthers()).hasMessage("WRONGTYPE …");
  }
}
