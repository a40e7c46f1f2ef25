package dev.syncline.testkit.server;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A data directory that was never started, to be copied for each server: much quicker than making
 * one each time.
 */
final class MySqlTemplate {
  private static final int LIMIT_SECONDS = 120;
  private static final int LOG_LINES = 20;

  /** What makes the system tables where the server cannot; the names begin with the product's. */
  private static final List<String> SCRIPTS =
      List.of("_system_tables.sql", "_performance_tables.sql", "_system_tables_data.sql");

  private MySqlTemplate() {}

  /** Copies the template for these options to a place where nothing is yet. */
  static void copy(MySqlInstallation installation, MySqlOptions options, Path target)
      throws IOException {
    List<String> shape = options.ofDataDirectory();
    List<String> details = new ArrayList<>(shape);
    details.add(installation.folder().getFileName().toString());
    details.addAll(Accounts.statements());
    Path template =
        installation
            .cache()
            .folder(
                MySqlInstallation.name(installation.release(), details) + "-data",
                empty -> fill(installation, shape, empty));
    FileTrees.copy(template.resolve("data"), target);
  }

  private static void fill(MySqlInstallation installation, List<String> shape, Path folder)
      throws IOException {
    Path data = folder.resolve("data");
    Path temporary = Files.createDirectory(folder.resolve("tmp"));
    List<String> command = new ArrayList<>(installation.command(data, temporary));
    command.addAll(shape);
    String input = "";
    if (installation.release().initializesItself()) {
      // Here and not at each start, so that no server logs them.
      Path accounts = Files.write(folder.resolve("accounts.sql"), Accounts.statements());
      command.add("--initialize-insecure");
      command.add("--init-file=" + accounts);
    } else {
      Files.createDirectories(data.resolve("mysql"));
      command.add("--bootstrap");
      input = script(installation);
    }
    run(installation, command, input, folder.resolve("log"));
    // Every server makes its own identity.
    Files.deleteIfExists(data.resolve("auto.cnf"));
  }

  private static String script(MySqlInstallation installation) throws IOException {
    StringBuilder script = new StringBuilder("USE mysql;\n");
    for (String file : SCRIPTS) {
      for (String product : List.of("mysql", "mariadb")) {
        Path path = installation.share().resolve(product + file);
        if (Files.exists(path)) {
          script.append(Files.readString(path, StandardCharsets.ISO_8859_1)).append('\n');
        }
      }
    }
    // Nameless accounts would win over ours on this machine. Until the privileges are read,
    // account statements are refused.
    script.append("DELETE FROM %s WHERE User = '';\n".formatted(accounts(installation.release())));
    script.append("FLUSH PRIVILEGES;\n");
    return script.append(String.join("\n", Accounts.statements())).append('\n').toString();
  }

  /** The table of accounts; since MariaDB 10.4 {@code user} is a view of it. */
  private static String accounts(MySqlRelease release) {
    return release.isFrom(MySqlRelease.Family.MARIADB, 10, 4) ? "global_priv" : "user";
  }

  private static void run(
      MySqlInstallation installation, List<String> command, String input, Path log)
      throws IOException {
    Process process = installation.process(command, log).start();
    try (OutputStream stdin = process.getOutputStream()) {
      stdin.write(input.getBytes(StandardCharsets.ISO_8859_1));
    } catch (IOException brokenPipe) {
      // The program ended early; its exit code and its log say why.
    }
    String problem;
    try {
      boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
      if (ended && process.exitValue() == 0) {
        return;
      }
      problem =
          ended
              ? "its program ended with exit code " + process.exitValue()
              : "its program was not done after " + LIMIT_SECONDS + " s";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ServerException("Interrupted while making a data directory.", e);
    } finally {
      process.destroyForcibly();
    }
    throw new ServerException(
        "Cannot make a data directory of "
            + installation.release()
            + ": "
            + problem
            + ". The last lines of its log:\n"
            + new ServerLog(log).tail(LOG_LINES));
  }
}
