package dev.syncline.testkit.server;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

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
    return ServerCache.folderName(release.family().toString(), release.version(), details);
  }

  /** The folder of messages, character sets and scripts. */
  Path share() {
    return programs().found("usr/share/mariadb", "usr/share/mysql", "share");
  }

  private UnpackedPrograms programs() {
    return new UnpackedPrograms(folder);
  }

  /** The start of every command: the program and where its files are. */
  List<String> command(Path data, Path temporary) {
    List<String> command = new ArrayList<>(programs().loader("usr/lib/mysql/private"));
    command.addAll(
        List.of(
            programs()
                .found("usr/sbin/mariadbd", "usr/sbin/mysqld", "bin/mariadbd", "bin/mysqld")
                .toString(),
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
