package dev.syncline.benchmarks;

import static dev.syncline.Initialization.DATA;
import static dev.syncline.Initialization.STRUCTURE;

import dev.syncline.CheckpointStore;
import dev.syncline.SyncJob;
import dev.syncline.SyncJobBuilder;
import dev.syncline.TableSelection;
import dev.syncline.change.TableChange;
import dev.syncline.mysql.MySqlSink;
import dev.syncline.mysql.MySqlSource;
import dev.syncline.mysql.MySqlTls;
import dev.syncline.testkit.server.MySqlServer;

/** Jobs that copy the table of the benchmarks from one server to another, and follow it. */
final class Copies {

  private Copies() {}

  /** A job with all its defaults. */
  static SyncJob<TableChange> job(
      String name, MySqlServer source, MySqlServer target, CheckpointStore checkpoints) {
    return builder(name, source, target, checkpoints).build();
  }

  /** A job of which something may be set that has a default. */
  static SyncJobBuilder<TableChange> builder(
      String name, MySqlServer source, MySqlServer target, CheckpointStore checkpoints) {
    return SyncJob.from(
            MySqlSource.builder()
                .host(source.host())
                .port(source.port())
                .username(source.username())
                .password(source.password())
                .tls(MySqlTls.disabled())
                .build())
        .to(
            MySqlSink.builder()
                .host(target.host())
                .port(target.port())
                .username(target.username())
                .password(target.password())
                .tls(MySqlTls.disabled())
                .build())
        .named(name)
        .select(TableSelection.builder().database(Sales.DATABASE).build())
        .initialize(STRUCTURE, DATA)
        .checkpoints(checkpoints);
  }
}
