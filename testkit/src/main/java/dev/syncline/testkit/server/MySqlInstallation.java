package dev.syncline.testkit.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The unpacked programs of a release, shared by all servers of this user.
 *
 * @param release the release
 * @param folder the base folder, with {@code bin} and {@code share}
 * @param cache where it lies, and where its data directory templates go
 */
record MySqlInstallation(MySqlRelease release, Path folder, ServerCache cache) {
  /** The layout of the folder; another number makes every installation anew. */
  private static final String LAYOUT = "1";

  /** Finds the installation of a release; downloads and unpacks it when it is missing. */
  static MySqlInstallation of(MySqlRelease release, ServerCache cache) throws IOException {
    String name = name(release, List.of(LAYOUT, release.programs().toString()));
    Path folder =
        cache.folder(
            name,
            empty -> {
              release.programs().fetch(empty, release.toString());
              SystemLibraries.write(libraries(empty));
            });
    return new MySqlInstallation(release, folder, cache);
  }

  /** A folder name that tells people what it is and changes with the details. */
  static String name(MySqlRelease release, List<String> details) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] hash = digest.digest(String.join("\n", details).getBytes(StandardCharsets.UTF_8));
      return release.family().toString().toLowerCase(Locale.ROOT)
          + "-"
          + release.version()
          + "-"
          + HexFormat.of().formatHex(hash, 0, 4);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("Every Java runtime has SHA-256.", e);
    }
  }

  /** The folder of messages, character sets and scripts. */
  Path share() {
    return found("usr/share/mariadb", "usr/share/mysql", "share");
  }

  /** The first of some files that there is. */
  private Path found(String... candidates) {
    return Stream.of(candidates)
        .map(folder::resolve)
        .filter(Files::exists)
        .findFirst()
        .orElseThrow(
            () ->
                new ServerException(
                    "'%s' has none of %s. Delete it, so that it is fetched anew."
                        .formatted(folder, List.of(candidates))));
  }

  /** The start of every command: the program and where its files are. */
  List<String> command(Path data, Path temporary) {
    List<String> command = new ArrayList<>();
    if (Files.exists(folder.resolve("usr"))) {
      // The program and its libraries are of another Linux, so their loader is too.
      command.add(found("usr/lib64/ld-linux-x86-64.so.2", "lib64/ld-linux-x86-64.so.2").toString());
      command.add("--library-path");
      command.add(
          Stream.of("usr/lib/x86_64-linux-gnu", "lib/x86_64-linux-gnu", "usr/lib/mysql/private")
              .map(path -> folder.resolve(path).toString())
              .collect(Collectors.joining(":")));
    }
    command.addAll(
        List.of(
            found("usr/sbin/mariadbd", "usr/sbin/mysqld", "bin/mariadbd", "bin/mysqld").toString(),
            "--no-defaults",
            "--basedir=" + folder,
            "--datadir=" + data,
            "--tmpdir=" + temporary,
            // A relative folder would start the server with broken messages.
            "--lc-messages-dir=" + share(),
            "--character-sets-dir=" + share().resolve("charsets")));
    if (Platform.userId() == 0) {
      command.add("--user=root");
    }
    return command;
  }

  /** A process that finds the stand-ins for missing system libraries. */
  ProcessBuilder process(List<String> command, Path log) {
    ProcessBuilder process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    process
        .environment()
        .merge(
            "LD_LIBRARY_PATH",
            libraries(folder).toString(),
            (inherited, ours) -> ours + ":" + inherited);
    return process;
  }

  private static Path libraries(Path folder) {
    return folder.resolve("system-libraries");
  }
}
