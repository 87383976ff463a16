# Sourced by ./test: Debian packages that some tests compare with. Installed where this is root on Debian; else those tests say why they are skipped.
wanted=()
command -v z3 >/dev/null 2>&1 || wanted+=(z3)
command -v cs2cs >/dev/null 2>&1 || wanted+=(proj-bin)
command -v GeoConvert >/dev/null 2>&1 || wanted+=(geographiclib-tools)
command -v strace >/dev/null 2>&1 || wanted+=(strace)
command -v go >/dev/null 2>&1 || wanted+=(golang-go)
if [ ${#wanted[@]} -gt 0 ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  { apt-get install -y --no-install-recommends "${wanted[@]}" || { apt-get update && apt-get install -y --no-install-recommends "${wanted[@]}"; }; } \
    >/dev/null 2>&1 || echo "not installed: ${wanted[*]}: the tests that compare with it are skipped"
fi
