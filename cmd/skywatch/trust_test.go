package main

import (
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestCABundle holds that a command trusts what it is told to trust, and
// nothing else then.
func TestCABundle(t *testing.T) {
	t.Parallel()
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{"Keys":[]}`)) }))
	t.Cleanup(server.Close)
	dir := t.TempDir()
	file := func(name string, content []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	its := file("its.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}))
	for name, c := range map[string]struct{ bundle, want string }{
		"its own":       {its, ""},
		"the system's":  {"", "failed to verify certificate"},
		"no file":       {filepath.Join(dir, "none"), "--ca-bundle: open "},
		"not PEM":       {file("text", []byte("hello")), "holds no certificate in PEM"},
		"another's own": {file("empty.pem", nil), "holds no certificate in PEM"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			to := connection{Endpoint: server.URL, Unsigned: true, trust: trust{CABundle: c.bundle}}
			var list struct{ Keys []accessKey }
			client, err := to.dial(t.Context())
			if err == nil {
				err = client.do(t.Context(), http.MethodGet, keysPath, nil, &list)
			}
			if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
}
