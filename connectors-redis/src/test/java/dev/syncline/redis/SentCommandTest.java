package dev.syncline.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SentCommandTest {

  private final AtomicInteger told = new AtomicInteger();

  @ParameterizedTest
  @CsvSource({
    "INCR, WRONGTYPE it is a list, true",
    "XGROUP, NOGROUP none, true",
    "INCR, NOTFOUND an error that it does not have, false",
    "INCR, OOM memory is used up, false",
    "EVAL, NOTFOUND an error of the script's own, true",
    "FCALL, NOTFOUND an error of the function's own, true",
    "EVAL, OOM memory is used up, false",
    "EVAL, NOPERM the user may not, false",
    "EVALSHA, NOSCRIPT it is not known, false"
  })
  void failsByWhatKeysAreWhereItMay(String name, String error, boolean borne) {
    RedisReplyException reply = new RedisReplyException(error);
    SentCommand mayFail = new SentCommand(0, name, List.of(), Optional.of(told::incrementAndGet));

    assertThat(mayFail.hasFailed(reply)).isEqualTo(!borne);
    assertThat(told.get()).isEqualTo(borne ? 1 : 0);
    assertThat(new SentCommand(0, name, List.of()).hasFailed(reply)).isTrue();
  }
}
