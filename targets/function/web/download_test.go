package web_test

import (
	"crypto/sha256"
	"encoding/base64"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"skywatch/targets/function"
	"skywatch/targets/function/web"
)

func TestDownload(t *testing.T) {
	t.Parallel()
	sum := sha256.Sum256([]byte("zip"))
	k := function.Package{SHA256: base64.StdEncoding.EncodeToString(sum[:])}
	path := filepath.Join(t.TempDir(), "package")
	if err := os.WriteFile(path, []byte("zip"), 0o600); err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	open := func(asked function.Package) (*os.File, error) {
		if asked.SHA256 != k.SHA256 {
			return nil, os.ErrNotExist
		}
		return os.Open(path)
	}
	d := web.NewDownloads(open, []byte("key"), func() time.Time { return now }, slog.New(slog.DiscardHandler))
	get := func(link string) string {
		w := httptest.NewRecorder()
		d.ServeHTTP(w, httptest.NewRequest(http.MethodGet, link, http.NoBody))
		return text(t, w.Result())
	}
	link := d.Link(k)
	if got := get("/base" + link); got != "200 application/zip zip" {
		t.Error(got)
	}
	other := web.NewDownloads(open, []byte("other key"), func() time.Time { return now }, slog.New(slog.DiscardHandler)).Link(k)
	gone := d.Link(function.Package{SHA256: base64.StdEncoding.EncodeToString(make([]byte, 32))})
	for name, c := range map[string]struct {
		link   string
		status string
	}{
		"changed": {strings.Replace(link, "Expires=1", "Expires=9", 1), "403"}, "of another key": {other, "403"}, "unsigned": {web.DownloadPath + "x", "403"}, "gone": {gone, "404"},
	} {
		if got := get(c.link); !strings.HasPrefix(got, c.status) {
			t.Errorf("%s: %s", name, got)
		}
	}
	now = now.Add(11 * time.Minute)
	if got := get(link); !strings.HasPrefix(got, "403") {
		t.Errorf("after its time: %s", got)
	}
}
