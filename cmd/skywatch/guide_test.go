package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestGuideIsScripted holds that a script runs every command of the guide.
func TestGuideIsScripted(t *testing.T) {
	t.Parallel()
	guide, err := os.ReadFile(filepath.Join("..", "..", "docs", "import.md"))
	if err != nil {
		t.Fatal(err)
	}
	paths, err := filepath.Glob(filepath.Join("testdata", "script", "*.txt"))
	if err != nil {
		t.Fatal(err)
	}
	scripts := ""
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		scripts += "\n" + string(text)
	}
	commands := 0
	for line := range strings.Lines(string(guide)) {
		command := strings.TrimPrefix(line, "$ ")
		if strings.HasPrefix(command, "skywatch ") && !strings.HasPrefix(command, "skywatch: ") {
			commands++
			if !strings.Contains(scripts, "exec "+command) {
				t.Errorf("no script runs %s", command)
			}
		}
	}
	if commands < 6 {
		t.Errorf("the guide has %d commands, want 6 or more", commands)
	}
}
