package dev.syncline.redis;

import static dev.syncline.redis.SinkTarget.FIRST;
import static dev.syncline.redis.SinkTarget.STREAM;
import static dev.syncline.redis.SinkTarget.bytes;
import static dev.syncline.redis.SinkTarget.command;
import static dev.syncline.redis.SinkTarget.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.syncline.ChangeRejectedException;
import dev.syncline.JobRun;
import dev.syncline.LaneWriter;
import dev.syncline.PreparingLaneWriter;
import dev.syncline.ProgressLostException;
import dev.syncline.SyncException;
import dev.syncline.TransientException;
import dev.syncline.change.KeyChange;
import dev.syncline.change.KeyCommand;
import dev.syncline.testkit.server.EachRedis;
import dev.syncline.testkit.server.RedisRelease;
import dev.syncline.testkit.server.RedisServer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;

/** What is Redis in a lane, besides the contract. */
@ParameterizedClass
@EachRedis
final class RedisLaneWriterIT {

  @Parameter RedisRelease release;

  private RedisServer server;
  private SinkTarget target;

  @BeforeEach
  void start() {
    server = RedisServer.start(release);
    target = SinkTarget.of(server);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static final String ADD = "return redis.call('INCR', KEYS[1])";
  private static final String ADD_SUM = ScriptCommand.sum(bytes(ADD));

  private LaneWriter<KeyChange> open(JobRun run) {
    return target.sink().openLane(run, 0);
  }

  @Test
  void selectsTheDatabaseOfWhatWasPreparedAhead() throws InterruptedException {
    JobRun run = target.start("job");
    try (LaneWriter<KeyChange> lane = open(run)) {
      PreparingLaneWriter<KeyChange> preparing = (PreparingLaneWriter<KeyChange>) lane;
      PreparingLaneWriter.Prepared one = preparing.prepare(List.of(command(1, "INCR", "n")));
      PreparingLaneWriter.Prepared two = preparing.prepare(List.of(command(2, "INCR", "n")));
      PreparingLaneWriter.Prepared three = preparing.prepare(List.of(command(1, "INCR", "n")));
      one.write();
      lane.commit(Map.of(STREAM, "one"));
      two.write();
      three.write();
      lane.commit(Map.of(STREAM, "two"));
    }

    assertThat(target.ask(1, "GET", "n")).isEqualTo("2");
    assertThat(target.ask(2, "GET", "n")).isEqualTo("1");
    assertThat(target.position(run)).isEqualTo("two");
  }

  @Test
  void refusesAKeyThatHoldsSomethingElseThanRecords() {
    JobRun run = target.start("job");
    target.ask(15, "SET", "syncline:job", "x");

    assertThatThrownBy(() -> target.sink().takeOver(run, Map.of()))
        .isInstanceOf(ProgressLostException.class)
        .hasMessageContaining("'syncline:job'");
  }

  @Test
  void namesTheDatabaseOfRecordsThatIsNotThere() {
    RedisSink sink = SinkTarget.builder(server).recordsDatabase(16).build();

    assertThatThrownBy(() -> sink.takeOver(new JobRun("job", "id", 1), FIRST))
        .isInstanceOf(SyncException.class)
        .hasMessageContaining("database 16")
        .hasMessageContaining("recordsDatabase");
  }

  @Test
  void writesNothingOfATransactionWithACommandThatIsRefused() throws InterruptedException {
    JobRun run = target.start("job");
    try (LaneWriter<KeyChange> lane = open(run)) {
      assertThatThrownBy(
              () -> {
                lane.write(List.of(command(0, "INCR", "n")));
                lane.write(List.of(command(0, "NOSUCH", "n", "secret")));
                lane.commit(Map.of(STREAM, "one"));
              })
          .isInstanceOf(ChangeRejectedException.class)
          .hasMessageContaining("'NOSUCH' on key 'n'")
          .hasMessageNotContaining("secret");
    }

    assertThat(target.position(run)).isEqualTo("begin");
    assertThat(target.ask(0, "GET", "n")).isNull();
  }

  /** Servers repeat arguments, and scripts and modules say what they like. Logs show causes too. */
  @Test
  void neverShowsValues() throws InterruptedException {
    JobRun run = target.start("job");
    KeyCommand unknown =
        KeyCommand.of(0, new byte[][] {bytes("X.SET"), bytes("k"), bytes("secret")});
    try (LaneWriter<KeyChange> lane = open(run)) {
      assertShowsNoValue(
          "Command 'X.SET'",
          () -> {
            lane.write(List.of(unknown));
            lane.commit(Map.of(STREAM, "one"));
          });
    }
    for (String script :
        List.of("error('it is secret')", "return redis.error_reply('MINE is secret')")) {
      try (LaneWriter<KeyChange> lane = open(target.again(run))) {
        lane.write(List.of(SinkTarget.script("EVAL", script, "k")));
        assertShowsNoValue("'EVAL' on key 'k'", () -> lane.commit(Map.of(STREAM, "one")));
      }
      assertThat(target.ask(15, "HGET", "syncline:job", "refused"))
          .contains("EVAL")
          .doesNotContain("secret");
      target.ask(15, "HDEL", "syncline:job", "refused");
    }
  }

  private static void assertShowsNoValue(String shown, ThrowingCallable writing) {
    Throwable thrown = catchThrowable(writing);
    assertThat(thrown).isInstanceOf(SyncException.class).hasMessageContaining(shown);
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      assertThat(cause.toString()).doesNotContain("secret");
    }
  }

