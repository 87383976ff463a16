# Sourced by ./truce, ./test and ./bench: the SDK check and the build of the program.
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 TESTINGPLATFORM_TELEMETRY_OPTOUT=1
if ! command -v dotnet >/dev/null 2>&1 || ! dotnet --list-sdks 2>/dev/null | grep -q '^10\.'; then
  echo "truce: the .NET 10 SDK is missing: install it (Debian and others: package dotnet-sdk-10.0), then run this again." >&2
  exit 2
fi

# build_truce ROOT OUT STAMP: publishes the program, compiled ahead of time for a quick start. Two calls at once wait for each other.
build_truce() {
  mkdir -p "$1/artifacts"
  exec 9>"$1/artifacts/.build-lock"
  flock 9 2>/dev/null || true
  case "$(uname -m)" in aarch64 | arm64) rid=linux-arm64 ;; *) rid=linux-x64 ;; esac
  begun=$(mktemp "$1/artifacts/.begun-XXXXXX")
  log="$1/artifacts/build.log"
  if ! dotnet publish "$1/src/Truce/Truce.csproj" -c Release -r "$rid" --self-contained false -o "$2" \
      -v quiet -p:WarningLevel=0 >"$log" 2>&1; then
    cat "$log" >&2
    echo "truce: the build failed; the compiler's words are above." >&2
    rm -f "$begun"
    exit 2
  fi
  # The stamp carries the time at which the build began, so that an edit made meanwhile is built next time.
  mv "$begun" "$3"
  exec 9>&-
}
