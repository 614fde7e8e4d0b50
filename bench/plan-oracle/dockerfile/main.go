// The oracle of Dockerfiles: BuildKit's converter, which is asked for the last stage and then for all stages. Images are not
// pulled: a resolver notes which ones BuildKit wants. It reads a file name a line and writes a JSON object a line.
// Build: go mod tidy && go build
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"

	"github.com/containerd/platforms"
	"github.com/distribution/reference"
	"github.com/moby/buildkit/client/llb"
	"github.com/moby/buildkit/client/llb/sourceresolver"
	"github.com/moby/buildkit/frontend/dockerfile/dockerfile2llb"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/buildkit/frontend/dockerui"
	"github.com/moby/buildkit/solver/pb"
	"github.com/opencontainers/go-digest"
	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"
)

type answer struct {
	File   string   `json:"file"`
	Error  string   `json:"err,omitempty"`    // why BuildKit rejects the file
	Syntax string   `json:"syntax,omitempty"` // the image of "# syntax="
	Needed []string `json:"needed"`           // the images of the last stage
	All    []string `json:"all"`              // the images of all stages
}

var platform = platforms.MustParse("linux/amd64")

// Notes the images of a build, and answers that each is an empty image.
type resolver struct {
	lock  sync.Mutex
	names map[string]bool
}

func (r *resolver) ResolveSourceMetadata(
	_ context.Context, source *pb.SourceOp, _ sourceresolver.Opt,
) (*sourceresolver.MetaResponse, error) {
	id, config, err := r.note(strings.TrimPrefix(source.Identifier, "docker-image://"))
	image := &sourceresolver.ResolveImageResponse{Digest: id, Config: config}
	return &sourceresolver.MetaResponse{Op: source, Image: image}, err
}

func (r *resolver) ResolveImageConfig(
	_ context.Context, name string, _ sourceresolver.Opt,
) (string, digest.Digest, []byte, error) {
	id, config, err := r.note(name)
	return name, id, config, err
}

func (r *resolver) note(name string) (digest.Digest, []byte, error) {
	r.lock.Lock()
	defer r.lock.Unlock()
	r.names[name] = true
	config, err := json.Marshal(ocispecs.Image{Platform: platform})
	return digest.FromString(name), config, err
}

func (r *resolver) sorted() []string {
	names := []string{}
	for name := range r.names {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func imagesOf(text []byte, allStages bool) (images []string, err error) {
	// The converter panics on some invalid files.
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("panic: %v", cause)
		}
	}()
	found := &resolver{names: map[string]bool{}}
	folder := llb.Local("context")
	capabilities := pb.Caps.CapSet(pb.Caps.All())
	result, err := dockerfile2llb.Dockerfile2LLB(context.Background(), text, dockerfile2llb.ConvertOpt{
		AllStages:      allStages,
		LLBCaps:        &capabilities,
		MainContext:    &folder,
		MetaResolver:   found,
		TargetPlatform: &platform,
		Config: dockerui.Config{
			BuildPlatforms:  []ocispecs.Platform{platform},
			TargetPlatforms: []ocispecs.Platform{platform},
		},
	})
	if err == nil {
		_, err = result.State.Marshal(context.Background(), llb.LinuxAmd64)
	}
	return found.sorted(), err
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

func main() {
	names := bufio.NewScanner(os.Stdin)
	out := json.NewEncoder(os.Stdout)
	for names.Scan() {
		text, err := os.ReadFile(names.Text())
		if err != nil {
			continue
		}
		a := answer{File: names.Text()}
		if a.Needed, err = imagesOf(text, false); err != nil {
			a.Error = err.Error()
		}
		a.All, _ = imagesOf(text, true)
		if syntax, _, _, ok := parser.DetectSyntax(text); ok {
			a.Syntax = fullName(syntax)
		}
		out.Encode(a)
	}
}
