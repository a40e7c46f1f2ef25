package dev.syncline.redis;

import dev.syncline.testkit.server.RedisRelease;
import dev.syncline.testkit.server.RedisServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The users as the documentation says how to make them, by their kind and the server's release. */
public enum DocumentedUsers {
  SOURCE,
  SERVER,
  CLUSTER;

  public static final String NAME = "sync";
  public static final String PASSWORD = "password";

  /** The words that say what the user may do. */
  public List<String> rights(RedisRelease release) {
    List<String> words = List.of(line(release));
    return words.subList(5, words.size());
  }

  /** Makes the user. */
  public void create(RedisServer server) {
    server.command((Object[]) line(server.release()));
  }

  /** There are two lines for each kind: for Redis from 7.0 on and Valkey, and for Redis 6. */
  private String[] line(RedisRelease release) {
    Path page = Path.of("..", "docs", "connectors", "redis.md");
    try {
      List<String> users =
          Files.readAllLines(page).stream().filter(line -> line.startsWith("ACL SETUSER")).toList();
      int kind = List.of(values()).indexOf(this);
      return users.get(2 * kind + (release.isFrom(7, 0) ? 0 : 1)).split(" ", -1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
