#!/usr/bin/env bash
# The steps of action.yml: `action.sh install`, then `action.sh run` with the inputs as variables INPUT_….
set -euo pipefail

# Where the npm package is installed if the input `version` is set.
package="${RUNNER_TEMP:-/tmp}/headroom-${HEADROOM_VERSION:-}"

# Ends the step with an annotation.
fail() {
  echo "::error title=Headroom::$1"
  exit 2
}

install() {
  node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 18) ? 0 : 1)' 2>/dev/null ||
    fail 'Node.js 20.18.1 or later is needed on the runner: add a step with actions/setup-node'
  if [ -n "${HEADROOM_VERSION:-}" ]; then
    [[ $HEADROOM_VERSION =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]] || fail 'The input version is not a version such as 0.2.0'
    [ -e "$package/node_modules/.bin/headroom" ] ||
      npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$package" "dockerhub-headroom@$HEADROOM_VERSION"
  elif [ ! -e "$GITHUB_ACTION_PATH/dist/main.js" ]; then
    # The commit of the action, which the workflow pins. Nothing of the package registry is run while it is installed.
    cd "$GITHUB_ACTION_PATH"
    npm ci --silent --no-audit --no-fund --ignore-scripts
    npm run --silent build
  fi
}

headroom() {
  if [ -n "${HEADROOM_VERSION:-}" ]; then
    "$package/node_modules/.bin/headroom" "$@"
  else
    node "$GITHUB_ACTION_PATH/dist/main.js" "$@"
  fi
}

# Appends each line of a text that is not empty to the array `arguments`.
add_lines() {
  local line
  while IFS= read -r line; do
    line=${line%$'\r'}
    if [ -n "${line//[[:space:]]/}" ]; then arguments+=("$line"); fi
  done <<<"$1"
}

# Copies the output of a command to the log and, as a block, to the summary of the job.
summarize() {
  local text
  text=$(cat)
  printf '%s\n' "$text"
  if [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then
    # Tildes: the text may contain backticks.
    printf '### Docker Hub pulls: %s\n\n~~~~~~text\n%s\n~~~~~~\n\n' "$1" "$text" >>"$GITHUB_STEP_SUMMARY"
  fi
}

run() {
  # bash 3.2, of macOS, has no empty arrays with `set -u`: ${arguments[@]+…}.
  local arguments=() code=0
  case $INPUT_FAIL_ON in critical | warning | never) ;; *) fail 'The input fail-on is critical, warning or never' ;; esac
  if [ "$INPUT_DOCKER_CONFIG" = true ]; then arguments+=(--docker-config); fi
  if [ -n "$INPUT_SERVER" ]; then arguments+=("--server=$INPUT_SERVER"); fi
  if [ -n "$INPUT_USERNAME$INPUT_PASSWORD" ]; then
    export DOCKERHUB_USERNAME=$INPUT_USERNAME DOCKERHUB_PASSWORD=$INPUT_PASSWORD
  fi
  # A plan and a wait concern one bucket: that of the login.
  if [ -n "$INPUT_USERNAME" ] && [ "$INPUT_COMMAND" != check ] && [[ $INPUT_FLAGS != *--credential* ]]; then
    arguments+=("--credential=$INPUT_USERNAME")
  fi
  add_lines "$INPUT_FLAGS"
  case $INPUT_COMMAND in
    check)
      headroom check --output=github "--warning=$INPUT_WARNING" "--critical=$INPUT_CRITICAL" ${arguments[@]+"${arguments[@]}"} || code=$?
      ;;
    wait)
      [ -n "$INPUT_PULLS" ] || fail 'The command wait needs the input pulls'
      headroom wait "--pulls=$INPUT_PULLS" "--timeout=$INPUT_TIMEOUT" ${arguments[@]+"${arguments[@]}"} 2>&1 | summarize wait || code=$?
      ;;
    plan)
      [ -n "$INPUT_FILES" ] || fail 'The command plan needs the input files'
      if [ -n "$INPUT_NODES" ]; then arguments+=("--nodes=$INPUT_NODES"); fi
      arguments+=(--)
      add_lines "$INPUT_FILES"
      headroom plan "${arguments[@]}" 2>&1 | summarize plan || code=$?
      ;;
    *) fail 'The input command is check, wait or plan' ;;
  esac
  if [ -n "${GITHUB_OUTPUT:-}" ]; then echo "exit-code=$code" >>"$GITHUB_OUTPUT"; fi
  judge "$code"
}

# Ends with the exit code of the command if the step has to fail.
judge() {
  case $INPUT_COMMAND:$1 in
    *:0) return ;;
    check:1) [ "$INPUT_FAIL_ON" = warning ] || return 0 ;;
    # Something was left out, or what is left is not known. Without a status the command line is wrong.
    check:3 | plan:3)
      if [ "$INPUT_COMMAND" = check ] && ! grep -q '^status=' "${GITHUB_OUTPUT:-/dev/null}"; then exit 3; fi
      echo "::warning title=Headroom::headroom $INPUT_COMMAND could not judge, see its output"
      [ "$INPUT_FAIL_ON" = warning ] || return 0
      ;;
    check:2 | plan:1 | wait:1) [ "$INPUT_FAIL_ON" != never ] || return 0 ;;
  esac
  exit "$1"
}

"$1"
