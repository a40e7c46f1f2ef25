package dev.syncline.redis;

import static dev.syncline.redis.SinkTarget.STREAM;
import static dev.syncline.redis.SinkTarget.bytes;
import static dev.syncline.redis.SinkTarget.command;
import static dev.syncline.redis.SinkTarget.script;
import static dev.syncline.redis.SinkTarget.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.ChangeRejectedException;
import dev.syncline.JobRun;
import dev.syncline.LaneWriter;
import dev.syncline.change.KeyChange;
import dev.syncline.testkit.server.EachRedis;
import dev.syncline.testkit.server.RedisRelease;
import dev.syncline.testkit.server.RedisServer;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;

/** Scripts that the source has sent once and calls by their sums, as Redis before 7.0 does. */
@ParameterizedClass
@EachRedis
final class ScriptsIT {

  private static final String ADD = "return redis.call('INCR', KEYS[1])";
  private static final String GET = "return redis.call('GET', KEYS[1])";
  private static final String ADD_TWO = "return redis.call('INCRBY', KEYS[1], 2)";

  @Parameter RedisRelease release;

  private RedisServer server;
  private SinkTarget target;
  private JobRun run;

  @BeforeEach
  void start() {
    server = RedisServer.start(release);
    target = SinkTarget.of(server);
    run = target.start("job");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private LaneWriter<KeyChange> open(JobRun of) {
    return target.sink().openLane(of, 0);
  }

  private static String sum(String script) {
    return ScriptCommand.sum(bytes(script));
  }

  @Test
  void nothingHappensIfTheTargetHasLostOne() throws InterruptedException {
    try (LaneWriter<KeyChange> lane = open(run)) {
      lane.write(List.of(command(0, "INCR", "n")));
      assertThatThrownBy(() -> lane.write(List.of(script("EVALSHA", sum(ADD), "n"))))
          .isInstanceOf(ChangeRejectedException.class)
          .hasMessageContaining("'EVALSHA' on key 'n'")
          .hasMessageContaining(sum(ADD))
          .hasMessageContaining("SCRIPT LOAD");
    }
    JobRun next = target.again(run);
    assertThat(target.ask(0, "EXISTS", "n")).isEqualTo("0");
    target.ask(0, "SCRIPT", "LOAD", ADD);

    try (LaneWriter<KeyChange> lane = open(next)) {
      lane.write(
          List.of(
              command(0, "INCR", "n"), script("EVALSHA", sum(ADD).toUpperCase(Locale.ROOT), "n")));
      write(lane, "one", script("EVALSHA", sum(ADD), "n"));
    }

    assertThat(target.ask(0, "GET", "n")).isEqualTo("3");
  }

  @Test
  void oneThatHasComeIsSentAgainIfSomebodyFlushesIt() throws InterruptedException {
    try (LaneWriter<KeyChange> lane = open(run)) {
      write(lane, "one", script("EVAL", ADD, "n"), command(0, "SCRIPT", "LOAD", ADD_TWO));
      target.ask(0, "SCRIPT", "FLUSH");
      lane.write(List.of(script("EVALSHA", sum(ADD).toUpperCase(Locale.ROOT), "n")));
      lane.write(List.of(script("EVALSHA", sum(ADD_TWO), "n"), script("EVALSHA", sum(ADD), "n")));
      target.ask(0, "SCRIPT", "FLUSH");
      lane.commit(Map.of(STREAM, "two"));
      assertThat(target.ask(0, "GET", "n")).isEqualTo("5");
    }
    JobRun next = target.again(run);
    target.ask(0, "SCRIPT", "FLUSH");

    try (LaneWriter<KeyChange> lane = open(next)) {
      write(lane, "three", script("EVALSHA", sum(ADD), "n"), script("EVALSHA", sum(ADD), "n"));
    }

    assertThat(target.ask(0, "GET", "n")).isEqualTo("7");
    assertThat(target.position(next)).isEqualTo("three");
  }

  @Test
  void oneThatHasComeIsKnownToALaterProcess() throws InterruptedException {
    try (LaneWriter<KeyChange> lane = open(run)) {
      write(lane, "one", script("EVAL", ADD, "n"), command(0, "SCRIPT", "LOAD", ADD_TWO));
      lane.write(List.of(script("EVAL", GET, "n")));
    }
    SinkTarget later = SinkTarget.of(server);
    JobRun next = later.again(run);
    target.ask(0, "SCRIPT", "FLUSH");

    try (LaneWriter<KeyChange> lane = later.sink().openLane(next, 0)) {
      lane.write(List.of(script("EVALSHA", sum(ADD), "n"), script("EVALSHA", sum(ADD_TWO), "n")));
      target.ask(0, "SCRIPT", "FLUSH");
      lane.commit(Map.of(STREAM, "two"));
      // What has brought this one was never committed, so the source sends it once more.
      assertThatThrownBy(() -> lane.write(List.of(script("EVALSHA", sum(GET), "n"))))
          .isInstanceOf(ChangeRejectedException.class);
    }

    assertThat(target.ask(0, "GET", "n")).isEqualTo("4");
  }

  @Test
  void oneThatComesInTheSameTransactionIsThere() throws InterruptedException {
    try (LaneWriter<KeyChange> lane = open(run)) {
      lane.write(List.of(script("EVAL", ADD, "n"), script("EVALSHA", sum(ADD), "n")));
      lane.write(List.of(command(0, "SCRIPT", "LOAD", ADD_TWO)));
      write(lane, "one", script("EVALSHA", sum(ADD_TWO), "n"));

      lane.write(List.of(command(0, "SCRIPT", "FLUSH"), script("EVAL", ADD, "n")));
      lane.write(List.of(script("EVALSHA", sum(ADD), "n")));
      // It is there now, but not when the transaction is carried out.
      target.ask(0, "SCRIPT", "LOAD", GET);
      assertThatThrownBy(() -> lane.write(List.of(script("EVALSHA", sum(GET), "n"))))
          .isInstanceOf(ChangeRejectedException.class)
          .hasMessageContaining(sum(GET));
    }

    assertThat(target.ask(0, "GET", "n")).isEqualTo("4");
    assertThat(target.sink().takeOver(run, Map.of()).lanes().get(0)).containsEntry(STREAM, "one");
  }

  @Test
  void oneThatIsLoadedBehindAFlushOfTheSourceIsThere() throws InterruptedException {
    try (LaneWriter<KeyChange> lane = open(run)) {
      write(lane, "one", script("EVAL", ADD, "n"), command(0, "SCRIPT", "FLUSH"));
      target.ask(0, "SCRIPT", "LOAD", ADD_TWO);

      write(lane, "two", script("EVALSHA", sum(ADD_TWO), "n"));
    }

    assertThat(target.ask(0, "GET", "n")).isEqualTo("3");
  }

  @Test
  void oneThatGoesWhenItHasBeenAskedForIsNamedWithWhatToDo() throws InterruptedException {
    target.ask(0, "SCRIPT", "LOAD", ADD);
    try (LaneWriter<KeyChange> lane = open(run)) {
      lane.write(List.of(script("EVALSHA", sum(ADD), "n")));
      target.ask(0, "SCRIPT", "FLUSH");

      assertThatThrownBy(() -> lane.commit(Map.of(STREAM, "one")))
          .isInstanceOf(ChangeRejectedException.class)
          .hasMessageContaining("'EVALSHA' on key 'n'")
          .hasMessageContaining("Compare that key")
          .hasMessageContaining("'refused' of its records")
          .hasMessageContaining("SCRIPT LOAD");
    }
  }
}
