package dev.syncline.testkit.server;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Unpacked programs of a server, from a Maven artifact or from packages of Debian.
 *
 * @param folder the base folder
 */
record UnpackedPrograms(Path folder) {
  /** The first of some files that there is. */
  Path found(String... candidates) {
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

  /**
   * What comes before a program of Debian in a command: the program and its libraries are of
   * another Linux, so their loader is too. Nothing for other programs.
   *
   * @param libraries folders with libraries beside those of Debian, relative to the base folder
   */
  List<String> loader(String... libraries) {
    if (!Files.exists(folder.resolve("usr"))) {
      return List.of();
    }
    Stream<String> ofDebian = Stream.of("usr/lib/x86_64-linux-gnu", "lib/x86_64-linux-gnu");
    return List.of(
        found("usr/lib64/ld-linux-x86-64.so.2", "lib64/ld-linux-x86-64.so.2").toString(),
        "--library-path",
        Stream.concat(ofDebian, Stream.of(libraries))
            .map(path -> folder.resolve(path).toString())
            .collect(Collectors.joining(":")));
  }
}
