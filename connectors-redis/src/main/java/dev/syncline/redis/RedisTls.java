package dev.syncline.redis;

import dev.syncline.SyncException;
import dev.syncline.setting.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** How connections to a Redis server are encrypted. Immutable. */
public final class RedisTls {
  private final Mode mode;
  private final @Nullable Store trusted;
  private final @Nullable Store own;

  private RedisTls(Mode mode, @Nullable Store trusted, @Nullable Store own) {
    this.mode = mode;
    this.trusted = trusted;
    this.own = own;
  }

  /** What is demanded of a connection. */
  enum Mode {
    DISABLED,
    REQUIRED,
    VERIFY_CA,
    VERIFY_IDENTITY
  }

  /** A key store and its password. */
  private record Store(Path file, Secret password) {

    KeyStore load() throws GeneralSecurityException {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      try (InputStream in = Files.newInputStream(file)) {
        store.load(in, password.reveal().toCharArray());
      } catch (GeneralSecurityException | IOException e) {
        throw new SyncException("Key store '%s' cannot be read: %s".formatted(file, e), e);
      }
      return store;
    }
  }

  /** Plain connections. */
  public static RedisTls disabled() {
    return new RedisTls(Mode.DISABLED, null, null);
  }

  /** Encrypted connections. No certificate is checked. */
  public static RedisTls required() {
    return new RedisTls(Mode.REQUIRED, null, null);
  }

  /**
   * Encrypted connections to servers whose certificate a trusted authority has signed. Trusted are
   * the authorities of the Java runtime, or those of {@link #trusting}.
   */
  public static RedisTls verifyCa() {
    return new RedisTls(Mode.VERIFY_CA, null, null);
  }

  /** Like {@link #verifyCa}, and the certificate must name the host that is connected to. */
  public static RedisTls verifyIdentity() {
    return new RedisTls(Mode.VERIFY_IDENTITY, null, null);
  }

  /**
   * The same, trusting the authorities in a key store (PKCS #12 or JKS) of one's own.
   *
   * @throws IllegalStateException if certificates are not checked, or a store was given before
   * @throws IllegalArgumentException if there is no such file
   */
  public RedisTls trusting(Path store, String password) {
    if (mode.compareTo(Mode.VERIFY_CA) < 0) {
      throw new IllegalStateException(
          "A trust store is of no use in mode '%s', which checks no certificate.".formatted(mode));
    }
    if (trusted != null) {
      throw new IllegalStateException("The trust store is given twice.");
    }
    return new RedisTls(mode, store(store, password), own);
  }

  /**
   * The same, showing servers a certificate of one's own out of a key store (PKCS #12 or JKS), as
   * they ask for by default.
   *
   * @throws IllegalStateException if connections are plain, or a store was given before
   * @throws IllegalArgumentException if there is no such file
   */
  public RedisTls showing(Path store, String password) {
    if (mode == Mode.DISABLED) {
      throw new IllegalStateException("Plain connections show no certificate.");
    }
    if (own != null) {
      throw new IllegalStateException("The key store is given twice.");
    }
    return new RedisTls(mode, trusted, store(store, password));
  }

  private static Store store(Path store, String password) {
    Objects.requireNonNull(password, "password");
    if (!Files.isRegularFile(Objects.requireNonNull(store, "store"))) {
      throw new IllegalArgumentException("There is no key store '" + store + "'.");
    }
    return new Store(store, new Secret(password));
  }

  /**
   * The socket through which a connected one is used.
   *
   * @throws IOException if the server does not agree, or its certificate is not trusted
   * @throws SyncException if a key store cannot be used
   */
  Socket wrap(Socket plain, String host) throws IOException {
    if (mode == Mode.DISABLED) {
      return plain;
    }
    SSLSocket socket =
        (SSLSocket) context().getSocketFactory().createSocket(plain, host, plain.getPort(), true);
    if (mode == Mode.VERIFY_IDENTITY) {
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      socket.setSSLParameters(parameters);
    }
    socket.startHandshake();
    return socket;
  }

  private SSLContext context() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys(), trust(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new SyncException(
          "TLS cannot be used with %s: %s".formatted(stores(), e.getMessage()), e);
    }
  }

  private String stores() {
    return Stream.of(own, trusted)
        .filter(Objects::nonNull)
        .map(store -> "key store '" + store.file() + "'")
        .collect(Collectors.joining(" and "));
  }

  private KeyManager @Nullable [] keys() throws GeneralSecurityException {
    if (own == null) {
      return null;
    }
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(own.load(), own.password().reveal().toCharArray());
    return factory.getKeyManagers();
  }

  private TrustManager @Nullable [] trust() throws GeneralSecurityException {
    if (mode == Mode.REQUIRED) {
      return new TrustManager[] {new TrustingAll()};
    }
    if (trusted == null) {
      return null;
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(trusted.load());
    return factory.getTrustManagers();
  }

  /** The mode. */
  @Override
  public String toString() {
    return mode.name();
  }

  /** Checks nothing, as {@link #required} says. */
  private static final class TrustingAll extends X509ExtendedTrustManager {

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(
        X509Certificate[] chain, String type, javax.net.ssl.SSLEngine engine) {}

    @Override
    public void checkServerTrusted(
        X509Certificate[] chain, String type, javax.net.ssl.SSLEngine engine) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
