// The oracle of GitHub workflows: actionlint's parser. It reads a file name a line and writes a JSON object a line: containers,
// services and docker:// steps, with their expressions as written. Build: go mod tidy && go build
package main

import (
	"bufio"
	_ "crypto/sha256"
	_ "crypto/sha512"
	"encoding/json"
	"os"
	"strings"

	"github.com/distribution/reference"
	"github.com/rhysd/actionlint"
)

type image struct {
	Text string
	Ref  string // in its full form; ! and the text if it is invalid, or an expression
}

type answer struct {
	File string  `json:"file"`
	Imgs []image `json:"imgs"`
}

func fullForm(text string) string {
	named, err := reference.ParseNormalizedNamed(text)
	if err != nil {
		return "!" + text
	}
	if _, ok := named.(reference.Digested); !ok {
		named = reference.TagNameOnly(named)
	}
	return named.String()
}

func imagesOf(workflow *actionlint.Workflow) []image {
	images := []image{}
	add := func(text string) {
		images = append(images, image{text, fullForm(strings.TrimPrefix(text, "docker://"))})
	}
	for _, job := range workflow.Jobs {
		if job.Container != nil && job.Container.Image != nil {
			add(job.Container.Image.Value)
		}
		if job.Services != nil {
			for _, service := range job.Services.Value {
				if service.Container != nil && service.Container.Image != nil {
					add(service.Container.Image.Value)
				}
			}
		}
		for _, step := range job.Steps {
			action, ok := step.Exec.(*actionlint.ExecAction)
			if ok && action.Uses != nil && strings.HasPrefix(action.Uses.Value, "docker://") {
				add(action.Uses.Value)
			}
		}
	}
	return images
}

func main() {
	names := bufio.NewScanner(os.Stdin)
	lines := json.NewEncoder(os.Stdout)
	for names.Scan() {
		line := answer{File: names.Text()}
		text, _ := os.ReadFile(line.File)
		if workflow, _ := actionlint.Parse(text); workflow != nil {
			line.Imgs = imagesOf(workflow)
		}
		lines.Encode(line)
	}
}
