package conformance_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// shared returns the folder of the shared material: SKYWATCH_SHARED, or the
// folder "shared" beside the checkout. Without it the test is skipped, except
// in CI.
func shared(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("SKYWATCH_SHARED")
	if dir == "" {
		dir = filepath.Join("..", "..", "shared")
	}
	_, err := os.Stat(dir)
	switch {
	case err == nil:
		return dir
	case !errors.Is(err, fs.ErrNotExist) || os.Getenv("CI") == "true":
		t.Fatalf("shared material: %v (set SKYWATCH_SHARED)", err)
	default:
		t.Skipf("no shared material (%v): set SKYWATCH_SHARED to compare the copies in testdata with it", err)
	}
	return ""
}

// TestWireSamplesAreTheShared holds that the recorded requests in testdata are
// the shared ones, byte by byte, none missing and none added.
func TestWireSamplesAreTheShared(t *testing.T) {
	t.Parallel()
	want := readAll(t, filepath.Join(shared(t), "spec", "wire-samples"))
	got := readAll(t, filepath.Join("testdata", "wire-samples"))
	if len(want) != 30 {
		t.Errorf("%d shared samples, want 30", len(want))
	}
	for name := range got {
		if _, ok := want[name]; !ok {
			t.Errorf("%s is in testdata only", name)
		}
	}
	for name, text := range want {
		if copied, ok := got[name]; !ok {
			t.Errorf("%s is missing in testdata", name)
		} else if !bytes.Equal(copied, text) {
			t.Errorf("%s differs from the shared one", name)
		}
	}
}

// TestCasesAreTheShared holds that the case files of the rooms are the shared
// ones, byte by byte.
func TestCasesAreTheShared(t *testing.T) {
	t.Parallel()
	spec := filepath.Join(shared(t), "spec")
	for _, room := range []string{"alarms", "pattern", "schedule"} {
		copies, err := filepath.Glob(filepath.Join("..", room, "testdata", "*.json"))
		if err != nil || len(copies) == 0 {
			t.Errorf("%s has no case files: %v", room, err)
		}
		for _, file := range copies {
			want, err := os.ReadFile(filepath.Join(spec, filepath.Base(file)))
			if err != nil {
				t.Error(err)
				continue
			}
			got, err := os.ReadFile(file)
			if err != nil || !bytes.Equal(got, want) {
				t.Errorf("%s differs from the shared one (%v)", file, err)
			}
		}
	}
}

// readAll returns the recordings of a folder by name.
func readAll(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.http"))
	if err != nil {
		t.Fatal(err)
	}
	out := make(map[string][]byte, len(files))
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		out[filepath.Base(f)] = text
	}
	return out
}
