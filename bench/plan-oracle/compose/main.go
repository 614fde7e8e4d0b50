// The oracle of Compose files: compose-go loads each project with all profiles, the .env of its folder and its override file. It
// reads a file name a line and writes a JSON object a line: what "docker compose pull" would try to pull. Override files that
// belong to another file are not projects and have no line. Build: go mod tidy && go build
package main

import (
	"bufio"
	"context"
	_ "crypto/sha256"
	_ "crypto/sha512"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"
	"github.com/distribution/reference"
	"github.com/sirupsen/logrus"
)

type image struct {
	Service string `json:"service"`
	Ref     string `json:"ref"` // in its full form; ! and the text if it is invalid
}

type answer struct {
	File   string  `json:"file"`
	Error  string  `json:"err,omitempty"` // why compose-go rejects the project
	Images []image `json:"imgs"`
}

// Returns the first of these files that exists in a folder; "" if none does.
func firstOf(folder string, names []string) string {
	for _, name := range names {
		path := filepath.Join(folder, name)
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
			return path
		}
	}
	return ""
}

// Returns the files of the project of a file; none if the file only overrides another one.
func filesOf(name string) []string {
	folder, base := filepath.Dir(name), filepath.Base(name)
	if slices.Contains(cli.DefaultOverrideFileNames, base) && firstOf(folder, cli.DefaultFileNames) != "" {
		return nil
	}
	if override := firstOf(folder, cli.DefaultOverrideFileNames); override != "" && slices.Contains(cli.DefaultFileNames, base) {
		return []string{name, override}
	}
	return []string{name}
}

func load(files []string) (project *types.Project, err error) {
	// The loader panics on some invalid files.
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("panic: %v", cause)
		}
	}()
	options, err := cli.NewProjectOptions(
		files,
		cli.WithWorkingDirectory(filepath.Dir(files[0])),
		cli.WithName("project"),
		cli.WithProfiles([]string{"*"}),
		cli.WithEnvFiles(),
		cli.WithDotEnv,
	)
	if err != nil {
		return nil, err
	}
	return options.LoadProject(context.Background())
}

func imagesOf(project *types.Project) []image {
	images := []image{}
	for _, service := range project.Services {
		add := func(text string) {
			if text != "" {
				images = append(images, image{service.Name, fullName(text)})
			}
		}
		isOnlyBuilt := service.Build != nil && service.PullPolicy == types.PullPolicyBuild
		if service.PullPolicy != types.PullPolicyNever && !isOnlyBuilt {
			add(service.Image)
		}
		for _, volume := range service.Volumes {
			if volume.Type == types.VolumeTypeImage {
				add(volume.Source)
			}
		}
		for _, hook := range service.PreStart {
			add(hook.Image)
		}
		for name := range service.Models {
			add(project.Models[name].Model)
		}
	}
	return images
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
	logrus.SetOutput(io.Discard)
	names := bufio.NewScanner(os.Stdin)
	out := json.NewEncoder(os.Stdout)
	for names.Scan() {
		files := filesOf(names.Text())
		if len(files) == 0 {
			continue
		}
		a := answer{File: names.Text()}
		if project, err := load(files); err != nil {
			a.Error = strings.TrimSpace(err.Error())
		} else {
			a.Images = imagesOf(project)
		}
		out.Encode(a)
	}
}
