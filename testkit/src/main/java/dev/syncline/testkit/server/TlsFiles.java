package dev.syncline.testkit.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A key and a certificate that it has signed itself, for {@code 127.0.0.1} and {@code localhost},
 * for tests. Server and clients may both show it.
 *
 * @param certificate the certificate as PEM, which is also the authority to trust
 * @param key the private key as PEM
 * @param store both as PKCS #12, under the alias {@code server}
 * @param password the password of the store
 */
public record TlsFiles(Path certificate, Path key, Path store, String password) {
  private static final String ALIAS = "server";
  private static final String PASSWORD = "changeit";
  private static final int DAYS = 36_500;

  /** The files of this user, which are made when they are missing. */
  static TlsFiles of(ServerCache cache) throws IOException {
    return in(cache.folder("tls-1", TlsFiles::make));
  }

  private static TlsFiles in(Path folder) {
    return new TlsFiles(
        folder.resolve("certificate.pem"),
        folder.resolve("key.pem"),
        folder.resolve("store.p12"),
        PASSWORD);
  }

  private static void make(Path folder) throws IOException {
    TlsFiles files = in(folder);
    // The JDK makes certificates by this program alone.
    Process keytool =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                    "-genkeypair",
                    "-alias",
                    ALIAS,
                    "-keyalg",
                    "RSA",
                    "-keysize",
                    "2048",
                    "-dname",
                    "CN=localhost",
                    "-ext",
                    "san=ip:127.0.0.1,dns:localhost",
                    "-ext",
                    "bc:c=ca:true",
                    "-validity",
                    Integer.toString(DAYS),
                    "-storetype",
                    "PKCS12",
                    "-keystore",
                    files.store().toString(),
                    "-storepass",
                    PASSWORD))
            .redirectErrorStream(true)
            .start();
    String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (keytool.waitFor() != 0) {
        throw new IOException("'keytool' cannot make a certificate: " + said.strip());
      }
      KeyStore store = files.load();
      pem(files.certificate(), "CERTIFICATE", store.getCertificate(ALIAS).getEncoded());
      pem(
          files.key(),
          "PRIVATE KEY",
          Objects.requireNonNull(store.getKey(ALIAS, PASSWORD.toCharArray()), "key").getEncoded());
    } catch (GeneralSecurityException e) {
      throw new IOException("The new certificate cannot be read", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ServerException("Interrupted while making a certificate.", e);
    }
  }

  private static void pem(Path file, String kind, byte[] content) throws IOException {
    String encoded =
        Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(content);
    Files.writeString(
        file, "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(kind, encoded, kind));
  }

  private KeyStore load() throws GeneralSecurityException, IOException {
    return KeyStore.getInstance(store.toFile(), password.toCharArray());
  }

  /** What a client needs that trusts this certificate alone, and shows it when asked for one. */
  SSLContext context() {
    try {
      KeyStore pair = load();
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(pair, password.toCharArray());
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      trusted.setCertificateEntry(ALIAS, pair.getCertificate(ALIAS));
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new ServerException("Cannot use the certificate '" + certificate + "'.", e);
    }
  }
}
