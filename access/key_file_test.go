package access_test

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"skywatch/access"
)

func TestKeyFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "sky.key")
	made, err := access.LoadOrCreateKeyFile(path)
	if err != nil {
		t.Fatal(err)
	}
	again, err := access.LoadOrCreateKeyFile(path)
	if err != nil || again != made {
		t.Fatalf("read back another key (%v)", err)
	}
	st, err := os.Stat(path)
	if err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", st.Mode(), err)
	}
	text, _ := os.ReadFile(path)
	if len(text) != 45 || text[44] != '\n' {
		t.Errorf("the file is %d bytes, want 44 of base64 and a line end", len(text))
	}
	if left, _ := os.ReadDir(filepath.Dir(path)); len(left) != 1 {
		t.Errorf("left behind: %v", left)
	}
}

// TestKeyFileRace lets several processes' worth of callers make the file: all
// must get the same key.
func TestKeyFileRace(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "sky.key")
	keys := make([]access.SealingKey, 16)
	var wg sync.WaitGroup
	for i := range keys {
		wg.Go(func() {
			var err error
			if keys[i], err = access.LoadOrCreateKeyFile(path); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for _, k := range keys {
		if k != keys[0] {
			t.Fatal("two keys")
		}
	}
}

func TestKeyFileRefused(t *testing.T) {
	t.Parallel()
	const good = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=\n"
	tests := []struct {
		name, text string
		mode       os.FileMode
		want       string
	}{
		{"group readable", good, 0o640, "has mode 0640"},
		{"world readable", good, 0o604, "has mode 0604"},
		{"group writable", good, 0o620, "has mode 0620"},
		{"empty", "", 0o600, "EOF"},
		{"short", "MDEyMw==\n", 0o600, "does not hold 32 bytes in base64"},
		{"long", strings.Repeat("MDEy", 12), 0o600, "does not hold 32 bytes in base64"},
		{"no base64", strings.Repeat("?", 44), 0o600, "does not hold 32 bytes in base64"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "sky.key")
			if err := os.WriteFile(path, []byte(tt.text), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(path, tt.mode); err != nil {
				t.Fatal(err)
			}
			_, err := access.LoadOrCreateKeyFile(path)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("got %v, want %q", err, tt.want)
			}
			if left, _ := os.ReadFile(path); string(left) != tt.text {
				t.Error("the file was changed")
			}
		})
	}
	if _, err := access.LoadOrCreateKeyFile(t.TempDir()); err == nil {
		t.Error("a directory is no key file")
	}
	if _, err := access.LoadOrCreateKeyFile(filepath.Join(t.TempDir(), "none", "sky.key")); err == nil {
		t.Error("directories are not made")
	}
}
