module headroom/plan-oracle/kubernetes

go 1.26

require (
	github.com/distribution/reference v0.6.0
	k8s.io/api v0.37.0
	k8s.io/apimachinery v0.37.0
	k8s.io/client-go v0.37.0
	sigs.k8s.io/yaml v1.6.0
)
