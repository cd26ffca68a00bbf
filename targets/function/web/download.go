package web

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"log/slog"
	"net/http"
	"os"
	"path"
	"strconv"
	"strings"
	"time"

	"skywatch/internal/fault"
	"skywatch/targets/function"
)

// linkLife is how long a link to a package works (API reference of GetFunction:
// "The link is valid for 10 minutes").
const linkLife = 10 * time.Minute

// Downloads makes links to packages and serves them: who has a link needs no
// signature for it. It is safe for concurrent use.
type Downloads struct {
	open func(function.Package) (*os.File, error)
	key  []byte
	now  func() time.Time
	log  *slog.Logger
}

// NewDownloads returns the downloads of packages, which open opens; key is a
// secret of the server's, from which that of the links is derived.
func NewDownloads(open func(function.Package) (*os.File, error), key []byte, now func() time.Time, log *slog.Logger) *Downloads {
	m := hmac.New(sha256.New, key)
	_, _ = m.Write([]byte("links to packages of functions"))
	return &Downloads{open: open, key: m.Sum(nil), now: now, log: log}
}

// Link returns the path and query of a package, below the server's base path.
func (d *Downloads) Link(k function.Package) string {
	until := strconv.FormatInt(d.now().Add(linkLife).Unix(), 10)
	hash := strings.NewReplacer("+", "-", "/", "_", "=", "").Replace(k.SHA256)
	return DownloadPath + hash + "?Expires=" + until + "&Signature=" + d.sign(hash, until)
}

func (d *Downloads) sign(hash, until string) string {
	m := hmac.New(sha256.New, d.key)
	_, _ = m.Write([]byte(hash + "\n" + until))
	return base64.RawURLEncoding.EncodeToString(m.Sum(nil))
}

// ServeHTTP implements http.Handler.
func (d *Downloads) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	hash, query := path.Base(r.URL.Path), r.URL.Query()
	until := query.Get("Expires")
	seconds, err := strconv.ParseInt(until, 10, 64)
	if err != nil || !hmac.Equal([]byte(query.Get("Signature")), []byte(d.sign(hash, until))) || d.now().Unix() > seconds {
		http.Error(w, "The link is not valid, or not any more.", http.StatusForbidden)
		return
	}
	sum, err := base64.RawURLEncoding.DecodeString(hash)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	f, err := d.open(function.Package{SHA256: base64.StdEncoding.EncodeToString(sum)})
	switch {
	case errors.Is(err, os.ErrNotExist) || fault.Is(err, fault.NotFound):
		http.Error(w, "The package is not there any more.", http.StatusNotFound)
		return
	case err != nil:
		d.log.Error("package of a function", "err", err)
		http.Error(w, "Internal Server Error", http.StatusInternalServerError)
		return
	}
	defer func() { _ = f.Close() }()
	w.Header().Set("Content-Type", "application/zip")
	w.Header().Set("Content-Disposition", `attachment; filename="function.zip"`)
	http.ServeContent(w, r, "", time.Time{}, f)
}
