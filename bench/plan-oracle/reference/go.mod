module headroom/plan-oracle/reference

go 1.26

require github.com/distribution/reference v0.6.0
