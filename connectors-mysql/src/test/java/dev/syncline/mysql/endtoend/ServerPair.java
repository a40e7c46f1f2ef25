package dev.syncline.mysql.endtoend;

import dev.syncline.mysql.MySqlSink;
import dev.syncline.mysql.MySqlSource;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;

/** A source and a target server of one release, to be closed by the test class. */
public record ServerPair(MySqlServer source, MySqlServer target) implements AutoCloseable {

  /** Servers with the defaults of the fixtures: GTIDs where the product has them. */
  public static ServerPair of(MySqlRelease release) {
    return new ServerPair(MySqlServer.builder(release).name("source").start(), target(release));
  }

  /** A source that writes no GTIDs. */
  public static ServerPair withoutGtids(MySqlRelease release) {
    return new ServerPair(
        MySqlServer.builder(release).name("source").withoutGtids().start(), target(release));
  }

  private static MySqlServer target(MySqlRelease release) {
    return MySqlServer.builder(release).name("target").withoutBinaryLog().start();
  }

  public MySqlSource.Builder sourceBuilder() {
    return MySqlSource.builder()
        .host(source.host())
        .port(source.port())
        .username(source.username())
        .password(source.password());
  }

  public MySqlSink.Builder sinkBuilder() {
    return MySqlSink.builder()
        .host(target.host())
        .port(target.port())
        .username(target.username())
        .password(target.password());
  }

  @Override
  public void close() {
    try {
      source.close();
    } finally {
      target.close();
    }
  }
}
