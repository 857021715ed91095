package dev.howdah.cli.postgres;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/** The temporary folder of one server: data directory, socket directory and log. */
record ServerFolder(Path root, Binaries binaries, Commands commands) {

  /** An empty folder that the server's user may enter. */
  static ServerFolder create(Binaries binaries, Commands commands) {
    try {
      Path root = Files.createTempDirectory("howdah-");
      Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
      ServerFolder folder = new ServerFolder(root, binaries, commands);
      Files.createDirectory(folder.dataDirectory());
      Files.setPosixFilePermissions(
          folder.dataDirectory(), PosixFilePermissions.fromString("rwx------"));
      Files.createDirectory(folder.socketDirectory());
      Files.setPosixFilePermissions(
          folder.socketDirectory(), PosixFilePermissions.fromString("rwxr-xr-x"));
      commands.user().own(folder.dataDirectory());
      commands.user().own(folder.socketDirectory());
      return folder;
    } catch (IOException e) {
      throw new PostgresException("cannot make a folder for a server", e);
    }
  }

  /** A further empty folder for a server of the same kind. */
  ServerFolder another() {
    return create(binaries, commands);
  }

  Path dataDirectory() {
    return root.resolve("data");
  }

  Path socketDirectory() {
    return root.resolve("socket");
  }

  Path logFile() {
    return root.resolve("server.log");
  }

  /** Runs initdb and writes our access rules. */
  void initialise(PostgresOptions options) {
    List<String> command =
        new ArrayList<>(
            List.of(
                binaries.program("initdb").toString(),
                "--pgdata=" + dataDirectory(),
                "--username=" + LocalPostgres.SUPERUSER,
                "--auth=" + options.superuserAuthentication(),
                "--encoding=UTF8",
                "--locale=C",
                "--no-sync"));
    Path passwordFile = root.resolve("password");
    try {
      if (options.superuserPassword().isPresent()) {
        Files.createFile(
            passwordFile,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(passwordFile, options.superuserPassword().get() + "\n");
        commands.user().own(passwordFile);
        command.add("--pwfile=" + passwordFile);
      }
      commands.run(command.toArray(String[]::new));
      Files.deleteIfExists(passwordFile);
      // Overwritten in place, so that the file stays its user's own.
      Files.writeString(dataDirectory().resolve("pg_hba.conf"), options.hbaFile());
      append("postgresql.conf", "include_if_exists 'howdah.conf'\n");
    } catch (IOException e) {
      throw new PostgresException("cannot prepare " + dataDirectory(), e);
    }
  }

  /** Writes port and settings; to be called before each start. */
  void configure(PostgresOptions options, int port) {
    try {
      Path file = dataDirectory().resolve("howdah.conf");
      Files.writeString(file, options.settingsFile(port, socketDirectory().toString()));
      commands.user().own(file);
    } catch (IOException e) {
      throw new PostgresException("cannot configure " + dataDirectory(), e);
    }
  }

  /** Makes the copied data directory a standby (docs: "Setting Up a Standby Server"). */
  void follow(String primaryConninfo, String slot) {
    try {
      Files.createFile(dataDirectory().resolve("standby.signal"));
      Files.writeString(
          dataDirectory().resolve("postgresql.auto.conf"),
          "primary_conninfo = "
              + PostgresOptions.quoted(primaryConninfo)
              + "\nprimary_slot_name = "
              + PostgresOptions.quoted(slot)
              + "\n");
      Folders.giveToOwnerOf(dataDirectory(), dataDirectory());
    } catch (IOException e) {
      throw new PostgresException("cannot make " + dataDirectory() + " a standby", e);
    }
  }

  /** The end of the server's log, for error messages. */
  String logTail() {
    try {
      List<String> lines = Files.readAllLines(logFile(), StandardCharsets.UTF_8);
      return String.join("\n", lines.subList(Math.max(0, lines.size() - 15), lines.size()));
    } catch (IOException e) {
      return "(no log: " + e + ")";
    }
  }

  void delete() {
    try {
      Folders.deleteTree(root);
    } catch (IOException e) {
      throw new PostgresException("cannot delete " + root, e);
    }
  }

  private void append(String file, String text) throws IOException {
    Files.writeString(dataDirectory().resolve(file), text, StandardOpenOption.APPEND);
  }
}
