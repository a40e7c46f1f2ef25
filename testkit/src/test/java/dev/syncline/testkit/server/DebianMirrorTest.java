package dev.syncline.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DebianMirrorTest {
  /** That of the text "index". */
  private static final String INDEX_SHA =
      "1bc04b5291c26a46d918139138b992d2de976d6851d0893b0476b85bfbdfc6e6";

  private static final String RELEASE = "/dists/sid/Release";
  private static final String INDEX = "/dists/sid/main/binary-amd64/Packages.gz";

  @TempDir Path folder;

  private final Map<String, String> files = new ConcurrentHashMap<>();
  private ServerSocket server;

  @BeforeEach
  void start() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread thread = new Thread(this::serve, "mirror");
    thread.setDaemon(true);
    thread.start();
    files.put(RELEASE, "SHA256:\n " + INDEX_SHA + " 5 main/binary-amd64/Packages.gz\n");
    files.put(INDEX, "index");
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  /** Answers each connection's one request, until the server is closed. */
  private void serve() {
    while (!server.isClosed()) {
      try (Socket client = server.accept()) {
        BufferedReader lines =
            new BufferedReader(
                new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
        String path = lines.readLine().split(" ", -1)[1];
        while (!lines.readLine().isEmpty()) {
          // The head of the request says nothing more that matters.
        }
        String content = files.getOrDefault(path, "");
        String status = files.containsKey(path) ? "200 OK" : "404 Not Found";
        String head =
            "HTTP/1.1 %s\r\nConnection: close\r\nContent-Length: %d\r\n\r\n"
                .formatted(status, content.length());
        client.getOutputStream().write((head + content).getBytes(StandardCharsets.US_ASCII));
      } catch (IOException e) {
        // A client that is gone, or the end.
      }
    }
  }

  private DebianMirror mirror(Path keys) {
    return new DebianMirror(
        "http://127.0.0.1:" + server.getLocalPort(), keys, Duration.ofSeconds(20));
  }

  private DebianMirror trusted() {
    return mirror(folder.resolve("none.gpg"));
  }

  @Test
  void theIndexMustBeWhatWasReleased() throws IOException {
    assertThat(trusted().index("sid", folder)).hasContent("index");

    files.put(INDEX, "another");
    assertThatThrownBy(() -> trusted().index("sid", folder))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("'Packages.gz' is not what the index promises");
    files.put(RELEASE, "SHA256:\n");
    assertThatThrownBy(() -> trusted().index("sid", folder))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("'sid' has no 'main/binary-amd64/Packages.gz'");
  }

  @Test
  void anIndexMayBePackedTheOtherWay() throws IOException {
    files.put(RELEASE, "SHA256:\n " + INDEX_SHA + " 5 main/binary-amd64/Packages.xz\n");
    files.put(INDEX.replace(".gz", ".xz"), "index");

    assertThat(trusted().index("sid", folder)).hasFileName("Packages.xz").hasContent("index");
  }

  @Test
  void aPackageMustBeWhatTheIndexPromises() {
    files.put("/pool/a.deb", "package");

    assertThatThrownBy(() -> trusted().fetch("pool/a.deb", INDEX_SHA, folder.resolve("a.deb")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("'a.deb' is not what the index promises");
    assertThatThrownBy(() -> trusted().fetch("pool/b.deb", INDEX_SHA, folder.resolve("b.deb")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("answered 404");
  }

  @Test
  void whereThereAreKeysASignatureIsFetched() throws IOException {
    Path keys = Files.createFile(folder.resolve("keys.gpg"));

    assertThatThrownBy(() -> mirror(keys).index("sid", folder))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("Release.gpg' answered 404");
  }

  @Test
  void aSilentMirrorIsGivenUp() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String address = "http://127.0.0.1:" + silent.getLocalPort();
      DebianMirror mirror = new DebianMirror(address, folder, Duration.ofMillis(200));

      assertThatThrownBy(() -> mirror.index("sid", folder))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("took longer than PT0.2S");
    }
  }
}
