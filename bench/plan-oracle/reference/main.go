// The oracle of image references: distribution/reference, which Docker uses. It reads a file name a line. For each line of these
// files, which is a reference, it writes a JSON object a line. Build: go mod tidy && go build
package main

import (
	"bufio"
	_ "crypto/sha256"
	_ "crypto/sha512"
	"encoding/json"
	"os"
	"strings"

	"github.com/distribution/reference"
)

type answer struct {
	Text string `json:"text"`
	Ref  string `json:"ref"` // in its full form; empty if it is invalid
}

func fullName(text string) string {
	name, err := reference.ParseNormalizedNamed(text)
	if err != nil {
		return ""
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
		for _, line := range strings.Split(strings.TrimSuffix(string(text), "\n"), "\n") {
			out.Encode(answer{line, fullName(line)})
		}
	}
}
