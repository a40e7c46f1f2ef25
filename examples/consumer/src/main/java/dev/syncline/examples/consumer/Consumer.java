package dev.syncline.examples.consumer;

import dev.syncline.MemoryCheckpointStore;
import dev.syncline.SyncJob;
import dev.syncline.TableSelection;
import dev.syncline.change.TableChange;
import dev.syncline.mysql.MySqlSink;
import dev.syncline.mysql.MySqlSource;

/** Describes a job, checks it against servers that are not there, and prints what was found. */
public final class Consumer {

  private Consumer() {}

  /** Takes no arguments. */
  public static void main(String[] arguments) {
    MySqlSource source =
        MySqlSource.builder().host("127.0.0.1").port(1).username("nobody").password("").build();
    MySqlSink sink =
        MySqlSink.builder().host("127.0.0.1").port(1).username("nobody").password("").build();
    try (SyncJob<TableChange> job =
        SyncJob.from(source)
            .to(sink)
            .named("consumer")
            .select(TableSelection.builder().database("shop").build())
            .checkpoints(new MemoryCheckpointStore())
            .build()) {
      job.precheck().findings().forEach(System.out::println);
    }
  }
}
