package dev.syncline.redis;

/**
 * What a server that is written to knows.
 *
 * @param version its version
 * @param databases how many databases it has
 */
record TargetServer(RedisVersion version, int databases) {

  private static final int MOST_DATABASES = 1 << 20;

  /** Asks a server, which has another database selected then. */
  static TargetServer ask(RespConnection connection) {
    RedisVersion version = RedisVersion.of(connection.text("INFO", "server"));
    return new TargetServer(version, databases(connection));
  }

  /** Servers in clouds do not answer CONFIG GET, so it is tried which databases there are. */
  private static int databases(RespConnection connection) {
    int least = 1;
    int most = 2;
    while (most < MOST_DATABASES && hasDatabase(connection, most - 1)) {
      least = most;
      most *= 2;
    }
    while (most - least > 1) {
      int middle = (least + most) / 2;
      if (hasDatabase(connection, middle - 1)) {
        least = middle;
      } else {
        most = middle;
      }
    }
    return least;
  }

  private static boolean hasDatabase(RespConnection connection, int number) {
    try {
      connection.ask("SELECT", number);
      return true;
    } catch (RedisReplyException e) {
      return false;
    }
  }

  /** The command that deletes keys; one that frees their memory later if there is one. */
  String delete() {
    return version.isAtLeast(4, 0) ? "UNLINK" : "DEL";
  }
}
