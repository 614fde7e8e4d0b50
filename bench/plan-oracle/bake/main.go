// The oracle of Bake files: the bake package of buildx resolves the targets that "docker buildx bake" builds, or all if there is no
// default. It reads a file name a line and writes a JSON object a line. Build: go mod tidy && go build
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/docker/buildx/bake"
)

type target struct {
	Context    *string            `json:"context"`
	Contexts   map[string]string  `json:"contexts"`
	Dockerfile *string            `json:"dockerfile"`
	Inline     *string            `json:"inline"`
	Args       map[string]*string `json:"args"`
	Target     *string            `json:"target"`
	Platforms  []string           `json:"platforms"`
}

type answer struct {
	File    string            `json:"file"`
	Error   string            `json:"error,omitempty"`
	Targets map[string]target `json:"targets,omitempty"`
}

var defaults = map[string]string{"BAKE_LOCAL_PLATFORM": "linux/amd64", "BAKE_CMD_CONTEXT": "cwd://"}

func main() {
	out := json.NewEncoder(os.Stdout)
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		res := answer{File: in.Text()}
		targets, err := read(in.Text())
		if err != nil {
			res.Error = err.Error()
		}
		res.Targets = targets
		out.Encode(res)
	}
}

func read(name string) (res map[string]target, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	files := []bake.File{{Name: name, Data: data}}
	cfg, _, err := bake.ParseFiles(files, defaults, nil)
	if err != nil {
		return nil, err
	}
	names := []string{}
	for _, t := range cfg.Targets {
		names = append(names, t.Name)
	}
	for _, g := range cfg.Groups {
		if g.Name == "default" {
			names = []string{"default"}
		}
	}
	for _, t := range cfg.Targets {
		if t.Name == "default" {
			names = []string{"default"}
		}
	}
	if len(names) == 0 {
		return nil, nil
	}
	found, _, err := bake.ReadTargets(context.Background(), files, names, nil, defaults, nil, &bake.EntitlementConf{})
	if err != nil {
		return nil, err
	}
	res = map[string]target{}
	for n, t := range found {
		res[n] = target{t.Context, t.Contexts, t.Dockerfile, t.DockerfileInline, t.Args, t.Target, t.Platforms}
	}
	return res, nil
}
