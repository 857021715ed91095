package dev.howdah.cli.command;

import dev.howdah.cli.output.FishCompletion;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code howdah completion}. */
@Command(
    name = "completion",
    description = {
      "Print what makes a shell complete commands and options.",
      "  bash: howdah completion bash > /etc/bash_completion.d/howdah",
      "  zsh:  source <(howdah completion zsh), in ~/.zshrc after compinit",
      "  fish: howdah completion fish > ~/.config/fish/completions/howdah.fish"
    })
public final class CompletionCommand implements Callable<Integer> {
  private static final String NAME = "howdah";

  @Spec private CommandSpec spec;

  /** Shells that we know. */
  enum Shell {
    BASH,
    ZSH,
    FISH
  }

  @Parameters(paramLabel = "SHELL", description = "bash, zsh or fish.")
  private Shell shell;

  @Override
  public Integer call() {
    CommandLine root = spec.root().commandLine();
    PrintWriter out = spec.commandLine().getOut();
    switch (shell) {
      case BASH -> out.print(AutoComplete.bash(NAME, root));
      case ZSH -> {
        // picocli's script is one for bash; zsh understands it with its own help.
        out.println("autoload -U +X bashcompinit && bashcompinit");
        out.print(AutoComplete.bash(NAME, root));
      }
      case FISH -> out.print(FishCompletion.of(NAME, root));
    }
    out.flush();
    return ExitCode.OK;
  }
}
