module headroom/plan-oracle/workflow

go 1.26

require (
	github.com/distribution/reference v0.6.0
	github.com/rhysd/actionlint v1.7.12
)
