// The oracle of Kubernetes manifests: decodes each document with the types of client-go, as kubectl and the API server do.
// It reads a file name a line and writes a JSON object a line. Build: go mod tidy && go build
package main

import (
	"bufio"
	"bytes"
	_ "crypto/sha256"
	_ "crypto/sha512"
	"encoding/json"
	"errors"
	"io"
	"os"
	"strings"

	"github.com/distribution/reference"
	core "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/kubernetes/scheme"
	sigs "sigs.k8s.io/yaml"
)

type image struct {
	Ref    string `json:"ref"` // in its full form; ! and the text if it is invalid
	Role   string `json:"role"`
	Policy string `json:"policy"`
	Pods   int64  `json:"pods"` // -1: one on each node
	Kind   string `json:"kind"`
}

type answer struct {
	File    string              `json:"file"`
	Images  []image             `json:"imgs"`
	Errors  []string            `json:"errs,omitempty"`
	Unknown map[string]int      `json:"unknown,omitempty"` // kinds that are not built in
	Custom  map[string][]string `json:"crimgs,omitempty"`  // their values of image keys
}

// A template of pods, with the fields of the built-in kinds that count them.
type workload struct {
	Spec struct {
		core.PodSpec
		Replicas    *int64                `json:"replicas"`
		Parallelism *int64                `json:"parallelism"`
		Completions *int64                `json:"completions"`
		Template    *core.PodTemplateSpec `json:"template"`
		JobTemplate *struct {
			Spec struct {
				Parallelism *int64               `json:"parallelism"`
				Completions *int64               `json:"completions"`
				Template    core.PodTemplateSpec `json:"template"`
			} `json:"spec"`
		} `json:"jobTemplate"`
	} `json:"spec"`
	Items []json.RawMessage `json:"items"`
}

func main() {
	names := bufio.NewScanner(os.Stdin)
	out := json.NewEncoder(os.Stdout)
	for names.Scan() {
		text, err := os.ReadFile(names.Text())
		if err != nil {
			continue
		}
		a := &answer{File: names.Text(), Unknown: map[string]int{}, Custom: map[string][]string{}}
		a.readFile(text)
		out.Encode(a)
	}
}

func (a *answer) readFile(text []byte) {
	documents := yaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(text)))
	for {
		document, err := documents.Read()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			a.Errors = append(a.Errors, err.Error())
			return
		}
		object, err := sigs.YAMLToJSON(document)
		if err != nil {
			a.Errors = append(a.Errors, err.Error())
		} else if string(object) != "null" {
			a.readObject(object, "")
		}
	}
}

// Decodes an object with the types of client-go, which reject values of the wrong type.
func (a *answer) readObject(text []byte, listed string) {
	var head struct {
		APIVersion string `json:"apiVersion"`
		Kind       string `json:"kind"`
	}
	json.Unmarshal(text, &head)
	if head.Kind == "" && listed != "" {
		head.Kind = listed
	} else if _, _, err := scheme.Codecs.UniversalDeserializer().Decode(text, nil, nil); err != nil {
		a.reject(text, head.APIVersion+"/"+head.Kind, err)
		return
	}
	var w workload
	json.Unmarshal(text, &w)
	if strings.HasSuffix(head.Kind, "List") {
		for _, item := range w.Items {
			a.readObject(item, strings.TrimSuffix(head.Kind, "List"))
		}
		return
	}
	spec := w.Spec
	switch head.Kind {
	case "Pod":
		a.readPod(spec.PodSpec, 1, head.Kind)
	case "Deployment", "ReplicaSet", "StatefulSet", "ReplicationController", "DaemonSet", "Job":
		if spec.Template != nil {
			a.readPod(spec.Template.Spec, podsOf(head.Kind, spec.Replicas, spec.Parallelism, spec.Completions), head.Kind)
		}
	case "CronJob":
		if spec.JobTemplate != nil {
			job := spec.JobTemplate.Spec
			a.readPod(job.Template.Spec, podsOf("Job", nil, job.Parallelism, job.Completions), head.Kind)
		}
	}
}

func (a *answer) reject(text []byte, kind string, err error) {
	if !runtime.IsNotRegisteredError(err) {
		a.Errors = append(a.Errors, err.Error())
		return
	}
	a.Unknown[kind]++
	if strings.HasSuffix(kind, "/CustomResourceDefinition") {
		return
	}
	var value any
	json.Unmarshal(text, &value)
	if found := imagesIn(value, ""); len(found) > 0 {
		a.Custom[kind] = append(a.Custom[kind], found...)
	}
}

func imagesIn(value any, path string) (found []string) {
	switch v := value.(type) {
	case map[string]any:
		for key, inner := range v {
			if text, ok := inner.(string); ok && (key == "image" || key == "baseImage") && text != "" {
				found = append(found, path+"."+key+"="+fullName(text))
			} else {
				found = append(found, imagesIn(inner, path+"."+key)...)
			}
		}
	case []any:
		for _, inner := range v {
			found = append(found, imagesIn(inner, path+"[]")...)
		}
	}
	return found
}

func podsOf(kind string, replicas, parallelism, completions *int64) int64 {
	switch {
	case kind == "DaemonSet":
		return -1
	case kind != "Job" && replicas != nil:
		return *replicas
	case kind != "Job" || parallelism == nil:
		return 1
	case completions == nil:
		return *parallelism
	default:
		return min(*completions, *parallelism)
	}
}

func (a *answer) readPod(pod core.PodSpec, pods int64, kind string) {
	add := func(role, text string, policy core.PullPolicy) {
		if text != "" {
			a.Images = append(a.Images, image{fullName(text), role, policyOf(text, policy), pods, kind})
		}
	}
	for _, c := range pod.InitContainers {
		role := "init"
		if c.RestartPolicy != nil && *c.RestartPolicy == core.ContainerRestartPolicyAlways {
			role = "sidecar"
		}
		add(role, c.Image, c.ImagePullPolicy)
	}
	for _, c := range pod.Containers {
		add("container", c.Image, c.ImagePullPolicy)
	}
	for _, c := range pod.EphemeralContainers {
		add("ephemeral", c.Image, c.ImagePullPolicy)
	}
	for _, v := range pod.Volumes {
		if v.Image != nil {
			add("volume", v.Image.Reference, v.Image.PullPolicy)
		}
	}
}

func fullName(text string) string {
	name, err := reference.ParseNormalizedNamed(text)
	if err != nil {
		return "!" + text
	}
	if _, ok := name.(reference.Digested); !ok {
		name = reference.TagNameOnly(name)
	}
	return name.String()
}

// As SetDefaults_Container of Kubernetes: Always for the tag latest, with a digest too.
func policyOf(text string, policy core.PullPolicy) string {
	if policy != "" {
		return string(policy)
	}
	name, err := reference.ParseNormalizedNamed(text)
	if err != nil {
		return string(core.PullIfNotPresent)
	}
	tagged, isTagged := name.(reference.Tagged)
	_, isDigested := name.(reference.Digested)
	if (isTagged && tagged.Tag() == "latest") || (!isTagged && !isDigested) {
		return string(core.PullAlways)
	}
	return string(core.PullIfNotPresent)
}
