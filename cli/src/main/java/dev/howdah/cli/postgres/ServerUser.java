package dev.howdah.cli.postgres;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The operating system user that servers run as. PostgreSQL refuses to run as root, so root's
 * servers run as {@code postgres} where that user exists, else as {@code nobody}, else inside a
 * user namespace in which root is nobody.
 *
 * @param prefix the words before a command that make it run as this user
 * @param owner who must own the data directory; empty means we do
 */
record ServerUser(List<String> prefix, Optional<Owner> owner) {

  /** User and group by name. */
  record Owner(String user, String group) {}

  private static final List<Owner> FOR_ROOT =
      List.of(new Owner("postgres", "postgres"), new Owner("nobody", "nogroup"));

  /** Whom to run servers as, given who we are and which tools are there. */
  static ServerUser choose() {
    if (!weAreRoot()) {
      return new ServerUser(List.of(), Optional.empty());
    }
    for (Owner owner : FOR_ROOT) {
      if (exists(owner) && hasTool("setpriv")) {
        return new ServerUser(setpriv(owner), Optional.of(owner));
      }
      if (exists(owner) && hasTool("runuser")) {
        return new ServerUser(List.of("runuser", "-u", owner.user(), "--"), Optional.of(owner));
      }
    }
    if (hasTool("unshare")) {
      return new ServerUser(List.of("unshare", "-U", "--"), Optional.empty());
    }
    throw new PostgresException(
        "PostgreSQL does not run as root, and neither setpriv, runuser nor unshare is installed:"
            + " install util-linux or start howdah as another user");
  }

  private static List<String> setpriv(Owner owner) {
    return List.of(
        "setpriv",
        "--reuid=" + owner.user(),
        "--regid=" + owner.group(),
        "--clear-groups",
        "--inh-caps=-all",
        "--");
  }

  /**
   * The command as this user, in a session of its own, so that Ctrl-C in our terminal is ours alone
   * and nothing breaks off half-way.
   */
  List<String> command(List<String> command) {
    List<String> whole = new ArrayList<>();
    if (hasTool("setsid")) {
      whole.add("setsid");
    }
    whole.addAll(prefix);
    whole.addAll(command);
    return whole;
  }

  /**
   * The command of a server that stays: told to shut down fast when the thread that started it
   * ends, which is how a killed JVM takes its servers along.
   */
  List<String> serverCommand(List<String> command) {
    List<String> whole = new ArrayList<>();
    if (hasTool("setpriv")) {
      // After the change of user, which clears the signal.
      whole.addAll(List.of("setpriv", "--pdeathsig", "INT", "--"));
    }
    whole.addAll(command);
    return command(whole);
  }

  /** Hands one file or folder to this user. */
  void own(Path path) throws IOException {
    if (owner.isEmpty()) {
      return;
    }
    UserPrincipalLookupService names = FileSystems.getDefault().getUserPrincipalLookupService();
    PosixFileAttributeView view = Files.getFileAttributeView(path, PosixFileAttributeView.class);
    view.setOwner(names.lookupPrincipalByName(owner.get().user()));
    view.setGroup(names.lookupPrincipalByGroupName(owner.get().group()));
  }

  /** Whether our own process runs as user 0. */
  static boolean weAreRoot() {
    try {
      return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
    } catch (IOException | UnsupportedOperationException e) {
      return "root".equals(System.getProperty("user.name"));
    }
  }

  private static boolean exists(Owner owner) {
    UserPrincipalLookupService names = FileSystems.getDefault().getUserPrincipalLookupService();
    try {
      names.lookupPrincipalByName(owner.user());
      names.lookupPrincipalByGroupName(owner.group());
      return true;
    } catch (UserPrincipalNotFoundException e) {
      return false;
    } catch (IOException e) {
      throw new PostgresException("cannot look up user " + owner.user(), e);
    }
  }

  private static boolean hasTool(String name) {
    for (String directory : List.of("/usr/bin", "/bin", "/usr/sbin", "/sbin")) {
      if (Files.isExecutable(Path.of(directory, name))) {
        return true;
      }
    }
    return false;
  }
}
