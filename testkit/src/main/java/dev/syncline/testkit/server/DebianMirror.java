package dev.syncline.testkit.server;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * A mirror of Debian. What it gives is checked: a package against its index, the index against what
 * the suite has released, and that by Debian's signature, if the machine has Debian's keys and
 * {@code gpgv}; on others the mirror is trusted.
 *
 * @param address where it is, as {@code http://<host>/debian}
 * @param keys a file with Debian's keys, which there need not be
 * @param patience how long one file may take
 */
record DebianMirror(String address, Path keys, Duration patience) {
  private static final Path DEBIAN_KEYS = Path.of("/usr/share/keyrings/debian-archive-keyring.gpg");
  private static final String INDEXES = "main/binary-amd64/";
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(30);
  private static final HttpClient HTTP =
      HttpClient.newBuilder()
          .followRedirects(HttpClient.Redirect.NORMAL)
          .connectTimeout(CONNECT_TIMEOUT)
          .build();

  /** The mirror with Debian's own keys. */
  static DebianMirror at(String address) {
    return new DebianMirror(address, DEBIAN_KEYS, Duration.ofMinutes(10));
  }

  /** Fetches the packed index of a suite's packages into a folder. */
  Path index(String suite, Path folder) throws IOException {
    Path release = folder.resolve("Release");
    download("dists/" + suite + "/Release", release);
    if (Files.exists(keys)) {
      Path signature = folder.resolve("Release.gpg");
      download("dists/" + suite + "/Release.gpg", signature);
      verify(suite, signature, release);
    }
    String released = Files.readString(release);
    // Most suites have both, of which Java can unpack the first by itself.
    String name =
        Stream.of("Packages.gz", "Packages.xz")
            .filter(each -> released(released, INDEXES + each).isPresent())
            .findFirst()
            .orElseThrow(
                () ->
                    new IOException(
                        "Debian's suite '%s' has no '%sPackages.gz' and no '.xz' of it."
                            .formatted(suite, INDEXES)));
    Path index = folder.resolve(name);
    download("dists/" + suite + "/" + INDEXES + name, index);
    check(index, released(released, INDEXES + name).orElseThrow());
    return index;
  }

  /** Fetches a package. */
  void fetch(String path, String sha256, Path file) throws IOException {
    download(path, file);
    check(file, sha256);
  }

  private static Optional<String> released(String release, String name) {
    return release
        .lines()
        .map(line -> line.strip().split(" +", -1))
        .filter(words -> words.length == 3 && words[2].equals(name) && words[0].length() == 64)
        .map(words -> words[0])
        .findFirst();
  }

  private void verify(String suite, Path signature, Path signed) throws IOException {
    List<String> command =
        List.of(
            "gpgv",
            "--status-fd",
            "1",
            "--keyring",
            keys.toString(),
            signature.toString(),
            signed.toString());
    Process gpgv;
    try {
      gpgv = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException thereIsNone) {
      return;
    }
    String said = new String(gpgv.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    // Several sign it, of whom not all need be known.
    if (!said.contains("[GNUPG:] VALIDSIG") || said.contains("[GNUPG:] BADSIG")) {
      throw new IOException(
          "What the mirror gives as Debian's suite '%s' is not signed by Debian: %s"
              .formatted(suite, said.strip()));
    }
  }

  private void download(String path, Path file) throws IOException {
    URI from = URI.create(address + "/" + path);
    // The time-out of a request ends with the head of its answer.
    CompletableFuture<HttpResponse<Path>> answer =
        HTTP.sendAsync(
            HttpRequest.newBuilder(from).build(),
            HttpResponse.BodyHandlers.ofFile(file, CREATE, WRITE, TRUNCATE_EXISTING));
    try {
      int status = answer.get(patience.toMillis(), TimeUnit.MILLISECONDS).statusCode();
      if (status != 200) {
        throw new IOException("'" + from + "' answered " + status + ".");
      }
    } catch (TimeoutException e) {
      throw new IOException("'" + from + "' took longer than " + patience + ".", e);
    } catch (ExecutionException e) {
      throw new IOException("Cannot fetch '" + from + "'.", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ServerException("Interrupted while fetching '" + from + "'.", e);
    } finally {
      answer.cancel(true);
    }
  }

  private static void check(Path file, String sha256) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      try (InputStream content = new DigestInputStream(Files.newInputStream(file), digest)) {
        content.transferTo(OutputStream.nullOutputStream());
      }
      if (!HexFormat.of().formatHex(digest.digest()).equals(sha256)) {
        throw new IOException("'" + file.getFileName() + "' is not what the index promises.");
      }
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("Every Java runtime has SHA-256.", e);
    }
  }
}
