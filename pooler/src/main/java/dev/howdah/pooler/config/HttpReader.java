package dev.howdah.pooler.config;

import dev.howdah.pooler.config.HttpConfig.ReadAccess;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Reads {@code [http]}, its key and certificate included. */
final class HttpReader {
  /** A token that is guessed in no time is worse than none. */
  private static final int TOKEN_CHARACTERS_MIN = 16;

  private final Findings findings;
  private final Substitution substitution;
  private final Path file;

  HttpReader(Findings findings, Substitution substitution, Path file) {
    this.findings = findings;
    this.substitution = substitution;
    this.file = file;
  }

  /** The port; to be called when there is such a section. */
  HttpConfig read(List<IniFile.Entry> entries) {
    Settings http = new Settings(Section.HTTP, "", findings, substitution);
    for (IniFile.Entry entry : entries) {
      if (entry.section() == Section.HTTP) {
        http.put(entry.file(), entry.line(), entry.key(), entry.value());
      }
    }
    HttpConfig address = http.address("listen");
    Optional<String> token = http.optionalText("token");
    ReadAccess access = http.choice("read_access", ReadAccess.class);
    TlsMaterial tls = TlsReader.forHttp(http, file).keyPair();
    var config = new HttpConfig(address.host(), address.port(), token, access, tls);
    check(http, config);
    return config;
  }

  private void check(Settings http, HttpConfig config) {
    Optional<String> token = config.token();
    if (token.isPresent() && token.get().length() < TOKEN_CHARACTERS_MIN) {
      http.problem(
          "token",
          file,
          0,
          "is too short; at least "
              + TOKEN_CHARACTERS_MIN
              + " characters, such as openssl rand -hex 16 prints");
    }
    if (token.isPresent() && !token.get().chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      http.problem("token", file, 0, "holds blanks or characters that are not ASCII");
    }
    if (token.isEmpty() && config.readAccess() == ReadAccess.TOKEN) {
      http.problem("read_access", file, 0, "needs a token; set token, or write open");
    }
    if (token.isPresent() && !config.isEncrypted() && !config.isOnLoopback()) {
      findings.warning(
          file
              + ": the token of [http] travels in plain text; set tls_cert_file and tls_key_file, or"
              + " listen on 127.0.0.1");
    }
  }
}
