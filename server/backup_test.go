package server_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"io"
	"log/slog"
	"math/big"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/backup"
	"skywatch/server"
)

// signingKey puts a key of topics into a data directory and returns it.
func signingKey(t *testing.T, data string) []byte {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	form := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, form, form, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	out := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})
	out = append(out, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})...)
	if err := os.MkdirAll(data, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(data, "sns.pem"), out, 0o600); err != nil {
		t.Fatal(err)
	}
	return out
}

func askBackup(t *testing.T, s *server.Server, body string) (int, string) {
	t.Helper()
	resp, err := http.Post(s.URL()+"/skywatch/v1/backup", "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(b)
}

// The key of topics is in a backup only sealed; it comes back with the sealing key,
// and without it the server does not start.
func TestBackupKeepsSecretsSealed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	data := filepath.Join(dir, "data")
	key := signingKey(t, data)
	s := start(t, dir, nil)
	status, tar := askBackup(t, s, "")
	if status != http.StatusOK || strings.Contains(tar, "PRIVATE KEY") || !strings.Contains(tar, "sns.pem.sealed") {
		t.Fatalf("status %d, %d bytes; the key must be sealed", status, len(tar))
	}
	if sealing, err := os.ReadFile(data + ".key"); err != nil || strings.Contains(tar, strings.TrimSpace(string(sealing))) {
		t.Errorf("the sealing key is in it, or %v", err)
	}
	for _, sameKey := range []bool{false, true} {
		to := t.TempDir()
		restored := filepath.Join(to, "data")
		if _, err := backup.Restore(context.Background(), strings.NewReader(tar), backup.Options{FS: vfs.Default, Dir: restored, Known: server.KnownFormats()}); err != nil {
			t.Fatal(err)
		}
		if !sameKey {
			cfg := server.DefaultConfig()
			cfg.Listen, cfg.DataDir = "127.0.0.1:0", restored
			other, err := server.New(cfg, slog.New(slog.DiscardHandler))
			if err != nil {
				t.Fatal(err)
			}
			if err := other.Start(); err == nil || !strings.Contains(err.Error(), "--key-file") {
				t.Errorf("started with another key: %v", err)
			}
			if err := other.Stop(); err != nil {
				t.Error(err)
			}
			continue
		}
		start(t, to, func(c *server.Config) { c.KeyFile = data + ".key" })
		if got, err := os.ReadFile(filepath.Join(restored, "sns.pem")); err != nil || !bytes.Equal(got, key) {
			t.Errorf("the key is not back: %v", err)
		}
	}
}

func TestBackupGoesOnlyWhereItMay(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := start(t, dir, nil)
	if status, said := askBackup(t, s, `{"File":"a.tar"}`); status != http.StatusBadRequest || !strings.Contains(said, "no --backup-dir") {
		t.Errorf("%d %s", status, said)
	}
	kept := start(t, t.TempDir(), func(c *server.Config) { c.BackupDir = filepath.Join(dir, "kept") })
	for body, want := range map[string]int{
		`{"File":"../a.tar"}`: http.StatusBadRequest, `{"File":"a"}`: http.StatusBadRequest, `{"File":".a.tar"}`: http.StatusBadRequest,
		`{"Fil":"a.tar"}`: http.StatusBadRequest, `{"File":"a.tar"}`: http.StatusOK,
	} {
		if status, said := askBackup(t, kept, body); status != want {
			t.Errorf("%s: %d %s", body, status, said)
		}
	}
	if status, _ := askBackup(t, kept, `{"File":"a.tar"}`); status != http.StatusConflict {
		t.Errorf("replaced: %d", status)
	}
	if names, err := os.ReadDir(filepath.Join(dir, "kept")); err != nil || len(names) != 1 {
		t.Errorf("kept %v, %v", names, err)
	}
}
