module headroom/plan-oracle/bake

go 1.26.3

require github.com/docker/buildx v0.38.2
