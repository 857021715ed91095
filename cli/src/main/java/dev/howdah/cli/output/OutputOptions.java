package dev.howdah.cli.output;

import java.io.PrintWriter;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code --output}, for every command that has something to report; a mixin. */
public final class OutputOptions {

  /** In which form a report is printed. */
  public enum Form {
    /** For people. */
    TABLE,
    /** For scripts. */
    JSON,
    /** For scripts and for people who prefer it. */
    YAML;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Takes the words in small letters, as they are documented. */
  static final class FormConverter implements ITypeConverter<Form> {
    @Override
    public Form convert(String word) {
      for (Form form : Form.values()) {
        if (form.toString().equals(word)) {
          return form;
        }
      }
      throw new TypeConversionException("is table, json or yaml, not '" + word + "'");
    }
  }

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORM",
      converter = FormConverter.class,
      completionCandidates = FormWords.class,
      description = "table for people (the default), json or yaml for scripts.")
  private Form form = Form.TABLE;

  /** For shell completion. */
  static final class FormWords extends java.util.ArrayList<String> {
    private static final long serialVersionUID = 1;

    FormWords() {
      for (Form each : Form.values()) {
        add(each.toString());
      }
    }
  }

  /** In which form to print. */
  public Form form() {
    return form;
  }

  /** Whether a script reads the output; then nothing but the report goes there. */
  public boolean isForScripts() {
    return form != Form.TABLE;
  }

  /** Prints reports to {@code out} as asked for. */
  public Printer printer(PrintWriter out, Terminal terminal) {
    return new Printer(out, terminal, form);
  }
}
