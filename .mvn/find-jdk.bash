# Finds a JDK new enough for us: JAVA_HOME, then /usr/lib/jvm, then PATH. Sourced by ./howdah and ./dev.
wanted_java=25

# The feature release of a JDK's folder, 0 when there is none. Reads a file instead of starting a JVM.
release_of() {
  local line
  if [[ -x "$1/bin/java" && -r "$1/release" ]]; then
    while IFS= read -r line; do
      if [[ $line =~ ^JAVA_VERSION=\"?([0-9]+) ]]; then
        printf '%s' "${BASH_REMATCH[1]}"
        return
      fi
    done <"$1/release"
  fi
  printf 0
}

find_jdk() {
  local candidate
  local candidates=()
  [[ -n ${JAVA_HOME:-} ]] && candidates+=("$JAVA_HOME")
  for candidate in /usr/lib/jvm/*; do
    [[ -d $candidate ]] && candidates+=("$candidate")
  done
  if candidate=$(command -v java); then
    candidates+=("$(dirname "$(dirname "$(readlink -f "$candidate")")")")
  fi
  for candidate in "${candidates[@]+"${candidates[@]}"}"; do
    if (($(release_of "$candidate") >= wanted_java)); then
      printf '%s' "$candidate"
      return
    fi
  done
  cat >&2 <<END
A JDK of version $wanted_java or newer is needed; there is none in JAVA_HOME, /usr/lib/jvm or PATH.
Where your system has the package:  apt-get install openjdk-$wanted_java-jdk-headless
Elsewhere: unpack Eclipse Temurin $wanted_java from adoptium.net and set JAVA_HOME to its folder.
END
  return 1
}
