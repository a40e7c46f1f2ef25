package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.List;

/**
 * A key with a certificate that names a host, for a server, and a trust store for its clients.
 *
 * @param certificate a PEM file
 * @param key a PEM file
 */
record Certified(Path certificate, Path key, Path trustStore) {

  /** Makes a certificate for {@code localhost} by the JDK's own tool, and files in a folder. */
  static Certified localhost(Path folder, String password) throws Exception {
    Path pair = folder.resolve("pair.p12");
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
            "-genkeypair",
            "-alias",
            "server",
            "-keyalg",
            "RSA",
            "-dname",
            "CN=localhost",
            "-ext",
            "san=dns:localhost",
            "-storetype",
            "PKCS12",
            "-keystore",
            pair.toString(),
            "-storepass",
            password);
    Process keytool = new ProcessBuilder(command).inheritIO().start();
    assertThat(keytool.waitFor()).isZero();
    KeyStore store = KeyStore.getInstance(pair.toFile(), password.toCharArray());
    Certificate certificate = store.getCertificate("server");
    Key key = store.getKey("server", password.toCharArray());
    return new Certified(
        pem(folder.resolve("certificate.pem"), "CERTIFICATE", certificate.getEncoded()),
        pem(folder.resolve("key.pem"), "PRIVATE KEY", key.getEncoded()),
        trusting(certificate, folder.resolve("trusted.p12"), password));
  }

  /** Writes a trust store with one certificate. */
  static Path trusting(Certificate certificate, Path file, String password) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setCertificateEntry("trusted", certificate);
    try (OutputStream out = Files.newOutputStream(file)) {
      store.store(out, password.toCharArray());
    }
    return file;
  }

  private static Path pem(Path file, String what, byte[] content) throws Exception {
    String lines =
        Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(content);
    return Files.writeString(
        file, "-----BEGIN %1$s-----%n%2$s%n-----END %1$s-----%n".formatted(what, lines));
  }
}
