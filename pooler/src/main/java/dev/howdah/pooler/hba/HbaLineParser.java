package dev.howdah.pooler.hba;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/** Reads the lines of pg_hba.conf. */
final class HbaLineParser {

  private final AccessFindings findings;
  private final Predicate<String> mapExists;

  HbaLineParser(AccessFindings findings, Predicate<String> mapExists) {
    this.findings = findings;
    this.mapExists = mapExists;
  }

  /** The rule of a line; empty after reporting what is wrong with it. */
  Optional<HbaRule> parse(AccessLine line) {
    return new OneLine(line).parse();
  }

  private final class OneLine {
    private final AccessLine line;
    private int nextField;
    private boolean broken;

    OneLine(AccessLine line) {
      this.line = line;
    }

    /** Goes on after a mistake as long as it is sure which column is which. */
    Optional<HbaRule> parse() {
      Optional<RecordType> type = type();
      if (type.isEmpty()) {
        return Optional.empty();
      }
      List<NamePattern> databases = names("database", NameParser::database);
      List<NamePattern> users = names("user", NameParser::user);
      AddressPattern address = new AddressPattern.Anywhere();
      if (type.get() != RecordType.LOCAL) {
        Optional<AddressPattern> given = address();
        if (given.isEmpty()) {
          return Optional.empty();
        }
        address = given.get();
      }
      Optional<HbaMethod> method = method(type.get());
      if (method.isEmpty()) {
        return Optional.empty();
      }
      HbaOptions options =
          new HbaOptionParser(type.get(), method.get(), mapExists, this::problem)
              .parse(line.fields().subList(nextField, line.fields().size()));
      if (broken) {
        return Optional.empty();
      }
      warn(type.get(), address);
      return Optional.of(
          new HbaRule(
              type.get(),
              databases,
              users,
              address,
              method.get(),
              options,
              line.file(),
              line.number()));
    }

    private void problem(String message) {
      broken = true;
      findings.problem(line, message);
    }

    private Optional<RecordType> type() {
      String word = AccessLine.joined(line.fields().get(nextField++));
      for (RecordType type : RecordType.values()) {
        if (type.word().equals(word)) {
          return Optional.of(type);
        }
      }
      problem(
          word
              + " is no connection type; write one of local, host, hostssl, hostnossl,"
              + " hostnogssenc");
      return Optional.empty();
    }

    private List<NamePattern> names(String column, Function<Token, NamePattern> reader) {
      if (nextField >= line.fields().size()) {
        if (!broken) {
          problem("ends before the " + column + "; " + shape());
        }
        return List.of();
      }
      List<NamePattern> patterns = new ArrayList<>();
      for (Token token : line.fields().get(nextField++)) {
        try {
          patterns.add(reader.apply(token));
        } catch (IllegalArgumentException e) {
          problem(String.valueOf(e.getMessage()));
        }
      }
      return patterns;
    }

    private String shape() {
      return line.fields().getFirst().getFirst().text().equals(RecordType.LOCAL.word())
          ? "write: local database user method"
          : "write: host database user address method";
    }

    /** The next column as its only item; empty after reporting that it is not one. */
    private Optional<Token> single(String column) {
      if (nextField >= line.fields().size()) {
        if (!broken) {
          problem("ends before the " + column + "; " + shape());
        }
        return Optional.empty();
      }
      List<Token> field = line.fields().get(nextField++);
      if (field.size() > 1) {
        problem(
            AccessLine.joined(field)
                + " is a list, but there is one "
                + column
                + " per line; write a line for each");
        return Optional.empty();
      }
      return Optional.of(field.getFirst());
    }

    private Optional<AddressPattern> address() {
      Optional<Token> token = single("address");
      if (token.isEmpty()) {
        return Optional.empty();
      }
      if (token.get().isWord("all")) {
        return Optional.of(new AddressPattern.Anywhere());
      } else if (token.get().isWord("samehost")) {
        return Optional.of(new AddressPattern.SameHost());
      } else if (token.get().isWord("samenet")) {
        return Optional.of(new AddressPattern.SameNet());
      }
      return range(token.get().text());
    }

    private Optional<AddressPattern> range(String text) {
      String culprit = text;
      try {
        AddressRange range;
        if (text.indexOf('/') >= 0) {
          range = AddressRange.parse(text);
        } else {
          InetAddress address = numeric(text);
          Optional<Token> mask = single("mask of " + text + " or /length behind it");
          if (mask.isEmpty()) {
            return Optional.empty();
          }
          culprit = mask.get().text();
          if (HbaMethods.isKnown(culprit)) {
            problem(
                text
                    + " has no mask; write "
                    + text
                    + (text.indexOf(':') >= 0 ? "/128" : "/32")
                    + " for this address alone");
            return Optional.empty();
          }
          range = AddressRange.parse(address, culprit);
        }
        return Optional.of(new AddressPattern.Within(range));
      } catch (IllegalArgumentException e) {
        problem(culprit + " " + e.getMessage());
        return Optional.empty();
      }
    }

    private InetAddress numeric(String text) {
      boolean looksNumeric = text.indexOf(':') >= 0 || text.matches("[0-9.]+");
      if (looksNumeric) {
        return AddressRange.parseAddress(text);
      }
      if (HbaMethods.isKnown(text)) {
        throw new IllegalArgumentException(
            "stands where the address belongs; " + shape() + ", with all for every address");
      }
      throw new IllegalArgumentException(
          "is no address, and host names are not supported, because looking them up would hold"
              + " logins up; write addresses like 10.0.0.0/8");
    }

    private Optional<HbaMethod> method(RecordType type) {
      Optional<Token> token = single("method");
      if (token.isEmpty()) {
        return Optional.empty();
      }
      String word = token.get().text();
      if (type == RecordType.LOCAL && word.indexOf('/') > 0) {
        problem(word + " stands where the method belongs; " + shape() + ", without an address");
        return Optional.empty();
      }
      try {
        return Optional.of(HbaMethods.parse(type, word));
      } catch (IllegalArgumentException e) {
        problem(String.valueOf(e.getMessage()));
        return Optional.empty();
      }
    }

    private void warn(RecordType type, AddressPattern address) {
      if (type == RecordType.HOSTGSSENC) {
        findings.warning(
            line, "never matches, because there is no GSSAPI encryption here; remove it");
      }
      if (address instanceof AddressPattern.Within(var range) && range.hasBitsOutsideOfMask()) {
        findings.warning(
            line, "the address has bits outside of its mask, which are ignored; set them to zero");
      }
    }
  }
}