  @Test
  void notesACommandThatFailsAmongOthers() throws InterruptedException {
    JobRun run = target.start("job");
    target.ask(0, "SET", "text", "x");
    try (LaneWriter<KeyChange> lane = open(run)) {
      lane.write(
          List.of(
              command(0, "INCR", "n"),
              command(0, "RPUSH", "text", "secret"),
              command(0, "INCR", "n")));
      assertThatThrownBy(() -> lane.commit(Map.of(STREAM, "one")))
          .isInstanceOf(ChangeRejectedException.class)
          .hasMessageContaining("'RPUSH' on key 'text' in database 0: WRONGTYPE")
          .hasMessageNotContaining("secret");
    }

    assertThat(target.ask(0, "GET", "n")).isEqualTo("2");
    assertThatThrownBy(() -> target.again(run))
        .isInstanceOf(ChangeRejectedException.class)
        .hasMessageContaining("'RPUSH' on key 'text'");
    target.ask(15, "HDEL", "syncline:job", "refused");
    assertThat(target.position(run)).isEqualTo("one");
  }

  @Test
  void goesOnBehindCommandsThatMayFail() throws InterruptedException {
    AtomicInteger told = new AtomicInteger();
    JobRun run = target.start("job");
    target.ask(0, "SET", "text", "x");
    try (LaneWriter<KeyChange> lane = open(run)) {
      lane.write(
          List.of(
              command(0, "INCR", "n"),
              command(0, "RPUSH", "text", "y").allowedToFail(told::incrementAndGet),
              command(0, "LSET", "gone", "0", "y").allowedToFail(told::incrementAndGet),
              command(0, "INCR", "n")));
      lane.commit(Map.of(STREAM, "one"));
      assertThat(told).hasValue(2);
      lane.write(
          List.of(
              command(0, "RPUSH", "text", "y").allowedToFail(told::incrementAndGet),
              command(0, "RPUSH", "text", "z")));
      assertThatThrownBy(() -> lane.commit(Map.of(STREAM, "two")))
          .isInstanceOf(ChangeRejectedException.class)
          .hasMessageContaining("'RPUSH' on key 'text'")
          .hasMessageNotContaining("others");
    }

    assertThat(target.ask(0, "GET", "n")).isEqualTo("2");
    target.ask(15, "HDEL", "syncline:job", "refused");
    target.ask(0, "SCRIPT", "LOAD", ADD);
    try (LaneWriter<KeyChange> lane = open(target.again(run))) {
      KeyCommand script = SinkTarget.script("EVALSHA", ADD_SUM, "n");
      write(lane, "two", script);
      target.ask(0, "SCRIPT", "FLUSH");
      lane.write(List.of(script.allowedToFail(told::incrementAndGet)));
      assertThatThrownBy(() -> lane.commit(Map.of(STREAM, "three")))
          .hasMessageContaining("NOSCRIPT");
    }
  }

  @Test
  void refusesWhatIsMeantForTheDatabaseOfRecords() throws InterruptedException {
    JobRun run = target.start("job");
    KeyCommand move =
        KeyCommand.of(0, new byte[][] {bytes("MOVE"), bytes("k"), bytes("15")}, 1).withDatabases(2);
    try (LaneWriter<KeyChange> lane = open(run)) {
      for (KeyChange change : List.of(move, command(15, "INCR", "k"))) {
        assertThatThrownBy(() -> lane.write(List.of(change)))
            .isInstanceOf(ChangeRejectedException.class)
            .hasMessageContaining("recordsDatabase");
      }
      assertThatThrownBy(() -> lane.write(List.of(command(16, "INCR", "k"))))
          .isInstanceOf(ChangeRejectedException.class)
          .hasMessageContaining("16 databases");
    }
  }

  @Test
  void waitsForMemoryAndChangesNothingMeanwhile() throws InterruptedException {
    JobRun run = target.start("job");
    target.ask(0, "CONFIG", "SET", "maxmemory", "1");
    try (LaneWriter<KeyChange> lane = open(run)) {
      assertThatThrownBy(() -> write(lane, "one", command(0, "INCR", "n")))
          .isInstanceOf(TransientException.class)
          .hasMessageContaining("OOM");
    }

    target.ask(0, "CONFIG", "SET", "maxmemory", "0");
    assertThat(target.position(run)).isEqualTo("begin");
  }

  @Test
  void putsOffExpiry() throws InterruptedException {
    JobRun run = target.start("job");
    long time = System.currentTimeMillis() + 1_000_000;
    try (LaneWriter<KeyChange> lane = open(run)) {
      write(
          lane,
          "one",
          command(0, "SET", "k", "v"),
          command(0, "PEXPIREAT", "k", Long.toString(time)));
    }

    long grace = ExpiryGrace.DEFAULT.toMillis();
    long asked = System.currentTimeMillis();
    long left = Long.parseLong(String.valueOf(target.ask(0, "PTTL", "k")));
    long answered = System.currentTimeMillis();
    assertThat(time + grace).isBetween(asked + left - 1, answered + left + 1);
  }

  @Test
  void writesTransactionsThatAreLargerThanWhatSocketsHold() throws InterruptedException {
    JobRun run = target.start("job");
    String value = "x".repeat(100);
    try (LaneWriter<KeyChange> lane = open(run)) {
      for (int batch = 0; batch < 40; batch++) {
        KeyChange[] changes = new KeyChange[5000];
        for (int i = 0; i < changes.length; i++) {
          changes[i] = command(0, "SET", "key" + batch + ":" + i, value);
        }
        lane.write(List.of(changes));
      }
      lane.commit(Map.of(STREAM, "one"));
    }

    assertThat(target.ask(0, "DBSIZE")).isEqualTo("200000");
  }
}
