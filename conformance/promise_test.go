package conformance_test

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// TestPromisedTests holds that the tests that docs/compatibility.md names as
// showing an operation are there.
func TestPromisedTests(t *testing.T) {
	t.Parallel()
	doc, err := os.ReadFile(filepath.Join("..", "docs", "compatibility.md"))
	if err != nil {
		t.Fatal(err)
	}
	promised := regexp.MustCompile(`(?m)^Shown by ([a-z/]+): (Test\w+)\.$`).FindAllSubmatch(doc, -1)
	if len(promised) < 16 {
		t.Fatalf("%d operations name a test", len(promised))
	}
	for _, p := range promised {
		if room, name := string(p[1]), string(p[2]); !defines(t, room, name) {
			t.Errorf("%s has no %s", room, name)
		}
	}
}

// defines reports whether a room has a test of that name.
func defines(t *testing.T, room, name string) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", room, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(text, []byte("\nfunc "+name+"(t *testing.T)")) {
			return true
		}
	}
	return false
}
