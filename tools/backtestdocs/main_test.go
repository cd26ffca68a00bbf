package main

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// TestDocuments tries all alarms again and holds what comes of it against the
// committed table and pictures.
func TestDocuments(t *testing.T) {
	t.Parallel()
	root := filepath.Join("..", "..")
	data := dataFolder()
	if !filepath.IsAbs(data) {
		data = filepath.Join(root, data)
	}
	switch _, err := os.Stat(data); {
	case err == nil:
	case !errors.Is(err, fs.ErrNotExist) || os.Getenv("CI") == "true":
		t.Fatalf("recordings of CloudWatch: %v (set SKYWATCH_TEST_DATA)", err)
	default:
		t.Skipf("no recordings of CloudWatch (%v): set SKYWATCH_TEST_DATA to try alarms on them", err)
	}
	docs := filepath.Join(root, "docs")
	files, err := documents(t.Context(), data, docs)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range files {
		got, err := os.ReadFile(filepath.Join(docs, name))
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("docs/%s is not what go run ./tools/backtestdocs writes (%v)", name, err)
		}
		const most = 60 << 10
		if filepath.Ext(name) == ".svg" && len(want) > most {
			t.Errorf("docs/%s has %d bytes: more than %d", name, len(want), most)
		}
	}
	committed, err := filepath.Glob(filepath.Join(docs, "backtest", "*"))
	if err != nil || len(committed) != len(files)-1 {
		t.Errorf("%d pictures in docs/backtest, %d are written: %v", len(committed), len(files)-1, err)
	}
}
