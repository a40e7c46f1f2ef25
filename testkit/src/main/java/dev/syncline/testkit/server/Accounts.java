package dev.syncline.testkit.server;

import java.util.List;

/** The account that tests use, made before a server serves. */
final class Accounts {
  static final String USERNAME = "syncline";
  static final String PASSWORD = "syncline";

  private Accounts() {}

  /** The statements, each on one line. */
  static List<String> statements() {
    return List.of(
        "CREATE USER '%s'@'%%' IDENTIFIED BY '%s';".formatted(USERNAME, PASSWORD),
        "GRANT ALL ON *.* TO '%s'@'%%' WITH GRANT OPTION;".formatted(USERNAME));
  }

  /** A script for a server that writes its binary log already. */
  static String unloggedScript() {
    return "SET sql_log_bin = 0;\n" + String.join("\n", statements()) + "\n";
  }
}
