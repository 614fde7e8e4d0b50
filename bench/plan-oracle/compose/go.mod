module headroom/plan-oracle/compose

go 1.26

require (
	github.com/compose-spec/compose-go/v2 v2.16.2
	github.com/distribution/reference v0.6.0
	github.com/sirupsen/logrus v1.10.2
)
