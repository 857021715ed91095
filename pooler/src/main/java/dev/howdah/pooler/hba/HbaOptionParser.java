package dev.howdah.pooler.hba;

import dev.howdah.pooler.hba.HbaOptions.ClientCertificate;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Reads what follows the method. One instance per line. */
final class HbaOptionParser {

  private final RecordType type;
  private final HbaMethod method;
  private final Predicate<String> mapExists;
  private final Consumer<String> problems;
  private Optional<String> map = Optional.empty();
  private ClientCertificate clientCertificate;

  HbaOptionParser(
      RecordType type, HbaMethod method, Predicate<String> mapExists, Consumer<String> problems) {
    this.type = type;
    this.method = method;
    this.mapExists = mapExists;
    this.problems = problems;
    this.clientCertificate =
        method == HbaMethod.CERT ? ClientCertificate.VERIFY_FULL : ClientCertificate.NOT_NEEDED;
  }

  HbaOptions parse(List<List<Token>> fields) {
    for (List<Token> field : fields) {
      for (Token token : field) {
        int sign = token.text().indexOf('=');
        if (sign < 0) {
          problems.accept(token.text() + " is no option; write name=value without blanks");
        } else {
          option(token.text().substring(0, sign), token.text().substring(sign + 1));
        }
      }
    }
    return new HbaOptions(map, clientCertificate);
  }

  private void option(String name, String value) {
    switch (name) {
      case "map" -> map(value);
      case "clientcert" -> clientCertificate(value);
      case "clientname" -> clientName(value);
      default ->
          problems.accept(
              "there is no option " + name + "; there are map, clientcert and clientname");
    }
  }

  private void map(String value) {
    if (!method.takesMap()) {
      problems.accept("option map works with the methods cert and peer only; remove it");
    } else if (value.isEmpty()) {
      map = Optional.empty(); // as in PostgreSQL, the same as none
    } else if (!mapExists.test(value)) {
      problems.accept("there is no map " + value + "; define it in auth_ident_file");
    } else {
      map = Optional.of(value);
    }
  }

  private void clientCertificate(String value) {
    if (type != RecordType.HOSTSSL) {
      problems.accept("option clientcert needs TLS; write hostssl instead of " + type.word());
      return;
    }
    switch (value) {
      case "verify-full" -> clientCertificate = ClientCertificate.VERIFY_FULL;
      case "verify-ca" -> {
        if (method == HbaMethod.CERT) {
          problems.accept("method cert always verifies the name; write clientcert=verify-full");
        } else {
          clientCertificate = ClientCertificate.VERIFY_CA;
        }
      }
      default ->
          problems.accept(
              "clientcert=" + value + " is unknown; write one of verify-ca, verify-full");
    }
  }

  private void clientName(String value) {
    if (type != RecordType.HOSTSSL) {
      problems.accept("option clientname needs TLS; write hostssl instead of " + type.word());
    } else if (value.equals("DN")) {
      problems.accept("clientname=DN is not supported; the common name is compared, clientname=CN");
    } else if (!value.equals("CN")) {
      problems.accept("clientname=" + value + " is unknown; write CN");
    }
  }
}
