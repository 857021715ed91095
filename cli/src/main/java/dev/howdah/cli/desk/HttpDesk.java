package dev.howdah.cli.desk;

import dev.howdah.pooler.json.JsonReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** The admin API of a pooler, see docs/http.md. */
final class HttpDesk implements PoolerDesk {
  private static final int CONNECT_MILLIS = 3_000;
  private static final int READ_MILLIS = 30_000;
  private static final int FORBIDDEN_FROM = 401;
  private static final int FORBIDDEN_TO = 403;

  private final URI base;
  private final Optional<String> token;
  private final @Nullable SSLContext trust;

  /**
   * Connects for each question anew.
   *
   * @param base such as {@code http://127.0.0.1:8432}
   * @param pinned the certificate it has to show, whatever its names are; empty to let the JVM's
   *     authorities decide
   */
  HttpDesk(URI base, Optional<String> token, Optional<X509Certificate> pinned) {
    this.base = base;
    this.token = token;
    this.trust = pinned.map(HttpDesk::only).orElse(null);
  }

  @Override
  public String who() {
    return "admin API " + base;
  }

  @Override
  public List<Row> show(String topic) throws IOException {
    List<Row> rows = new ArrayList<>();
    if (ask("GET", topic, "") instanceof List<?> list) {
      for (Object element : list) {
        rows.add(new Row(object(element)));
      }
    }
    return rows;
  }

  @Override
  public List<String> order(String verb, String argument) throws IOException {
    String form = "";
    if (!argument.isEmpty()) {
      String name =
          switch (verb) {
            case "kill_client" -> "id";
            case "shutdown" -> "mode";
            default -> "database";
          };
      form = name + "=" + URLEncoder.encode(argument, StandardCharsets.UTF_8);
    }
    List<String> sentences = new ArrayList<>();
    Map<String, @Nullable Object> answer = object(ask("POST", verb, form));
    if (answer.get("notices") instanceof List<?> notices) {
      notices.forEach(notice -> sentences.add(String.valueOf(notice)));
    }
    return sentences;
  }

  private @Nullable Object ask(String method, String path, String form) throws IOException {
    var connection = (HttpURLConnection) base.resolve("/api/v1/" + path).toURL().openConnection();
    if (trust != null && connection instanceof HttpsURLConnection encrypted) {
      encrypted.setSSLSocketFactory(trust.getSocketFactory());
      encrypted.setHostnameVerifier((_, _) -> true); // it is that very certificate
    }
    connection.setConnectTimeout(CONNECT_MILLIS);
    connection.setReadTimeout(READ_MILLIS);
    connection.setRequestMethod(method);
    token.ifPresent(secret -> connection.setRequestProperty("Authorization", "Bearer " + secret));
    if (method.equals("POST")) {
      connection.setDoOutput(true);
      connection.setRequestProperty("Content-Type", "application/x-www-form-urlencoded");
      try (var out = connection.getOutputStream()) {
        out.write(form.getBytes(StandardCharsets.UTF_8));
      }
    }
    int status = connection.getResponseCode();
    Object answer = body(status < 400 ? connection.getInputStream() : connection.getErrorStream());
    if (status < 400) {
      return answer;
    }
    throw new DeskException(
        words(status, answer), status >= FORBIDDEN_FROM && status <= FORBIDDEN_TO);
  }

  private @Nullable Object body(@Nullable InputStream in) throws IOException {
    if (in == null) {
      return null;
    }
    try (in) {
      return JsonReader.read(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      throw new IOException(base + " is no pooler's admin API: it answers something else", e);
    }
  }

  private static String words(int status, @Nullable Object answer) {
    Map<String, @Nullable Object> error = object(answer);
    StringBuilder words = new StringBuilder();
    for (String key : List.of("error", "detail", "hint")) {
      Object part = error.get(key);
      if (part != null) {
        words.append(words.isEmpty() ? "" : "\n  ").append(part.toString().replace("\n", "\n  "));
      }
    }
    return words.isEmpty() ? "status " + status : words.toString();
  }

  private static Map<String, @Nullable Object> object(@Nullable Object value) {
    Map<String, @Nullable Object> object = new LinkedHashMap<>();
    if (value instanceof Map<?, ?> map) {
      map.forEach((key, inner) -> object.put(String.valueOf(key), inner));
    }
    return object;
  }

  private static SSLContext only(X509Certificate pinned) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new Pin(pinned)}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK has no TLS", e);
    }
  }

  /** Trusts one certificate: we have read it from the pooler's own configuration. */
  private record Pin(X509Certificate pinned) implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      throw new CertificateException("this side is the client");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      if (!chain[0].equals(pinned)) {
        throw new CertificateException("it shows another certificate than tls_cert_file");
      }
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  @Override
  public void close() {
    // Nothing stays open.
  }
}
