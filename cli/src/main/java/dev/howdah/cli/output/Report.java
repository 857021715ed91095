package dev.howdah.cli.output;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a command has to say: facts by name, listings by name, and sentences. People see them in
 * this order, one below the other; scripts get one object, or one list if there is nothing but a
 * listing. One thread.
 */
public final class Report {

  private final @Nullable Listing only;
  private final Map<String, @Nullable Object> facts = new LinkedHashMap<>();
  private final Map<String, String> shownFacts = new LinkedHashMap<>();
  private final Map<String, Listing> listings = new LinkedHashMap<>();
  private final List<String> notes = new ArrayList<>();

  /** Nothing yet. */
  public Report() {
    this.only = null;
  }

  private Report(Listing only) {
    this.only = only;
  }

  /** Nothing but a listing: scripts get a list. Notes may be added; only people see them then. */
  public static Report of(Listing listing) {
    return new Report(listing);
  }

  /** A fact: a string, number, boolean, list or map of those, or null. */
  public Report fact(String key, @Nullable Object value) {
    return fact(key, value, value == null ? "-" : Column.text(key).show(value));
  }

  /** The same with other words for people. */
  public Report fact(String key, @Nullable Object value, String shown) {
    requireObject();
    facts.put(key, value);
    shownFacts.put(key.replace('_', ' '), shown);
    return this;
  }

  /** A listing under a name, which is a heading for people if there are several. */
  public Report listing(String key, Listing listing) {
    requireObject();
    listings.put(key, listing);
    return this;
  }

  /** A sentence below everything else; a list {@code notes} for scripts. */
  public Report note(String sentence) {
    notes.add(sentence);
    return this;
  }

  private void requireObject() {
    if (only != null) {
      throw new IllegalStateException("this report is one listing");
    }
  }

  /** For scripts. */
  Object data() {
    if (only != null) {
      return only.data();
    }
    Map<String, @Nullable Object> object = new LinkedHashMap<>(facts);
    listings.forEach((key, listing) -> object.put(key, listing.data()));
    if (!notes.isEmpty()) {
      object.put("notes", notes);
    }
    return object;
  }

  /** For people, line by line. */
  List<String> lines(boolean colours) {
    List<String> lines = new ArrayList<>();
    int width = shownFacts.keySet().stream().mapToInt(String::length).max().orElse(0);
    shownFacts.forEach((name, shown) ->
        lines.add(
            Tone.STRONG.paint(name, colours) + " ".repeat(width - name.length() + 2) + shown));
    if (only != null) {
      lines.addAll(only.lines(colours));
    }
    listings.forEach((name, listing) -> {
      separate(lines);
      if (listings.size() > 1) {
        lines.add(Tone.STRONG.paint(name.replace('_', ' ') + ":", colours));
      }
      lines.addAll(listing.lines(colours));
    });
    if (!notes.isEmpty()) {
      separate(lines);
      lines.addAll(notes);
    }
    return lines;
  }

  private static void separate(List<String> lines) {
    if (!lines.isEmpty()) {
      lines.add("");
    }
  }
}
