package dev.syncline.mysql.endtoend;

import dev.syncline.mysql.MySqlSink;
import dev.syncline.mysql.MySqlSource;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** A source and a target server of one release, to be closed by the test class. */
public record ServerPair(MySqlServer source, MySqlServer target) implements AutoCloseable {

  /** Servers with the defaults of the fixtures: GTIDs where the product has them. */
  public static ServerPair of(MySqlRelease release) {
    return start(MySqlServer.builder(release).name("source"), release);
  }

  /** A source that writes no GTIDs. */
  public static ServerPair withoutGtids(MySqlRelease release) {
    return start(MySqlServer.builder(release).name("source").withoutGtids(), release);
  }

  /** Starts both side by side: a server that starts waits for the disk as much as it computes. */
  private static ServerPair start(MySqlServer.Builder source, MySqlRelease release) {
    MySqlServer.Builder target = MySqlServer.builder(release).name("target").withoutBinaryLog();
    CompletableFuture<MySqlServer> first = CompletableFuture.supplyAsync(source::start);
    CompletableFuture<MySqlServer> second = CompletableFuture.supplyAsync(target::start);
    try {
      return new ServerPair(first.join(), second.join());
    } catch (CompletionException e) {
      CompletableFuture<Void> unused = first.thenAccept(MySqlServer::close);
      unused = second.thenAccept(MySqlServer::close);
      throw e;
    }
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
