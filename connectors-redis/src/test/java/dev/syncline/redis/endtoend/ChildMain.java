package dev.syncline.redis.endtoend;

import dev.syncline.FileCheckpointStore;
import dev.syncline.Initialization;
import dev.syncline.JobLimits;
import dev.syncline.KeySelection;
import dev.syncline.RetryPolicy;
import dev.syncline.SyncJob;
import dev.syncline.redis.RedisSink;
import dev.syncline.redis.RedisSource;
import dev.syncline.testkit.fault.ChildJob;
import dev.syncline.testkit.fault.ChildProcess;
import dev.syncline.testkit.fault.FaultPoints;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** The main of a process that runs a job on all keys until it is killed. */
final class ChildMain {

  private ChildMain() {}

  /** Starts one with so much heap, and arguments of {@link ChildJob}. */
  static ChildProcess start(
      String heap, RedisPair pair, Duration grace, Path checkpoints, String... arguments)
      throws IOException {
    Stream<String> own =
        Stream.of(
            String.valueOf(pair.source().port()),
            String.valueOf(pair.target().port()),
            String.valueOf(grace.toMillis()),
            checkpoints.toString());
    return ChildProcess.of(ChildMain.class)
        .heap(heap)
        .options("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
        .start(Stream.concat(own, Stream.of(arguments)).toArray(String[]::new));
  }

  /** Takes source port, target port, grace in ms, folder of the checkpoints, and what follows. */
  public static void main(String[] arguments) throws InterruptedException {
    FaultPoints points = new FaultPoints();
    RedisSource source =
        RedisSource.builder().host("127.0.0.1").port(Integer.parseInt(arguments[0])).build();
    RedisSink sink =
        RedisSink.builder()
            .host("127.0.0.1")
            .port(Integer.parseInt(arguments[1]))
            .expiryGrace(Duration.ofMillis(Long.parseLong(arguments[2])))
            .build();
    FileCheckpointStore store = FileCheckpointStore.at(Path.of(arguments[3]));
    ChildJob.run(
        SyncJob.from(points.in(source))
            .to(points.in(sink))
            .checkpoints(points.in(store))
            .named("child")
            .select(KeySelection.all())
            .initialize(Initialization.DATA)
            .listener(ChildJob.arming(points, List.of(arguments)))
            .limits(JobLimits.builder().checkpointInterval(Duration.ofMillis(300)).build())
            .retry(RetryPolicy.builder().firstWait(Duration.ofMillis(100)).build())
            .build());
  }
}
