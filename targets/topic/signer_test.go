package topic

import (
	"errors"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
)

// The key is made once: the certificate's URL and the signatures stay.
func TestSignerIsKept(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "key.pem")
	first, err := OpenSigner(file)
	if err != nil {
		t.Fatal(err)
	}
	second, err := OpenSigner(file)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(file); !errors.Is(err, fs.ErrNotExist) || first.Path() != "" || first.Serves("") {
		t.Errorf("there is a key before it is needed: %v, %q", err, first.Path())
	}
	a, err := first.sign("1", "text")
	if err != nil {
		t.Fatal(err)
	}
	if third, err := OpenSigner(file); err != nil || third.Path() != first.Path() || !third.Serves(first.Path()) {
		t.Errorf("the certificate is at %q, not at %q: %v", third.Path(), first.Path(), err)
	}
	b, err := second.sign("1", "text")
	if err != nil || a != b || first.Path() != second.Path() {
		t.Errorf("the key changed: %v", err)
	}
	if v2, _ := second.sign("2", "text"); v2 == b {
		t.Error("version 2 signs as version 1")
	}
	st, err := os.Stat(file)
	if err != nil || st.Mode() != fs.FileMode(0o600) {
		t.Errorf("mode %v, %v", st.Mode(), err)
	}
	if all, _ := os.ReadDir(filepath.Dir(file)); len(all) != 1 {
		t.Errorf("left over: %v", all)
	}
}

func TestSignerRefusesDamage(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for i := range 2 {
		s, err := OpenSigner(filepath.Join(dir, string(rune('a'+i))))
		if err == nil {
			_, err = s.sign("1", "text")
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	a, errA := os.ReadFile(filepath.Join(dir, "a"))
	b, errB := os.ReadFile(filepath.Join(dir, "b"))
	if errA != nil || errB != nil {
		t.Fatal(errA, errB)
	}
	half := len(a) * 2 / 3
	for name, content := range map[string][]byte{
		"empty": nil, "cut": a[:half], "text": []byte("hello"), "mixed": append(append([]byte{}, a[:len(a)-700]...), b[len(b)-700:]...),
	} {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, content, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := OpenSigner(file); err == nil {
			t.Errorf("%s: opened", name)
		}
		if now, _ := os.ReadFile(file); string(now) != string(content) {
			t.Errorf("%s: the file was overwritten", name)
		}
	}
}

func TestSignerServesReadersOnly(t *testing.T) {
	t.Parallel()
	w := httptest.NewRecorder()
	new(Signer).ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/", nil))
	if w.Code != http.StatusMethodNotAllowed || w.Body.Len() > 0 {
		t.Errorf("POST is answered %d %q", w.Code, w.Body)
	}
}
